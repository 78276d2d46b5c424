package policy

import (
	"net/netip"

	"github.com/sallyport/sallyport"
)

// everyTerm is what the rules of every kind of door can say.
var everyTerm = []term{
	{key: "who", within: func(a, b *Rule) bool {
		return len(b.Who) > 0 && within(b.Who, a.Who, func(w, x Who) bool { return w == x || x == Who{Kind: WhoAnyone} })
	}},
	{
		key: "addresses",
		miss: func(_ *doorMatcher, r *compiledRule, c *sallyport.Crossing) int {
			return count(len(r.Addresses) > 0 && !inside(r.Addresses, c.From.Addr.Addr()))
		},
		allows: func(r *Rule) string { return "addresses " + some(texts(r.Addresses)) },
		within: func(a, b *Rule) bool {
			return anyOr(b.Addresses, a.Addresses, func(y, x netip.Prefix) bool { return x.Bits() <= y.Bits() && x.Contains(y.Addr()) })
		},
	},
	{
		key: "hours",
		miss: func(_ *doorMatcher, r *compiledRule, c *sallyport.Crossing) int {
			return count(r.hours.closed(c.Context.Time))
		},
		allows: func(r *Rule) string { return "hours " + some(texts(r.Hours)) },
		has:    func(r *compiledRule, c *sallyport.Crossing) string { return r.hours.clocks(c.Context.Time) },
		within: func(a, b *Rule) bool { return withinHours(b.Hours, a.Hours) },
	},
	{key: "rate", within: func(a, b *Rule) bool {
		return within(b.Rates, a.Rates, func(y, x sallyport.Rate) bool {
			return x.N <= y.N && x.Per == y.Per && x.Key == y.Key
		})
	}},
}

// inside tells whether an address is in one of the ranges. Where none is known
// it is in none.
func inside(ranges []netip.Prefix, a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, r := range ranges {
		if r.Contains(a) {
			return true
		}
	}
	return false
}

// texts is each as a policy writes it.
func texts[T interface{ String() string }](all []T) []string {
	out := make([]string, len(all))
	for i, x := range all {
		out[i] = x.String()
	}
	return out
}
