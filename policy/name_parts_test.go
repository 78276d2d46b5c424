package policy

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
)

// TestNameParts: quotes keep dots, blanks and stars within a name, and a name has
// one spelling.
func TestNameParts(t *testing.T) {
	for _, tt := range []struct{ pattern, parts, canonical string }{
		{"users", "users", "users"},
		{"shop.users", "shop|users", "shop.users"},
		{`"users"`, "users", "users"},
		{"`shop`.`users`.*", "shop|users|*", "shop.users.*"},
		{`public."Weird.Table"."e mail"`, "public|Weird.Table|e mail", `public."Weird.Table"."e mail"`},
		{"`a``b`.`c\"d`", "a`b|c\"d", "\"a`b\".\"c\"\"d\""},
		{`"a""b"`, `a"b`, `"a""b"`},
		{`"a*"`, "a*", `"a*"`},
		{"`Größe, netto`.x", "Größe, netto|x", `"Größe, netto".x`},
		{`"Weird"`, "Weird", "Weird"},
		{`" "`, " ", `" "`},
	} {
		if got := strings.Join(NameParts(tt.pattern), "|"); got != tt.parts {
			t.Errorf("%s has the names %s, want %s", tt.pattern, got, tt.parts)
		}
		if got := canonicalName(tt.pattern); got != tt.canonical || canonicalName(got) != got {
			t.Errorf("%s is spelt %s, want %s", tt.pattern, got, tt.canonical)
		}
	}
	for _, bad := range []string{`"users`, `"us"ers`, `us"ers`, "a b", `"*"`, "`*`.b", "\"a\nb\"", "\"a\u202eb\"", "'users'"} {
		if _, what, hint := nameParts(bad); what == "" || hint == "" {
			t.Errorf("%q is taken", bad)
		}
		if got := NameParts(bad); len(got) != 1 || got[0] != bad {
			t.Errorf("%q has the names %q", bad, got)
		}
	}
}

// FuzzNameParts: what is read is written so that it reads back the same.
func FuzzNameParts(f *testing.F) {
	for _, seed := range []string{"a.b", `"a.b"."c""d"`, "`a``", "*", `"*a".*`, "a..b", `""`, "."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		parts, bad, _ := nameParts(s)
		if bad != "" {
			return
		}
		again, bad, _ := nameParts(canonicalName(s))
		if bad != "" || len(again) != len(parts) {
			t.Fatalf("%q is written %q, which is not read: %s", s, canonicalName(s), bad)
		}
		for i, p := range parts {
			if again[i].text != p.text || again[i].wild() != p.wild() {
				t.Fatalf("%q is written %q", s, canonicalName(s))
			}
		}
	})
}

// TestQuotedNamesAreExact: a class, and the tables and columns of a rule, mean the
// table and column of that very name.
func TestQuotedNamesAreExact(t *testing.T) {
	p := mustParse(t, strings.NewReplacer("kind: mysql", "kind: postgres", "port: 3306", "port: 5432").Replace(quotedPolicy))
	for _, tt := range []struct {
		table, column string
		want          string
	}{
		{"Weird.Table", "e mail", "mask class 1=last4/email"},
		{"Weird.Table", "id", "allow"},
		{"Weird.Table", "other", "deny no-rule"},
		{"Weird", "id", "deny no-rule"},
		{"weird.table", "id", "deny no-rule"},
		{"Table", "e mail", "deny no-rule"},
		{`q"uote`, "x", "allow"},
		{`quote`, "x", "deny no-rule"},
	} {
		o := sallyport.Origin{Schema: "public", Table: tt.table, Column: tt.column}
		act := &sallyport.Statement{
			Protocol: "postgres", Database: "shop", Kind: "select", Kinds: []string{"select"},
			Tables: []sallyport.TableUse{{Schema: "public", Name: tt.table}},
			Lineage: &sallyport.Lineage{Known: true, Named: true, Columns: []sallyport.ResultColumn{{Name: "c", Origins: []sallyport.Origin{o}}},
				Relations: []sallyport.TableUse{{Schema: "public", Name: tt.table}}},
		}
		if got, v := weighed(p, "db", act); got != tt.want {
			t.Errorf("%s of %s: %s, want %s: %v", tt.column, tt.table, got, tt.want, v.Reasons)
		}
	}
}

const quotedPolicy = `version: 1
apps:
  shop: {proof: [password], password: env:COLOURS_DOOR_PASSWORD}
hosts:
  main-db: {name: db.example.com, port: 3306}
classes:
  email: {columns: ['public."Weird.Table"."e mail"'], mask: last4}
doors:
  - name: db
    kind: mysql
    listen: :3306
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    database: shop
    login: {user: shop, password: env:COLOURS_DB_PASSWORD}
    in: {email: mask}
    allow:
      - who: shop
        statements: [select]
        tables: ['"Weird.Table"', '"q""uote"']
        columns: ['"Weird.Table"."e mail"', '"Weird.Table".id']
`
