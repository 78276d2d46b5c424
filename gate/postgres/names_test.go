package postgresgate

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestNamesInQuotes: a class and a rule name tables and columns that want quotes,
// and mean those and no others.
func TestNamesInQuotes(t *testing.T) {
	h := start(t, setup{
		allow: `
      - who: app
        statements: [select]
        tables: ['public."Weird.Table"', '"order lines"']
        columns: ['public."Weird.Table"."e mail"', '"Weird.Table".id', '"Weird.Table"."qu""o` + "`" + `te"']`,
		classes: `{email: {columns: ['public."Weird.Table"."e mail"', '"Weird.Table"."qu""o` + "`" + `te"'], mask: stars}}`,
		more:    "    in: {email: mask}\n",
	})
	h.direct("CREATE TABLE \"Weird.Table\" (id int, \"e mail\" text, \"qu\"\"o`te\" text, \"E MAIL\" text, secret int)",
		`INSERT INTO "Weird.Table" VALUES (1, 'ann@example.com', 'bob@example.com', 'x', 7)`,
		`CREATE TABLE "order lines" (n int)`, `INSERT INTO "order lines" VALUES (5)`, `CREATE TABLE "weird.table" (id int)`, `CREATE TABLE weird (id int)`, `CREATE TABLE "order" (n int)`)
	for name, mode := range map[string]pgx.QueryExecMode{"simple": pgx.QueryExecModeSimpleProtocol, "prepared": pgx.QueryExecModeCacheStatement} {
		c := h.conn(func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = mode })
		for query, want := range map[string]string{
			`SELECT "e mail", id FROM "Weird.Table"`:                 "*************** 1",
			`SELECT w."e mail" AS id FROM public."Weird.Table" w`:    "***************",
			"SELECT \"qu\"\"o`te\" FROM \"Weird.Table\"":             "***************",
			`SELECT n, id FROM "order lines", "Weird.Table"`:         "5 1",
			`SELECT x FROM (SELECT "e mail" x FROM "Weird.Table") d`: "***************",
		} {
			if got, err := cells(t, c, query); got != want || err != nil {
				t.Errorf("%s: %s: %q, %v; want %q", name, query, got, err, want)
			}
		}
		for _, query := range []string{
			`SELECT secret FROM "Weird.Table"`, `SELECT "E MAIL" FROM "Weird.Table"`, `SELECT * FROM "Weird.Table"`, `SELECT id FROM "Weird.Table" WHERE secret = 7`,
			`SELECT id FROM "weird.table"`, `SELECT id FROM weird`, `SELECT n FROM "order"`, `SELECT id FROM weird."Table"`,
		} {
			if got, err := cells(t, c, query); err == nil || !strings.Contains(err.Error(), "sallyport: no-rule") {
				t.Errorf("%s: %s: %q, %v; want a refusal as no-rule", name, query, got, err)
			}
		}
	}
}
