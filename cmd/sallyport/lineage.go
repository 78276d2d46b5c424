package main

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/catalogue"
	postgresgate "github.com/sallyport/sallyport/gate/postgres"
	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
	mysqltext "github.com/sallyport/sallyport/sql/mysql"
	postgrestext "github.com/sallyport/sallyport/sql/postgres"
)

// anyColumn is the column that stands for all that nobody has named. Whoever
// asks for `*` gets it, and an unqualified name never means it.
const anyColumn = "*"

// lineageOf is a policy.Lineage: it says where the values of a statement come
// from and go to as far as its text and the columns that the policy names tell.
// nil is a text that no dialect understands.
func lineageOf(d policy.Door, named []sallyport.Origin, text string) *sallyport.Lineage {
	g := guess{named: named, fold: true, path: []string{d.Database}}
	texts := mysqltext.NewAnalyzer
	if d.Kind == postgresgate.Kind.Name {
		texts, g.fold, g.path = postgrestext.NewAnalyzer, false, []string{"public"}
	}
	st, err := texts(sql.Options{MaxBytes: d.Limits.StatementBytes}).Analyze([]byte(text), &sql.Session{Database: d.Database})
	if err != nil {
		return nil
	}
	defer st.Release()
	return g.lineage(st.Analysis)
}

var _ policy.Lineage = lineageOf

// guess works a lineage out without a database.
type guess struct {
	named []sallyport.Origin // columns that the policy names
	fold  bool               // letter case of names does not count
	path  []string           // where unqualified tables are
}

// lineage follows an analysis over the tables that it names. Each has the columns
// that the policy knows of, those that the statement gives it, and anyColumn.
func (g *guess) lineage(a *sql.Analysis) *sallyport.Lineage {
	c := &sql.Catalogue{}
	for _, t := range a.Tables {
		c.Relations = append(c.Relations, sql.Relation{Schema: g.schema(t), Name: t.Name, Kind: sql.RelationTable})
	}
	for i := range c.Relations {
		c.Relations[i].Columns = append(g.columns(a, c.Relations, i), anyColumn)
	}
	path := g.path
	if !g.fold {
		path = append([]string{"pg_catalog"}, path...)
	}
	held := catalogue.NewSnapshot(c, lineage.Options{FoldColumns: g.fold, FoldRelations: g.fold})
	out := *held.Lineage(a, path) // a copy of what the snapshot keeps
	out.Columns, out.Writes = slices.Clone(out.Columns), slices.Clone(out.Writes)
	for i := range out.Columns {
		guessed(&out.Columns[i])
	}
	for _, w := range out.Writes {
		if w.To.Column == anyColumn && !w.From.IsZero() {
			out.Known, out.Unknown = false, "which columns are written, the database alone knows"
		}
	}
	return &out
}

// guessed makes a column of a result unknown where anyColumn is in it.
func guessed(col *sallyport.ResultColumn) {
	var named []sallyport.Origin
	for _, o := range col.Origins {
		if o.Column != anyColumn {
			named = append(named, o)
		} else if col.Unknown == "" {
			col.Unknown = "what * stands for, the database alone knows"
		}
	}
	col.Origins = named
}

// schema is the one that a table of a statement is in.
func (g *guess) schema(t sql.Table) string {
	switch {
	case t.Schema != "":
		return t.Schema
	case !g.fold && strings.HasPrefix(t.Name, "pg_"):
		return "pg_catalog"
	}
	return g.path[0]
}

// columns is what is known of the columns of one of several relations. A name
// that the statement does not qualify is one of those tables for which the policy
// names it, and else may be of any. A qualifier that is no name of a table is an
// alias, which can be any table's.
func (g *guess) columns(a *sql.Analysis, relations []sql.Relation, i int) (all []string) {
	r := relations[i]
	add := func(name string) {
		if name != anyColumn && !slices.ContainsFunc(all, func(have string) bool { return g.same(have, name) }) {
			all = append(all, name)
		}
	}
	for _, o := range g.named {
		if g.names(o, r) {
			add(o.Column)
		}
	}
	for _, c := range a.Columns {
		of := func(r sql.Relation) bool { return g.same(c.Table, r.Name) }
		if c.Table == "" {
			of = func(r sql.Relation) bool {
				return slices.ContainsFunc(g.named, func(o sallyport.Origin) bool { return g.names(o, r) && g.same(o.Column, c.Name) })
			}
		}
		if of(r) || !slices.ContainsFunc(relations, of) {
			add(c.Name)
		}
	}
	return all
}

// names tells whether a column that the policy names is of a relation.
func (g *guess) names(o sallyport.Origin, r sql.Relation) bool {
	return g.same(o.Table, r.Name) && (o.Schema == "" || g.same(o.Schema, r.Schema))
}

func (g *guess) same(a, b string) bool {
	return a == b || g.fold && strings.EqualFold(a, b)
}
