package lineage

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// What follows builds queries as a dialect does, so that cases can be read.

func table(name string, alias ...string) sql.Source {
	schema, last, ok := strings.Cut(name, ".")
	if !ok {
		schema, last = "", name
	}
	s := sql.Source{Table: &sql.Name{Schema: schema, Name: last}}
	if len(alias) > 0 {
		s.Alias, s.Columns = alias[0], alias[1:]
	}
	return s
}

func derived(q *sql.Query, alias string, columns ...string) sql.Source {
	return sql.Source{Query: q, Alias: alias, Columns: columns}
}

func joined(l, r sql.Source, on *sql.Expr, using ...string) sql.Source {
	return sql.Source{Join: &sql.Join{Left: l, Right: r, On: on, Using: using}}
}

// ref reads "column", "table.column" or "schema.table.column"; a name that ends
// with ".*" is a whole row.
func ref(use sql.Use, name string) sql.Ref {
	parts := strings.Split(name, ".")
	r := sql.Ref{Use: use, Name: parts[len(parts)-1]}
	if r.Name == "*" {
		r.Name, r.Whole = "", true
	}
	if len(parts) > 1 {
		r.Table = parts[len(parts)-2]
	}
	if len(parts) > 2 {
		r.Schema = parts[0]
	}
	return r
}

func expr(use sql.Use, names ...string) sql.Expr {
	var e sql.Expr
	for _, n := range names {
		e.Refs = append(e.Refs, ref(use, n))
	}
	return e
}

// col is an output: the column by itself, or "name AS alias".
func col(name string) sql.Output {
	name, alias, ok := strings.Cut(name, " AS ")
	if !ok {
		alias = name[strings.LastIndexByte(name, '.')+1:]
	}
	return sql.Output{Name: alias, Expr: expr(sql.UseValue, name)}
}

// call is an output that is computed from columns.
func call(alias string, names ...string) sql.Output {
	return sql.Output{Name: alias, Expr: expr(sql.UseDerived, names...)}
}

func star(of ...string) sql.Output {
	o := sql.Output{Star: true}
	if len(of) > 0 {
		o.Of.Name = of[0]
	}
	return o
}

func sub(q *sql.Query, alias string) sql.Output {
	return sql.Output{Name: alias, Expr: sql.Expr{Queries: []sql.Subquery{{Query: q, Use: sql.UseValue}}}}
}

func where(use sql.Use, names ...string) sql.Test { return sql.Test{Expr: expr(use, names...)} }

// sel is a SELECT of parts: outputs, sources and tests in any order.
func sel(parts ...any) *sql.Query {
	q := &sql.Query{}
	for _, p := range parts {
		switch p := p.(type) {
		case sql.Output:
			q.Outputs = append(q.Outputs, p)
		case sql.Source:
			q.From = append(q.From, p)
		case sql.Test:
			q.Tests = append(q.Tests, p)
		case sql.CTE:
			q.With = append(q.With, p)
		case sql.Expr:
			q.Leaves = append(q.Leaves, p)
		case *sql.Writing:
			q.Write = p
		default:
			panic(fmt.Sprintf("a query has no %T", p))
		}
	}
	return q
}

func union(operands ...*sql.Query) *sql.Query { return &sql.Query{Operands: operands} }

func with(q *sql.Query, name string, as *sql.Query, columns ...string) *sql.Query {
	q.With = append(q.With, sql.CTE{Name: name, Query: as, Columns: columns})
	return q
}

func recursive(q *sql.Query) *sql.Query { q.Recursive = true; return q }

// shop is a catalogue with tables and views in the schema public.
func shop() *sql.Catalogue {
	relation := func(kind sql.RelationKind, name, columns string, q *sql.Query) sql.Relation {
		return sql.Relation{Schema: "public", Name: name, Kind: kind, Columns: strings.Fields(columns), Query: q, Path: []string{"public"}}
	}
	users := relation(sql.RelationTable, "users", "id email card", nil)
	users.Hidden = []string{"ctid"}
	ruled := relation(sql.RelationTable, "ruled", "a", nil)
	ruled.Rules = true
	watched := relation(sql.RelationTable, "watched", "a b", nil)
	watched.Triggers = true
	filled := relation(sql.RelationTable, "filled", "a b", nil)
	filled.Filled = true
	all := []sql.Relation{
		users, ruled, watched, filled,
		relation(sql.RelationView, "ruling", "b", sel(col("a AS b"), table("ruled"))),
		relation(sql.RelationView, "ruling2", "c", sel(col("b AS c"), table("ruling"))),
		relation(sql.RelationView, "filling", "b", sel(col("b"), table("filled"))),
		relation(sql.RelationView, "watching", "a", sel(col("a"), table("watched"))),
		relation(sql.RelationTable, "orders", "id user_id total", nil),
		relation(sql.RelationView, "people", "id mail", sel(col("id"), col("email"), table("users"), where(sql.UseTest, "card"))),
		relation(sql.RelationView, "folk", "mail twice", sel(col("mail"), call("x", "mail"), table("people"))),
		relation(sql.RelationMaterialized, "kept", "email", sel(col("email"), table("users"))),
		relation(sql.RelationView, "opaque", "a", nil),
		relation(sql.RelationView, "ring", "a", sel(star(), table("ring2"))),
		relation(sql.RelationView, "ring2", "a", sel(star(), table("ring"))),
		relation(sql.RelationView, "narrow", "a b", sel(col("id"), table("users"))),
		relation(sql.RelationUnknown, "strange", "a", nil),
		relation(sql.RelationForeign, "far", "secret", nil),
	}
	part := relation(sql.RelationTable, "visits_2024", "id email", nil)
	part.Parents, part.Hidden = []sql.Name{{Schema: "public", Name: "visits"}}, []string{"ctid", "tableoid"}
	leaf := relation(sql.RelationTable, "visits_2024_05", "email id extra", nil)
	leaf.Parents, leaf.Partition = []sql.Name{{Schema: "public", Name: "visits_2024"}}, true
	all = append(all, relation(sql.RelationTable, "visits", "id email", nil), part, leaf)
	all = append(all, sql.Relation{Schema: "other", Name: "users", Kind: sql.RelationTable, Columns: []string{"id", "pin"}})
	return &sql.Catalogue{Version: "1", Relations: all}
}

var public = []string{"public"}

// told is a lineage on one line.
func told(l *Lineage) string {
	var parts []string
	for _, c := range l.Columns {
		var from []string
		for _, o := range c.Origins {
			from = append(from, short(o))
		}
		s := c.Name + "=" + strings.Join(from, "+")
		if c.Derived {
			s += "!"
		}
		if c.Unknown != "" {
			s += "?"
		}
		parts = append(parts, s)
	}
	for _, t := range l.Tests {
		s := "test " + short(t.Origin)
		if t.Equal {
			s += " equal"
		}
		parts = append(parts, s)
	}
	for _, w := range l.Writes {
		s := short(w.To) + "<-"
		if w.From != (Origin{}) {
			s += short(w.From)
		}
		if w.Derived {
			s += "!"
		}
		parts = append(parts, s)
	}
	if l.Unknown != "" {
		parts = append(parts, "UNKNOWN "+l.Unknown)
	}
	if l.Beyond {
		parts = append(parts, "beyond")
	}
	return strings.Join(parts, "; ")
}

func short(o Origin) string {
	return strings.TrimPrefix(o.Schema+"."+o.Table+"."+o.Column, "public.")
}

func resolve(t testing.TB, q *sql.Query) *Lineage {
	t.Helper()
	return NewIndex(shop(), Options{}).Resolve(q, public)
}
