package learn

import (
	"net/http"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// request is one method on one route, by one caller.
type request struct{ seen span }

type requestKey struct {
	caller
	method, route string
}

func (b *Book) request(e *ledger.Entry) {
	key := requestKey{callerOf(e), e.Act.Verb, e.Act.What}
	switch {
	case e.Effect == sallyport.Deny.String():
		b.leave(key.caller, refused, 1)
	case key.kind != sallyport.AnyoneParty.String() && (key.kind != sallyport.CallerParty.String() || key.name == ""):
		b.leave(key.caller, unproven, 1)
	case isCut(e):
		b.leave(key.caller, cut, 1)
	case e.Act.Status == http.StatusSwitchingProtocols:
		b.leave(key.caller, upgraded, 1)
	case !slices.Contains(sallyport.Methods(), key.method):
		b.leave(key.caller, otherMethod, 1)
	case key.route == "":
		b.leave(key.caller, unrouted, 1)
	default:
		r := b.requests[key]
		if r == nil {
			if len(b.requests) >= maxSeen {
				b.leave(key.caller, tooMany, 1)
				return
			}
			r = new(request)
			b.requests[key] = r
		}
		r.seen.add(span{1, e.Time, e.Time})
	}
}

// requestRules are the rules of one caller at an http door: a rule for each set
// of methods, with the routes that were asked for by just those. What anyone
// was let do needs no rule for a caller that showed a key besides.
func (b *Book) requestRules(who caller) (rules []*rule) {
	methods := map[string][]string{} // by route
	times := map[string]span{}
	for k, r := range b.requests {
		open := caller{door: who.door, kind: sallyport.AnyoneParty.String()}
		if k.caller != who || who != open && b.requests[requestKey{open, k.method, k.route}] != nil {
			continue
		}
		methods[k.route] = append(methods[k.route], k.method)
		t := times[k.route]
		t.add(r.seen)
		times[k.route] = t
	}
	byMethods := map[string]*rule{}
	for route, ms := range methods {
		ms = inOrder(ms)
		r := byMethods[join(ms)]
		if r == nil {
			r = &rule{methods: ms}
			byMethods[join(ms)] = r
			rules = append(rules, r)
		}
		r.paths = append(r.paths, route)
		r.seen.add(times[route])
	}
	for _, r := range rules {
		slices.Sort(r.paths)
	}
	slices.SortFunc(rules, func(a, b *rule) int { return strings.Compare(join(a.methods), join(b.methods)) })
	return rules
}
