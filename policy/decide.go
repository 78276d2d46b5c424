package policy

import (
	"fmt"
	"sort"

	"github.com/sallyport/sallyport"
)

// Decide says what is to be done with a crossing under the grant that Match
// found for it, with the crossing's numbers as they are now: the guard asks
// again as rows and bytes flow. The zero Grant is a denial. The door's mode is
// not applied here, and nothing but c, g and the policy is looked at.
func (p *Policy) Decide(c *sallyport.Crossing, g sallyport.Grant) sallyport.Verdict {
	m := p.matcher.doors[c.Door]
	if m == nil {
		return p.deny(sallyport.UnknownDoor, sallyport.Position{}, "the policy has no such door")
	}
	if s, ok := c.Act.(*sallyport.Statement); ok {
		switch code := m.builtIn(s); code {
		case sallyport.NoReason:
		case sallyport.MultiStatement:
			return p.deny(code, sallyport.Position{}, "several statements in one are refused here")
		case sallyport.LocalFile:
			return p.deny(code, sallyport.Position{}, "reading a file of the client is refused here")
		default:
			// What was not understood may hold values as bare words, and this
			// note is recorded: the door tells the client where it was.
			return p.deny(code, sallyport.Position{}, "the statement was not understood")
		}
	}
	if len(g.Rules) == 0 {
		r := p.uncovered(c, m)
		return p.deny(r.Code, r.At, r.Note)
	}
	if code, at, note := broken(c, g); code != sallyport.NoReason {
		return p.deny(code, at, note)
	}
	v := sallyport.Verdict{Effect: sallyport.Allow, Would: sallyport.Allow, Policy: p.digest, Reasons: m.because(g)}
	if s, ok := c.Act.(*sallyport.Statement); ok && m.classes != nil {
		return m.classes.weigh(v, m, c, s, g.Values)
	}
	return v
}

// broken is the first obligation of g that c does not meet.
func broken(c *sallyport.Crossing, g sallyport.Grant) (sallyport.ReasonCode, sallyport.Position, string) {
	switch act := c.Act.(type) {
	case *sallyport.HTTPRequest:
		switch {
		case act.Upgrade != "" && !g.Upgrade:
			return sallyport.UpgradeRefused, g.Rules[0], "no rule names the protocol to upgrade to"
		case g.Body.Exceeds(c.In.Bytes):
			return sallyport.BodyLimit, g.Body.At, fmt.Sprintf("the rule allows a body of %s", bytesOf(g.Body.Max))
		}
	case *sallyport.Statement:
		if act.Steers() {
			break
		}
		switch {
		case !g.Prepared.IsZero() && !act.Prepared:
			return sallyport.Unprepared, g.Prepared, "the rule wants a prepared statement"
		case !g.Prepared.IsZero() && act.Varies:
			return sallyport.Unprepared, g.Prepared, "its shape was prepared with other literals before: the text is put together from values"
		case !g.Shape.IsZero():
			return sallyport.UnknownShape, g.Shape, "the rule's `shapes:` do not have the statement's"
		case g.Rows.Exceeds(c.In.Rows) || act.Writes && g.Rows.Exceeds(act.Affected):
			return sallyport.RowLimit, g.Rows.At, "the rule allows " + rowsOf(g.Rows.Max)
		}
	}
	return sallyport.NoReason, sallyport.Position{}, ""
}

func rowsOf(n uint64) string {
	if n == 1 {
		return "one row"
	}
	return fmt.Sprintf("%d rows", n)
}

// because is the reasons of an allowed crossing: its rules. For one rule they
// are made once and shared; their capacity is their length, so that nobody can
// append to them in place.
func (m *doorMatcher) because(g sallyport.Grant) []sallyport.Reason {
	if len(g.Rules) == 1 {
		// Rules stand in the order of the file.
		at := &g.Rules[0]
		i := sort.Search(len(m.rules), func(i int) bool {
			own := &m.rules[i].At
			return own.Line > at.Line || own.Line == at.Line && own.Column >= at.Column
		})
		if i < len(m.rules) && m.rules[i].At == *at {
			return m.rules[i].reasons
		}
	}
	all := make([]sallyport.Reason, len(g.Rules))
	for i, at := range g.Rules {
		all[i] = sallyport.Reason{Code: sallyport.ByRule, At: at}
	}
	return all
}

func (p *Policy) deny(code sallyport.ReasonCode, at sallyport.Position, note string) sallyport.Verdict {
	return sallyport.Verdict{
		Effect: sallyport.Deny, Would: sallyport.Deny, Policy: p.digest,
		Reasons: []sallyport.Reason{{Code: code, At: at, Note: note}},
	}
}
