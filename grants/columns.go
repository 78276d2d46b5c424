package grants

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/sql"
)

// needsOf is what a rule of a door lets its login do: a Need for each table of
// which the rule lists columns, since each has others, and one for the rest.
func needsOf(d *policy.Door, r *policy.Rule) (all []Need) {
	rest := needOf(d, r)
	if len(r.Columns) == 0 {
		return []Need{rest}
	}
	rest.Tables = nil
	for _, t := range r.Tables {
		if t == "*" || strings.HasSuffix(t, ".*") {
			rest.Tables = append(rest.Tables, t)
			continue
		}
		columns := listed(d, r, t)
		if columns == nil {
			rest.Tables = append(rest.Tables, t)
			continue
		}
		one := needOf(d, r)
		one.Tables, one.Columns = []string{t}, columns
		all = append(all, one)
	}
	if len(r.Tables) == 0 || slices.ContainsFunc(rest.Tables, func(t string) bool { return strings.HasSuffix(t, "*") }) {
		rest.Unkept = r.Columns
	}
	if len(rest.Tables) > 0 || len(r.Tables) == 0 {
		all = append(all, rest)
	}
	return all
}

// listed is the columns that a rule lists of one of its tables; nil where it
// lists none, and where it has all of them. As in Match, letter case does not
// count at a mysql door, and a table that is named without its schema is the
// home's: without a home, of every schema.
func listed(d *policy.Door, r *policy.Rule, table string) (columns []string) {
	home, same := d.Database, strings.EqualFold
	if d.Kind == "postgres" {
		home, same = "public", func(a, b string) bool { return a == b }
	}
	schema, name := split(table, home)
	for _, c := range r.Columns {
		parts := policy.NameParts(c)
		last := len(parts) - 1
		s, t := splitParts(parts[:last], home)
		if !same(t, name) || s != "" && !same(s, schema) {
			continue
		}
		column := parts[last]
		if column == "*" {
			return nil
		}
		if !slices.ContainsFunc(columns, func(x string) bool { return same(x, column) }) {
			columns = append(columns, column)
		}
	}
	return columns
}

// split is the schema and the name of a table as a policy writes it.
func split(table, home string) (schema, name string) {
	return splitParts(policy.NameParts(table), home)
}

func splitParts(parts []string, home string) (schema, name string) {
	if len(parts) == 2 {
		return parts[0], parts[1]
	}
	return home, parts[0]
}

// untold are the kinds of which no lineage tells what columns they use, so that
// no rule covers them at a table whose columns it lists.
var untold = []sql.Kind{sql.KindAlter, sql.KindRename, sql.KindMaintain, sql.KindRefresh, sql.KindCreate}

// narrowed leaves of what a kind of statement needs what is for a table whose
// columns the rule lists, and says what the list keeps from running.
func (d *deriver) narrowed(n *Need, k sql.Kind, r requirement) requirement {
	switch {
	case len(n.Columns) == 0:
		return r
	case slices.Contains(untold, k):
		return requirement{}
	case k == sql.KindLock:
		d.note(n.At, "`lock` wants SELECT on all of %s, and the rule lists its columns: not granted", n.Tables[0])
		return requirement{}
	}
	return r
}
