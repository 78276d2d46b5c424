package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

// functionsTerm is the condition that every function that a statement calls is
// one of the rule's, by the name that it is called by.
var functionsTerm = term{
	key: "functions",
	miss: ofStatement(func(r *compiledRule, s *sallyport.Statement) int {
		switch {
		case len(r.Functions) == 0:
			return 0
		case callsUntold(s):
			return 2
		}
		missed := 0
		for _, f := range s.Functions {
			missed += count(!slices.ContainsFunc(r.Functions, func(p string) bool { return coversFunction(p, f) }))
		}
		return missed
	}),
	allows: func(r *Rule) string { return "functions " + some(r.Functions) },
	within: func(a, b *Rule) bool {
		return anyOr(b.Functions, a.Functions, func(y, x string) bool { return coversFunction(x, y) })
	},
}

// callsUntold tells whether a statement runs or keeps code whose calls are not
// among its functions: statements in strings, and bodies of stored code.
func callsUntold(s *sallyport.Statement) bool {
	return slices.Contains(s.Dangers, "dynamic_sql") || slices.Contains(s.Dangers, "network") ||
		slices.Contains(s.Dangers, "stored_code") && (slices.Contains(s.Kinds, "create") || slices.Contains(s.Kinds, "alter"))
}

// coversFunction tells whether a pattern of a rule covers a function, or all
// that another pattern covers.
func coversFunction(pattern, f string) bool {
	if schema, whole := strings.CutSuffix(pattern, "*"); whole {
		return strings.HasPrefix(f, schema) // with its dot
	}
	return pattern == f
}

// functions reads a list of patterns of functions, or one, in lower case.
func (v value) functions() (all []string) {
	for _, e := range v.scalars(listing{"write `functions: [lower]`", meansAny, apartNames}) {
		s, ok := e.text("write name, schema.name or schema.*")
		if !ok {
			continue
		}
		folded := strings.ToLower(s)
		if what, hint := badFunction(s); what != "" {
			e.errorf(CodeFunction, hint, "%q is no function: %s", short(s), what)
		} else if slices.Contains(all, folded) {
			e.warnf(CodeRepeated, "remove one of them", "%s stands twice", short(s))
		} else {
			all = append(all, folded)
		}
	}
	return all
}

// badFunction says what is wrong with a pattern of functions; "" where nothing
// is.
func badFunction(s string) (what, hint string) {
	const form = "write name, schema.name or schema.*"
	if strings.ContainsAny(s, "`\"'") {
		return "names are written without quotes", "write " + strings.NewReplacer("`", "", `"`, "", "'", "").Replace(s)
	}
	if name, _, called := strings.Cut(s, "("); called && name != "" {
		return "it is a call", "write " + name
	}
	if strings.ContainsAny(s, " \t%?,;()") {
		return "it holds what no name does", form
	}
	if s == "*" {
		return "every function is what a rule without `functions` allows", "remove `functions`, or write schema.*"
	}
	schema, name, qualified := strings.Cut(s, ".")
	switch {
	case !qualified:
		schema, name = "public", s // any, for the checks below
	case strings.Contains(name, "."):
		return "it has too many parts", form
	}
	if strings.Contains(schema, "*") || strings.Contains(name, "*") && (name != "*" || !qualified) {
		return "only all of a schema can be a wildcard", form
	}
	if schema == "" || name == "" || len(schema) > 64 || len(name) > 64 {
		return "it is no name of a function", form
	}
	return "", ""
}
