package policy

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/sallyport/sallyport"
)

// weigh makes of an allowing verdict what the classes of the door leave of it:
// what may not come in in clear is masked or refused, with all that would tell of
// it, and so is what may hold it.
func (k *classes) weigh(v sallyport.Verdict, m *doorMatcher, c *sallyport.Crossing, s *sallyport.Statement, budgets []sallyport.ValueBudget) sallyport.Verdict {
	// What a client asks of its session runs no code, unless a cast to the type that
	// it gives a parameter does.
	if s.Steers() && !(s.Kind == "select" && s.Lineage != nil && s.Lineage.Code) {
		// Its errors can be those of what came before: a COMMIT tells of the values
		// that a deferred constraint refuses.
		v.Discreet = s.Kind == "transaction" && k.restricts()
		return v
	}
	w := weighing{classes: k, s: s, v: v, l: s.Lineage, budgets: budgets}
	if w.l == nil {
		w.l = &sallyport.Lineage{}
	}
	kept := k.reached(m, c, s, w.guarded)
	w.v.Discreet = kept != nil
	if !w.l.Known || kept != nil && untraced(s) || m.readsValues(c, s) || m.readsBounds(s) {
		w.unknown(kept, k.reached(m, c, s, func(c *doorClass) bool { return c.out == sallyport.Deny }))
	}
	for i := range w.l.Columns {
		w.result(i+1, &w.l.Columns[i], kept)
	}
	for _, t := range w.l.Tests {
		w.test(t)
	}
	for _, x := range w.l.Writes {
		w.write(x)
	}
	return w.verdict()
}

// of is the classes of a stored column. Whoever comes upon one that may not come
// in in clear, or whose values are counted, has to be discreet.
func (w *weighing) of(o sallyport.Origin) []*doorClass {
	all := w.classes.of(o)
	for _, c := range all {
		w.v.Discreet = w.v.Discreet || w.guarded(c)
	}
	return all
}

// readsValues tells whether a statement reaches what the server keeps of the
// values of other tables.
func (m *doorMatcher) readsValues(c *sallyport.Crossing, s *sallyport.Statement) (found bool) {
	m.relations(c, s, func(schema, name string) bool {
		found = m.names.values(schema, name)
		return !found
	})
	return found
}

// weighing is a statement under way through the classes of a door.
type weighing struct {
	*classes
	s       *sallyport.Statement
	l       *sallyport.Lineage
	budgets []sallyport.ValueBudget // of the rules that cover it
	v       sallyport.Verdict
	refused sallyport.Reason   // why it is refused; the first that was found
	because []sallyport.Reason // why columns are masked
}

// refuse keeps the first refusal, but lets one of a class by its name go before
// one of what is not known.
func (w *weighing) refuse(code sallyport.ReasonCode, at sallyport.Position, format string, args ...any) {
	if w.refused.Code == sallyport.NoReason || w.refused.Code == sallyport.UnknownLineage && code != sallyport.UnknownLineage {
		w.refused = sallyport.Reason{Code: code, At: at, Note: fmt.Sprintf(format, args...)}
	}
}

// unknown weighs a statement of which more may be than its lineage says. Masks
// would not do: what it tests and where it writes to is not known either.
func (w *weighing) unknown(kept, unwritable *doorClass) {
	if quiet(w.s) {
		return
	}
	why := whyUnknown(w.l)
	switch {
	case untraced(w.s):
		why = "no lineage tells of what it can do beside"
	case w.l.Known:
		why = "the server keeps values of other tables there"
	}
	if kept != nil {
		w.refuse(sallyport.UnknownLineage, w.at(kept), "it may reach the class %s: %s", kept.Name, why)
	}
	if unwritable != nil && w.s.Writes {
		w.refuse(sallyport.UnknownLineage, unwritable.outAt, "it may write the class %s: %s", unwritable.Name, why)
	}
}

// result weighs one column of the result.
func (w *weighing) result(position int, col *sallyport.ResultColumn, kept *doorClass) {
	m := sallyport.Masking{Result: position}
	var first *doorClass
	var budget *sallyport.ValueBudget
	many := false // one value of the column may hold many of a class that is counted
	for _, o := range col.Origins {
		for _, c := range w.of(o) {
			w.v.Classes = w.v.Classes.With(c.Name)
			switch {
			case c.in == sallyport.Deny:
				w.refuse(sallyport.ClassRefused, c.inAt, "its result holds %s of the class %s, which may not come in", o, c.Name)
			case c.in == sallyport.Mask && first == nil:
				first, m.Where, m.Masker, m.Class = c, o.String(), c.Masker.Spec, c.Name
			case c.in == sallyport.Mask && c.Name != first.Name && (c.Masker != first.Masker || c.Masker.Keyed):
				m.Masker, m.Class = nullMasker, ""
			}
			if c.in == sallyport.Mask {
				w.computed(c, o, col.Derived)
				w.mask(sallyport.Reason{Code: sallyport.ClassRefused, At: c.inAt, Note: "the class " + c.Name + " is masked"})
			}
			if b := budgetOf(w.budgets, c.Name); b != nil {
				w.count(c, position, col.Derived)
				many = many || col.Derived && c.in == sallyport.Allow
				budget = cmp.Or(budget, b)
			}
		}
	}
	unknown := col.Unknown != "" && kept != nil
	switch {
	case unknown && w.door.UnknownLineage != sallyport.Mask:
		w.refuse(sallyport.UnknownLineage, w.at(kept), "column %d of its result may hold the class %s: %s", position, kept.Name, brief(col.Unknown))
		return
	case many && w.door.UnknownLineage != sallyport.Mask:
		w.refuse(sallyport.UnknownLineage, budget.At, "column %d of its result is computed from the class %s, and nobody can tell how many values one holds", position, budget.Class)
		return
	case unknown || many:
		m.Masker, m.Class = nullMasker, ""
		if m.Where == "" {
			m.Where = fmt.Sprintf("column %d", position)
		}
		w.mask(sallyport.Reason{Code: sallyport.UnknownLineage, At: w.door.UnknownLineageAt, Note: "what may hold a class is masked where nobody can tell"})
	case first == nil:
		return
	case col.Derived:
		// Of a value that is turned round, or cut to pieces, a masker would show the
		// wrong part.
		m.Masker, m.Class = nullMasker, ""
	}
	w.v.Masks = append(w.v.Masks, m)
}

// computed weighs what is computed from a column of a masked class. Whether an
// expression fails, and how long it takes, tells of the value as a condition does.
func (w *weighing) computed(c *doorClass, o sallyport.Origin, derived bool) {
	if derived && c.Predicates != PredicatesAllow {
		w.refuse(sallyport.PredicateRefused, c.inAt, "it computes with %s of the class %s, and whether that fails would tell of it", o, c.Name)
	}
}

// nullMasker is the masker that hides any value.
const nullMasker = "null"

func (w *weighing) mask(why sallyport.Reason) {
	if !slices.Contains(w.because, why) {
		w.because = append(w.because, why)
	}
}

// test weighs a column that decides which rows there are.
func (w *weighing) test(t sallyport.ColumnTest) {
	for _, c := range w.of(t.Origin) {
		switch {
		case c.in == sallyport.Deny:
			w.refuse(sallyport.ClassRefused, c.inAt, "it tests %s of the class %s, which may not come in", t.Origin, c.Name)
		case c.in != sallyport.Mask || c.Predicates == PredicatesAllow:
		case c.Predicates == PredicatesDeny:
			w.refuse(sallyport.PredicateRefused, c.inAt, "it tests %s of the class %s, of which no condition may be made", t.Origin, c.Name)
		case !t.Equal:
			w.refuse(sallyport.PredicateRefused, c.inAt, "it tests %s of the class %s otherwise than for being equal to a bound parameter", t.Origin, c.Name)
		}
	}
}

// write weighs a column that is given a value.
func (w *weighing) write(x sallyport.ColumnWrite) {
	into := w.of(x.To)
	for _, c := range into {
		w.v.Written = w.v.Written.With(c.Name)
		if c.out == sallyport.Deny {
			w.refuse(sallyport.ClassRefused, c.outAt, "it writes %s of the class %s, which may not go out", x.To, c.Name)
		}
	}
	for _, c := range w.of(x.From) {
		switch {
		case c.in == sallyport.Deny:
			w.refuse(sallyport.ClassRefused, c.inAt, "it takes a value from %s of the class %s, which may not come in", x.From, c.Name)
		case c.in == sallyport.Mask && !slices.ContainsFunc(into, func(o *doorClass) bool { return o.Name == c.Name }):
			w.refuse(sallyport.ClassRefused, c.inAt, "it copies %s of the class %s to where it would not be masked", x.From, c.Name)
		case c.in == sallyport.Mask:
			w.computed(c, x.From, x.Derived)
		}
		w.copied(c, x, into)
	}
}

// verdict is what is left.
func (w *weighing) verdict() sallyport.Verdict {
	if len(w.v.Masks) > 0 && slices.Contains([]string{"explain", "copy"}, w.s.Kind) {
		why := w.because[0]
		w.refuse(why.Code, why.At, "%s, and the result of %s cannot be", why.Note, w.s.Kind)
	}
	if w.s.Kind == "explain" {
		w.v.Classes = sallyport.ClassSet{} // a plan comes in, and no row
		w.explained()
	}
	if w.refused.Code != sallyport.NoReason {
		w.v.Effect, w.v.Would, w.v.Masks, w.v.Counted = sallyport.Deny, sallyport.Deny, nil, nil
		w.v.Reasons = []sallyport.Reason{w.refused}
		return w.v
	}
	if len(w.v.Masks) > 0 {
		w.v.Effect, w.v.Would = sallyport.Mask, sallyport.Mask
		w.v.Reasons = slices.Concat(w.because, w.v.Reasons)
	}
	return w.v
}
