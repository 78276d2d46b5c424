package postgresgate

import (
	"strings"
	"testing"
)

// TestFalselyImmutable: a generated column of a table that holds nothing guarded
// is filled by a function that is declared IMMUTABLE and reads what is. No text
// of the client's names either.
func TestFalselyImmutable(t *testing.T) {
	h := startGuarded(t, "")
	h.direct(
		"CREATE FUNCTION told(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT email FROM public.users WHERE id = $1'",
		"CREATE FUNCTION fine(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN (SELECT email FROM public.users WHERE id = $1); END'",
		"CREATE OPERATOR !@ (RIGHTARG = int, FUNCTION = told)",
		"CREATE TYPE tint AS (n int)", "CREATE FUNCTION said(tint) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT email FROM public.users WHERE id = ($1).n'",
		"CREATE CAST (tint AS text) WITH FUNCTION said(tint) AS IMPLICIT",
		"CREATE TABLE shelf (id int, a text GENERATED ALWAYS AS (told(id)) STORED, b text GENERATED ALWAYS AS (lower(public.fine(id))) STORED, "+
			"c text GENERATED ALWAYS AS (!@ id) STORED)",
		"INSERT INTO shelf VALUES (1)", "CREATE TABLE sums (id int, e int GENERATED ALWAYS AS (id + 1) STORED)", "INSERT INTO sums VALUES (1)",
		"CREATE VIEW shown AS SELECT id, a AS x FROM shelf", "CREATE VIEW called AS SELECT id, fine(user_id) AS x FROM orders", "CREATE VIEW further AS SELECT id, upper(x) AS y FROM called",
		"CREATE TABLE heir () INHERITS (shelf)", "INSERT INTO heir VALUES (1)",
		"CREATE TABLE tinted (id int, t tint, d text GENERATED ALWAYS AS (lower(t)) STORED)", "INSERT INTO tinted VALUES (1, ROW(1))",
		"CREATE VIEW cast_on AS SELECT id, lower(t) AS x FROM tinted", "CREATE VIEW cast_further AS SELECT id, upper(x) AS y FROM cast_on",
	)
	owner, c := h.owner(), h.conn()
	for _, query := range []string{
		"SELECT a FROM shelf", "SELECT b FROM shelf", "SELECT c FROM shelf", "SELECT d FROM tinted", "SELECT * FROM shelf", "SELECT x FROM shown",
		"SELECT a FROM heir", "SELECT s FROM shelf s", "SELECT to_json(s) FROM shelf s", "TABLE shelf",
		"SELECT x FROM called", "SELECT y FROM further", "SELECT x FROM cast_on", "SELECT y FROM cast_further", "SELECT id FROM further WHERE y LIKE 'A%'",
		"SELECT x FROM (SELECT a AS x FROM shelf) d", "SELECT o.note FROM orders o JOIN shelf s ON s.a = o.note OR o.id = 7",
		"INSERT INTO orders SELECT 9, id, a FROM ONLY shelf RETURNING note",
		"UPDATE shelf SET id = id RETURNING a", "INSERT INTO shelf (id) VALUES (1) RETURNING b", "DELETE FROM shelf RETURNING c",
		"SELECT id FROM shelf WHERE a LIKE 'ann%'",
	} {
		tx, err := owner.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got, err := cells(t, owner, query); err != nil || got == "" {
			t.Errorf("%s at the database itself: %q, %v", query, got, err)
		}
		if err := tx.Rollback(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := cells(t, c, query)
		if err == nil || strings.Contains(strings.ToLower(got+err.Error()), "ann@") || !strings.Contains(err.Error(), "unknown-lineage") && !strings.Contains(err.Error(), "predicate") {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
	for query, want := range map[string]string{
		"SELECT id, e FROM sums": "1 2", "SELECT id FROM ONLY shelf": "1", "SELECT id FROM shown LIMIT 1": "1", "SELECT id FROM further": "7", "SELECT id FROM called WHERE id = 7": "7",
	} {
		if got, err := cells(t, c, query); got != want || err != nil {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
}
