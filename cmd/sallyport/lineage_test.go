package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/sql"
)

// ref is a reference to "column", "table.column" or "*", as it comes out.
func ref(name string, use sql.Use) sql.Expr {
	table, column, qualified := strings.Cut(name, ".")
	if !qualified {
		table, column = "", name
	}
	return sql.Expr{Refs: []sql.Ref{{Table: table, Name: column, Use: use}}}
}

// selecting selects outputs of tables, each "name" or "name alias".
func selecting(tables []string, outputs ...string) *sql.Analysis {
	a := &sql.Analysis{Kind: sql.KindSelect, Query: &sql.Query{}}
	for _, t := range tables {
		name, alias, _ := strings.Cut(t, " ")
		schema, table, qualified := strings.Cut(name, ".")
		if !qualified {
			schema, table = "", name
		}
		a.Tables = append(a.Tables, sql.Table{Schema: schema, Name: table, Access: sql.Read})
		a.Query.From = append(a.Query.From, sql.Source{Table: &sql.Name{Schema: schema, Name: table}, Alias: alias})
	}
	for _, o := range outputs {
		e := ref(o, sql.UseValue)
		if o == "*" {
			a.Query.Outputs = append(a.Query.Outputs, sql.Output{Star: true})
		} else {
			a.Query.Outputs = append(a.Query.Outputs, sql.Output{Expr: e})
		}
		a.Columns = append(a.Columns, sql.Column{Table: e.Refs[0].Table, Name: e.Refs[0].Name})
	}
	return a
}

func conditioned(a *sql.Analysis, column string, use sql.Use) *sql.Analysis {
	e := ref(column, use)
	a.Query.Tests = append(a.Query.Tests, sql.Test{Expr: e})
	a.Columns = append(a.Columns, sql.Column{Table: e.Refs[0].Table, Name: e.Refs[0].Name})
	return a
}

// said is a lineage in one line.
func said(l *sallyport.Lineage) string {
	var all []string
	for _, c := range l.Columns {
		var of []string
		for _, o := range c.Origins {
			of = append(of, o.String())
		}
		s := "(" + strings.Join(of, " ") + ")"
		if c.Unknown != "" {
			s += "?"
		}
		all = append(all, s)
	}
	for _, t := range l.Tests {
		all = append(all, fmt.Sprintf("test %s %v", t.Origin, t.Equal))
	}
	for _, w := range l.Writes {
		from := ""
		if !w.From.IsZero() {
			from = w.From.String()
		}
		all = append(all, "write "+w.To.String()+" "+from)
	}
	if !l.Known {
		all = append(all, "unknown")
	}
	if !l.Named {
		all = append(all, "anything")
	}
	return strings.Join(all, ", ")
}

func TestLineageWithoutADatabase(t *testing.T) {
	named := []sallyport.Origin{{Schema: "shop", Table: "users", Column: "email"}, {Schema: "shop", Table: "payments", Column: "*"}, {Table: "staff", Column: "pay"}}
	insert := selecting([]string{"users"})
	insert.Query = &sql.Query{Write: &sql.Writing{Table: sql.Name{Name: "users"}, Source: &sql.Query{Outputs: []sql.Output{{}, {}}}}}
	copied := selecting([]string{"orders", "users"}, "users.email")
	copied.Query = &sql.Query{Write: &sql.Writing{Table: sql.Name{Name: "orders"}, Source: copied.Query}}
	copied.Query.Write.Source.From = copied.Query.Write.Source.From[1:]
	stored := selecting([]string{"users"}, "id")
	stored.Dangers = []sql.Danger{sql.DangerStoredCode}
	for _, tt := range []struct {
		name string
		a    *sql.Analysis
		want string
	}{
		{"a column that the policy names", selecting([]string{"users"}, "email"), "(shop.users.email)"},
		{"in another letter case", selecting([]string{"Users"}, "EMail"), "(shop.Users.email)"},
		{"one that it does not", selecting([]string{"users"}, "id"), "(shop.users.id)"},
		{"a table with its schema", selecting([]string{"sales.users"}, "email"), "(sales.users.email)"},
		{"a column that the policy names in any schema", selecting([]string{"hr.staff"}, "*"), "(hr.staff.pay), ()?"},
		{"all columns", selecting([]string{"users"}, "*"), "(shop.users.email), ()?"},
		{"a join by qualified names", selecting([]string{"users", "orders"}, "users.id", "orders.total"), "(shop.users.id), (shop.orders.total)"},
		{"a join by aliases", selecting([]string{"users u", "orders o"}, "u.id", "o.email"), "(shop.users.id), (shop.orders.email)"},
		{"an unqualified name that the policy has of one", selecting([]string{"users", "orders"}, "email"), "(shop.users.email)"},
		{"an unqualified name that it does not have", selecting([]string{"users", "orders"}, "id"), "(shop.orders.id shop.users.id)"},
		{"a test", conditioned(selecting([]string{"payments"}, "id"), "pan", sql.UseEqual), "(shop.payments.id), test shop.payments.pan true"},
		{"another test", conditioned(selecting([]string{"payments"}, "id"), "pan", sql.UseTest), "(shop.payments.id), test shop.payments.pan false"},
		{"values for columns that nobody named", insert, "write shop.users.* , write shop.users.email "},
		{"columns that nobody named, from one", copied, "write shop.orders.* shop.users.email, unknown"},
		{"stored code", stored, "(shop.users.id), unknown, anything"},
		{"no query", &sql.Analysis{Kind: sql.KindAlter, Tables: []sql.Table{{Name: "users"}}}, "unknown"},
		{"no query and stored code", &sql.Analysis{Kind: sql.KindCall, Dangers: []sql.Danger{sql.DangerStoredCode}}, "unknown, anything"},
	} {
		g := guess{named: named, fold: true, path: []string{"shop"}}
		if diff := cmp.Diff(tt.want, said(g.lineage(tt.a))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	g := guess{path: []string{"public"}}
	for table, want := range map[string]string{"users": "public", "pg_stats": "pg_catalog", "sales.users": "sales"} {
		l := g.lineage(selecting([]string{table}, "id"))
		if !slices.ContainsFunc(l.Relations, func(r sallyport.TableUse) bool { return r.Schema == want }) {
			t.Errorf("%s of a postgres door is in %v", table, l.Relations)
		}
	}
}

// TestLineageOfText reads real texts: whatever a dialect makes of them, the
// tables that it names are reached, and what is no SQL has no lineage.
func TestLineageOfText(t *testing.T) {
	for _, kind := range []string{"mysql", "postgres"} {
		d := policy.Door{Kind: kind, Database: "shop", Limits: policy.Limits{StatementBytes: 1 << 16}}
		l := lineageOf(d, nil, "SELECT id FROM sales.users")
		if l == nil || !l.Named || len(l.Relations) != 1 || l.Relations[0].String() != "sales.users" {
			t.Errorf("%s: %+v", kind, l)
		}
		if l := lineageOf(d, nil, strings.Repeat("x", 1<<17)); l != nil {
			t.Errorf("%s: a text that is too long has the lineage %+v", kind, l)
		}
	}
}
