package sallyport

import (
	"strconv"
	"strings"
)

// Effect is what a verdict does. The zero value refuses. A smaller Effect is
// the tighter one.
type Effect uint8

const (
	Deny Effect = iota
	Mask
	Allow
)

var effectWords = []string{"deny", "mask", "allow"}

// String is "deny", "mask" or "allow".
func (e Effect) String() string { return word(effectWords, e) }

// Position is a place in a policy file. Line and Column count from 1; the zero
// Position is nowhere, as for built-in refusals.
type Position struct {
	File         string // base name
	Line, Column int    // Column counts characters, not bytes
	Path         string // where in the document: doors[0].allow[1].tables
}

// IsZero tells whether the position is nowhere.
func (p Position) IsZero() bool { return p.Line == 0 }

// String is "file:line", or "built-in" for the zero Position.
func (p Position) String() string {
	if p.IsZero() {
		return "built-in"
	}
	return p.File + ":" + strconv.Itoa(p.Line)
}

// Reason is why a verdict is what it is: a code of the closed set, the place
// in the policy that says so, and a short note that holds no data value.
type Reason struct {
	Code ReasonCode
	At   Position
	Note string
}

// String is one line for a person: "no-rule (policy.yaml:41): note".
func (r Reason) String() string {
	s := r.Code.String() + " (" + r.At.String() + ")"
	if r.Note != "" {
		s += ": " + r.Note
	}
	return s
}

// AllResults is the Result of a Masking that is of every column.
const AllResults = -1

// Masking is what is masked, and by which masker. A column of a result is found
// by its position: what it is called is for the client to choose.
type Masking struct {
	Where  string // the column or field, by a name of the policy or the catalogue
	Masker string // its spec, as a policy writes it
	Class  string // whose values of one class have equal masks; "" where it is of none
	Result int    // the column of the result, from 1; AllResults, or 0 for any of the name Where
}

// Counting is a column of a result whose different values are counted.
type Counting struct {
	Class  string
	Result int // from 1
}

// Verdict is what was decided. The zero Verdict denies.
type Verdict struct {
	Effect  Effect   // what was done
	Would   Effect   // what enforcing would have done; differs from Effect only in modes learn and report
	Reasons []Reason // the first is the one that decided
	Masks   []Masking
	Counted []Counting // what the value budgets of its grant are spent on
	// Discreet says that the crossing reaches what may not come in in clear, or
	// what a budget of values is of: then
	// a message of the other side, which can quote it, is cut to its code, and a
	// result has just the columns that its lineage tells of.
	Discreet bool
	Classes  ClassSet // of the data that comes in with it, masked or not
	Written  ClassSet // of the data that goes out with it
	Policy   Digest   // of the whole policy: a position means nothing without it
}

// Denied tells whether the crossing was refused or cut.
func (v Verdict) Denied() bool { return v.Effect == Deny }

// Reason is the one that decided, or the zero Reason.
func (v Verdict) Reason() Reason {
	if len(v.Reasons) == 0 {
		return Reason{}
	}
	return v.Reasons[0]
}

// String is the effect and its deciding reason.
func (v Verdict) String() string {
	var b strings.Builder
	b.WriteString(v.Effect.String())
	if v.Would != v.Effect {
		b.WriteString(" (would " + v.Would.String() + ")")
	}
	if len(v.Reasons) > 0 {
		b.WriteString(" " + v.Reasons[0].String())
	}
	return b.String()
}

// Tighten is the tighter of two verdicts in Effect and in Would, with the
// reasons of the one that decided first; of two that are equally tight, a
// built-in refusal decides before a rule. It can never loosen v.
func (v Verdict) Tighten(o Verdict) Verdict {
	first, second := v, o
	switch {
	case o.Effect != v.Effect:
		if o.Effect < v.Effect {
			first, second = o, v
		}
	case o.Would < v.Would,
		o.Effect == Deny && o.Reason().Code.BuiltIn() && !v.Reason().Code.BuiltIn():
		first, second = o, v
	}
	out := first
	out.Effect, out.Would = min(v.Effect, o.Effect), min(v.Would, o.Would)
	out.Policy = v.Policy
	if second.Would != Allow {
		out.Reasons = append(out.Reasons[:len(out.Reasons):len(out.Reasons)], second.Reasons...)
	}
	out.Masks = append(v.Masks[:len(v.Masks):len(v.Masks)], o.Masks...)
	out.Counted = append(v.Counted[:len(v.Counted):len(v.Counted)], o.Counted...)
	out.Discreet = v.Discreet || o.Discreet
	out.Classes, out.Written = v.Classes.Union(o.Classes), v.Written.Union(o.Written)
	return out
}
