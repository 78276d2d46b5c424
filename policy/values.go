package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"go.yaml.in/yaml/v3"
)

// valuesTerm is the obligation to stay in budgets of values.
var valuesTerm = term{
	key: "values-per-hour",
	within: func(a, b *Rule) bool {
		return within(b.Values, a.Values, func(y, x sallyport.ValueBudget) bool {
			return x.Class == y.Class && x.Per == y.Per && x.Values <= y.Values
		})
	},
}

// budgetOf is the first of the budgets that is of a class; nil for none.
func budgetOf(all []sallyport.ValueBudget, class string) *sallyport.ValueBudget {
	for i := range all {
		if all[i].Class == class {
			return &all[i]
		}
	}
	return nil
}

// guarded tells whether values of the class may not come in in clear, or are
// counted.
func (w *weighing) guarded(c *doorClass) bool {
	return c.kept() || budgetOf(w.budgets, c.Name) != nil
}

// at is the place in the policy by which the class is guarded.
func (w *weighing) at(c *doorClass) sallyport.Position {
	if b := budgetOf(w.budgets, c.Name); b != nil && !c.kept() {
		return b.At
	}
	return c.inAt
}

// count notes that the values of a column of the result are to be counted. What
// is computed from the class is none of its values.
func (w *weighing) count(c *doorClass, position int, derived bool) {
	n := sallyport.Counting{Class: c.Name, Result: position}
	if !derived && !slices.Contains(w.v.Counted, n) {
		w.v.Counted = append(w.v.Counted, n)
	}
}

// copied weighs a write that takes a value of a class that is counted: it has to
// stay one value, and of the class, or a later statement would bring it in
// uncounted.
func (w *weighing) copied(c *doorClass, x sallyport.ColumnWrite, into []*doorClass) {
	b := budgetOf(w.budgets, c.Name)
	switch {
	case b == nil:
	case !slices.ContainsFunc(into, func(o *doorClass) bool { return o.Name == c.Name }):
		w.refuse(sallyport.ClassRefused, b.At, "it copies %s of the class %s to where its values would not be counted", x.From, c.Name)
	case x.Derived:
		w.refuse(sallyport.UnknownLineage, b.At, "it writes what is computed from %s of the class %s, and nobody can tell how many values one holds", x.From, c.Name)
	}
}

// explained refuses the plan of a result whose values are counted: it can quote
// them.
func (w *weighing) explained() {
	for _, n := range w.v.Counted {
		w.refuse(sallyport.ClassRefused, budgetOf(w.budgets, n.Class).At, "the values of the class %s are counted, and those in a plan cannot be", n.Class)
	}
	w.v.Counted = nil
}

// maxValues is the largest budget of values: all of them are remembered, by a
// hash, for as long as they count.
const maxValues = 100_000

// valueBudgets reads how many different values of each class may come in.
func (r *reader) valueBudgets(x field) (all []sallyport.ValueBudget) {
	if !x.set() {
		return nil
	}
	entries, _ := x.entries("write one class a line: `email: 200`")
	for _, e := range entries {
		name := e.key.node.Value
		if !r.known(e.key, name, "class", r.classes, CodeUnknownClass) {
			continue
		}
		n, ok := e.number(1, maxValues)
		if !ok {
			continue
		}
		c, read := r.p.Class(name)
		if !read || !r.tells(e, c, ClassRule{Class: name}) {
			continue
		}
		all = append(all, sallyport.ValueBudget{Class: name, Values: n, Per: budgetSpans[0].per, At: e.key.at()})
	}
	slices.SortFunc(all, func(a, b sallyport.ValueBudget) int { return strings.Compare(a.Class, b.Class) })
	return all
}

// checkValueBudgets warns of those of a class that the door masks to one value:
// it is counted as the app has it.
func (r *reader) checkValueBudgets() {
	const hint = "mask it by `hash` or `token`, which tell its values apart, or do not mask what is to be counted"
	for _, d := range r.p.Doors {
		for _, rule := range d.In {
			c, ok := r.p.Class(rule.Class)
			if !ok || rule.Effect != sallyport.Mask || !c.Masker.Single {
				continue
			}
			for i := range d.Allow {
				if b := budgetOf(d.Allow[i].Values, c.Name); b != nil {
					r.at(Warning, b.At, CodeBudgetIdle, hint, "the budget never ends: the door masks the class %s by %s, and all of its values count as one", c.Name, c.Masker.Spec)
				}
			}
		}
	}
}

// budgetsValues tells whether a rule of the list that is still to be read has a
// budget of values.
func budgetsValues(allow field) bool {
	return allow.set() && slices.ContainsFunc(allow.node.Content, func(rule *yaml.Node) bool {
		return rule.Kind == yaml.MappingNode && hasKey(rule, "values-per-hour")
	})
}
