package policy

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// ruleInALine is a rule in a line: what it says, without its places.
func ruleInALine(r *Rule) string {
	var all []string
	v := reflect.ValueOf(r).Elem()
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; !strings.HasSuffix(name, "At") && !v.Field(i).IsZero() {
			all = append(all, saying(name, v.Field(i)))
		}
	}
	return "{" + strings.Join(all, ", ") + "}"
}

// saying is one field of a rule. Limits and budgets are shown by their numbers,
// shapes by how many there are.
func saying(name string, v reflect.Value) string {
	text := fmt.Sprint(v.Interface())
	switch x := v.Interface().(type) {
	case sallyport.Limit:
		text = "none"
		if x.Set() {
			text = fmt.Sprint(x.Max)
		}
	case []sallyport.Rate:
		text = numbers(x, func(r sallyport.Rate) string { return fmt.Sprint(r.N, "/", r.Per, " ", r.Key) })
	case []sallyport.Budget:
		text = numbers(x, func(b sallyport.Budget) string { return fmt.Sprint(b.Rows, "/", b.Per) })
	case []sallyport.ValueBudget:
		text = numbers(x, func(b sallyport.ValueBudget) string { return fmt.Sprint(b.Values, " ", b.Class, "/", b.Per) })
	case Shapes:
		text = fmt.Sprint(len(x.set))
	}
	return name + " " + text
}

func numbers[T any](all []T, number func(T) string) string {
	var words []string
	for _, x := range all {
		words = append(words, number(x))
	}
	return "[" + strings.Join(words, ", ") + "]"
}

// crossingInALine is a crossing in a line: by whom, and what is asked for.
func crossingInALine(c *sallyport.Crossing) string {
	what := fmt.Sprintf("%T", c.Act)
	switch a := c.Act.(type) {
	case *sallyport.HTTPRequest:
		what = a.Method + " " + a.Path
	case *sallyport.Statement:
		what = fmt.Sprint(a.Kind, " of ", a.Tables, " of the shape ", a.Shape)
	}
	return c.From.Name + "'s " + what
}

// culprit is the field of b by which tell says what it does: it says something
// else with a's in its place. Where no field alone does it, it is both rules.
func culprit(a, b Rule, tell func(b Rule) string) string {
	now := tell(b)
	for i := range reflect.TypeFor[Rule]().NumField() {
		other := b
		from, to := reflect.ValueOf(&a).Elem().Field(i), reflect.ValueOf(&other).Elem().Field(i)
		name := reflect.TypeFor[Rule]().Field(i).Name
		had := saying(name, to)
		if to.Set(from); tell(other) != now {
			return had + " beside " + saying(name, from)
		}
	}
	return ruleInALine(&b) + " beside " + ruleInALine(&a)
}

// TestCulpritIsTheKey wants the one field that makes the difference, whatever
// else differs.
func TestCulpritIsTheKey(t *testing.T) {
	a := Rule{Tables: []string{"t"}, Rows: sallyport.Limit{Max: 5, At: sallyport.Position{Line: 1}}, Login: "x"}
	b := Rule{Tables: []string{"u"}, Rows: sallyport.Limit{Max: 2, At: sallyport.Position{Line: 1}}, Login: "y"}
	if got, want := culprit(a, b, func(b Rule) string { return fmt.Sprint(b.Rows.Max) }), "Rows 2 beside Rows 5"; got != want {
		t.Errorf("the culprit is %q, want %q", got, want)
	}
	if got, want := culprit(a, b, func(Rule) string { return "" }), "{Tables [u], Rows 2, Login y} beside {Tables [t], Rows 5, Login x}"; got != want {
		t.Errorf("with no culprit it says %q, want %q", got, want)
	}
}
