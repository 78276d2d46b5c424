package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

var httpTerms = []term{
	{
		key: "methods",
		miss: ofRequest(func(r *compiledRule, q *sallyport.HTTPRequest) int {
			return count(len(r.Methods) > 0 && !slices.Contains(r.Methods, q.Method))
		}),
		allows: func(r *Rule) string { return "methods " + some(r.Methods) },
		within: func(a, b *Rule) bool { return anyOr(b.Methods, a.Methods, equal) },
	},
	{
		key: "paths",
		miss: ofRequest(func(r *compiledRule, q *sallyport.HTTPRequest) int {
			if near := r.nearPath(q.Path); near < maxSegments {
				return 2 + maxSegments - near
			}
			return 0
		}),
		allows: func(r *Rule) string { return "paths " + some(r.Paths) },
		within: func(a, b *Rule) bool {
			return anyOr(b.Paths, a.Paths, func(y, x string) bool {
				p, bad := parsePath(x)
				q, bad2 := parsePath(y)
				return bad == nil && bad2 == nil && pathCovers(p, q)
			})
		},
	},
	{key: "upgrade", within: func(a, b *Rule) bool { return within(b.Upgrade, a.Upgrade, equal) }},
	{key: "body", within: func(a, b *Rule) bool { return tighter(a.Body, b.Body) }},
}

// ofRequest is a condition on requests, which any other act meets.
func ofRequest(miss func(*compiledRule, *sallyport.HTTPRequest) int) func(*doorMatcher, *compiledRule, *sallyport.Crossing) int {
	return func(_ *doorMatcher, r *compiledRule, c *sallyport.Crossing) int {
		if q, ok := c.Act.(*sallyport.HTTPRequest); ok {
			return miss(r, q)
		}
		return 0
	}
}

func count(missed bool) int {
	if missed {
		return 1
	}
	return 0
}

// nearPath is how many leading segments a path has in common with the rule's
// nearest pattern, or maxSegments where one matches.
func (r *compiledRule) nearPath(path string) int {
	if len(r.Paths) == 0 {
		return maxSegments
	}
	best := 0
	for _, want := range r.paths {
		best = max(best, commonSegments(want, path))
	}
	return best
}

func commonSegments(want []string, path string) int {
	rest, more := strings.CutPrefix(path, "/")
	for i, w := range want {
		if w == "**" {
			return maxSegments
		}
		var seg string
		if !more {
			return min(i, maxSegments-1)
		}
		seg, rest, more = strings.Cut(rest, "/")
		if w != seg && (w != "*" || seg == "") {
			return min(i, maxSegments-1)
		}
	}
	if more {
		return min(len(want), maxSegments-1)
	}
	return maxSegments
}
