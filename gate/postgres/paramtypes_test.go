package postgresgate

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestParametersOfMadeTypes: taking in a value of a type that somebody has made
// may run what somebody wrote, which no text names. The client says the type in
// Parse.
func TestParametersOfMadeTypes(t *testing.T) {
	h := startGuarded(t, "")
	h.direct(
		"CREATE FUNCTION told() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '%', (SELECT email FROM users WHERE id = 1); END $$",
		"CREATE DOMAIN word AS text CHECK (told())", "CREATE DOMAIN longer AS word", "CREATE DOMAIN plain AS text CHECK (VALUE <> '')",
		"CREATE TYPE pair AS (a int, b longer)", "CREATE DOMAIN whole AS pair", "CREATE TABLE shelf (id int, b word)",
		"CREATE TYPE pure AS (n int)", "CREATE TYPE grade AS (n int)",
		"CREATE FUNCTION below(grade, grade) RETURNS boolean LANGUAGE sql AS 'SELECT ($1).n < ($2).n'",
		"CREATE FUNCTION grades(grade, grade) RETURNS int LANGUAGE sql AS 'SELECT CASE WHEN told() THEN 1 ELSE -1 END'",
		"CREATE OPERATOR <<< (LEFTARG = grade, RIGHTARG = grade, FUNCTION = below)", "CREATE OPERATOR <<= (LEFTARG = grade, RIGHTARG = grade, FUNCTION = below)",
		"CREATE OPERATOR =*= (LEFTARG = grade, RIGHTARG = grade, FUNCTION = below)", "CREATE OPERATOR >>= (LEFTARG = grade, RIGHTARG = grade, FUNCTION = below)",
		"CREATE OPERATOR >>> (LEFTARG = grade, RIGHTARG = grade, FUNCTION = below)",
	)
	root := h.loginAs(h.db.Instance.RootUser, h.db.Instance.RootPassword)
	exec(t, root, "CREATE OPERATOR CLASS grade_ops DEFAULT FOR TYPE grade USING btree AS OPERATOR 1 <<<, OPERATOR 2 <<=, OPERATOR 3 =*=, OPERATOR 4 >>=, OPERATOR 5 >>>, FUNCTION 1 grades(grade, grade)")
	h.direct(
		"CREATE TYPE span AS RANGE (SUBTYPE = grade, SUBTYPE_OPCLASS = grade_ops)",
		"CREATE TYPE tint AS (n int)", "CREATE FUNCTION said(tint) RETURNS text LANGUAGE sql AS 'SELECT email FROM users WHERE id = ($1).n'",
		"CREATE CAST (tint AS text) WITH FUNCTION said(tint) AS IMPLICIT",
	)
	owner, c := h.owner(), h.conn()
	for _, tt := range []struct{ of, query, value string }{
		{"word", "SELECT $1 IS NULL", "x"},
		{"longer", "SELECT $1 IS NULL", "x"},
		{"longer", "SELECT id FROM orders WHERE id = 7 AND $1 IS NOT NULL", "x"},
		{"_word", "SELECT 1 WHERE $1 IS NOT NULL", "{x}"},
		{"pair", "SELECT $1 IS NULL", "(1,x)"},
		{"whole", "SELECT $1 IS NULL", "(1,x)"},
		{"_pair", "SELECT $1 IS NULL", `{"(1,x)"}`},
		{"shelf", "SELECT $1 IS NULL", "(1,x)"},
		{"span", "SELECT $1 IS NULL", `["(1)","(2)"]`},
		{"_span", "SELECT $1 IS NULL", `{"[\"(1)\",\"(2)\"]"}`},
		{"span_multirange", "SELECT $1 IS NULL", `{["(1)","(2)"]}`},
		{"tint", "SELECT $1::text", "(1)"},
		{"tint", "SELECT lower($1)", "(1)"},
	} {
		what := tt.of + ", " + tt.query
		if got := said(t, owner, tt.query, tt.of, tt.value); !strings.Contains(got, "ann@") {
			t.Errorf("%s: the database itself answers %q", what, got)
		}
		if got := said(t, c, tt.query, tt.of, tt.value); strings.Contains(got, "ann@") || !strings.Contains(got, "refused by sallyport") || !strings.Contains(got, "unknown-lineage") {
			t.Errorf("%s: %q", what, got)
		}
		if e := h.book.Last(t, "sql"); e.Effect != "deny" {
			t.Errorf("%s is recorded as %s", what, e.Text)
		}
	}
	for of, want := range map[string]string{"plain": "x", "pure": "(1)"} {
		if got := said(t, c, "SELECT $1", of, want); got != want {
			t.Errorf("a type that runs none, %s: %q", of, got)
		}
	}
}

// said is all that a client hears of a query with one parameter, whose type it
// says itself: the value that comes back, and the error.
func said(t *testing.T, c *pgx.Conn, query, of, value string) string {
	t.Helper()
	var oid uint32
	if err := c.QueryRow(t.Context(), "SELECT oid FROM pg_type WHERE typname = $1", of).Scan(&oid); err != nil {
		t.Fatal(err)
	}
	got := c.PgConn().ExecParams(t.Context(), query, [][]byte{[]byte(value)}, []uint32{oid}, nil, nil).Read()
	var out []string
	for _, row := range got.Rows {
		out = append(out, string(row[0]))
	}
	if got.Err != nil {
		out = append(out, got.Err.Error())
	}
	return strings.Join(out, ";")
}
