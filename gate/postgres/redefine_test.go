package postgresgate

import (
	"strings"
	"testing"
)

// TestTypesOfGuardedColumns: what is done to a type or a domain is done to the
// columns that are made of it, though the statement names no table.
func TestTypesOfGuardedColumns(t *testing.T) {
	h := start(t, setup{
		allow: "\n      - {who: app, statements: [select, alter], tables: ['*']}\n", more: "    in: {email: mask}\n",
		classes: "{email: {columns: [typed.email, dressed.email], mask: stars}}",
	})
	h.direct("CREATE TYPE person AS (id int, email text)", "CREATE TABLE typed OF person", "INSERT INTO typed VALUES (1, 'ann@example.com')",
		"CREATE DOMAIN address AS text", "CREATE TABLE dressed (id int, email address)", "INSERT INTO dressed VALUES (1, 'ann@example.com')")
	c := h.conn()
	for _, text := range []string{
		"ALTER TYPE person RENAME ATTRIBUTE email TO mail CASCADE", "ALTER TYPE typed RENAME ATTRIBUTE email TO mail",
		"ALTER SCHEMA public RENAME TO other", "ALTER DOMAIN address ADD CHECK (VALUE::int > 4)",
		"ALTER DOMAIN address ADD CHECK (VALUE !~ '^ann') NOT VALID", "ALTER DOMAIN address VALIDATE CONSTRAINT address_check", "ALTER DOMAIN address SET NOT NULL",
	} {
		if _, err := c.Exec(t.Context(), text); err == nil || !strings.Contains(err.Error(), "refused by sallyport") || strings.Contains(err.Error(), "ann") {
			t.Errorf("%s: %v", text, err)
		}
	}
	exec(t, c, "ALTER DOMAIN address SET DEFAULT ''")
	for _, table := range []string{"typed", "dressed"} {
		if got, err := cells(t, c, "SELECT email FROM "+table); err != nil || strings.Contains(got, "ann") || !strings.Contains(got, "*") {
			t.Errorf("%s gives %s, %v", table, got, err)
		}
	}
}
