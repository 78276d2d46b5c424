package policy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A path pattern is a canonical, decoded path whose segments may be `*`, any
// one segment that is not empty, and whose last may be `**`, any rest: also
// none, so that /colours/** covers /colours, /colours/ and all below. Letter
// case counts. No part of a segment is a wildcard.

// maxSegments bounds the patterns of a policy; a request's path may have more.
const maxSegments = 64

// parsePath gives the segments of a pattern: those of /a/* are "a" and "*",
// and that of / is one empty segment.
func parsePath(s string) ([]string, *pathError) {
	if !strings.HasPrefix(s, "/") {
		return nil, &pathError{CodePath, "it does not begin with /", "write /" + s}
	}
	if !utf8.ValidString(s) {
		return nil, &pathError{CodePath, "it is no UTF-8", "write UTF-8"}
	}
	for _, r := range s {
		switch {
		case r == '%':
			return nil, &pathError{CodePath, "it is percent-encoded, and patterns are compared with decoded paths", "write the character itself"}
		case r == '?' || r == '#':
			return nil, &pathError{CodePath, "it has a query or fragment, and only paths are compared", "write the part before " + string(r)}
		case r == '\\':
			return nil, &pathError{CodePath, "a backslash is refused in every request", "write /"}
		case r == ';':
			return nil, &pathError{CodePath, "a path with ; is refused in every request", "remove it"}
		case r == '{' || r == '}':
			return nil, &pathError{CodeWildcard, "a name in braces is no wildcard here", "write * for one segment"}
		case r < ' ' || r == 0x7f || unicode.IsControl(r):
			return nil, &pathError{CodePath, "it holds a control character", "remove it"}
		}
	}
	segments := strings.Split(s[1:], "/")
	if len(segments) > maxSegments {
		return nil, &pathError{CodePath, fmt.Sprintf("it has more than %d segments", maxSegments), "use ** for the rest"}
	}
	for i, seg := range segments {
		last := i == len(segments)-1
		switch {
		case seg == "" && !last:
			return nil, &pathError{CodePath, "it has an empty segment (//), which no request keeps", "write one /"}
		case seg == "." || seg == "..":
			return nil, &pathError{CodePath, "it has a . or .. segment, which no request keeps", "write the path that is meant"}
		case seg == "**" && !last:
			return nil, &pathError{CodeWildcard, "** stands for all the rest, and something follows it", "write * for one segment, or end with **"}
		case seg != "*" && seg != "**" && strings.Contains(seg, "*"):
			return nil, &pathError{CodeWildcard, "a part of a segment cannot be a wildcard", "write * for the whole segment"}
		}
	}
	return segments, nil
}

// pathError is why a text is no path pattern.
type pathError struct {
	code       Code
	what, hint string
}

// pathCovers tells whether every path that b matches is matched by a.
func pathCovers(a, b []string) bool {
	for i, seg := range a {
		switch {
		case seg == "**":
			return true
		case i >= len(b) || b[i] == "**":
			return false
		case seg == "*":
			if b[i] == "" {
				return false
			}
		case seg != b[i]:
			return false
		}
	}
	return len(a) == len(b)
}

// pathNode is a tree of patterns by segment. What stands below `rest` matches
// whatever comes after the node, and the node itself.
type pathNode struct {
	exact map[string]*pathNode
	star  *pathNode
	here  []pathRule
	rest  []pathRule
}

// pathRule is a rule and the pattern of it that ends at a node.
type pathRule struct {
	rule    int
	pattern string
}

func (n *pathNode) add(segments []string, r pathRule) {
	for _, seg := range segments {
		switch seg {
		case "**":
			n.rest = append(n.rest, r)
			return
		case "*":
			if n.star == nil {
				n.star = &pathNode{}
			}
			n = n.star
		default:
			if n.exact == nil {
				n.exact = map[string]*pathNode{}
			}
			next := n.exact[seg]
			if next == nil {
				next = &pathNode{}
				n.exact[seg] = next
			}
			n = next
		}
	}
	n.here = append(n.here, r)
}

// visit calls see for every pattern that matches, the most specific first:
// segment by segment an exact one is before `*`, and that before `**`. path is
// what follows the slash that led to n; more tells whether there was one. Each
// node is visited at most once, so the work is bounded by the policy.
func (n *pathNode) visit(path string, more bool, see func(pathRule)) {
	if !more {
		for _, r := range n.here {
			see(r)
		}
	} else {
		seg, tail, again := strings.Cut(path, "/")
		if next := n.exact[seg]; next != nil {
			next.visit(tail, again, see)
		}
		if n.star != nil && seg != "" {
			n.star.visit(tail, again, see)
		}
	}
	for _, r := range n.rest {
		see(r)
	}
}
