package mysqlgate

import (
	"bytes"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

// guarded is a door that masks users.email, where the app may do anything.
func guarded(more string) setup {
	return setup{
		allow: openPolicy, classes: "{email: {columns: [users.email], mask: stars}, card: {columns: [users.card], mask: stars}}",
		more: "    in: {email: mask, card: deny}\n" + more,
	}
}

func startGuarded(t *testing.T, more string) *harness {
	t.Helper()
	h := start(t, guarded(more))
	h.direct(
		"CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(50), email VARCHAR(50) UNIQUE, card VARCHAR(20))",
		"INSERT INTO users VALUES (1, 'ann', 'ann@example.com', '4111'), (2, 'bob', 'bob@example.com', '4222')",
		"CREATE TABLE orders (id INT PRIMARY KEY, user_id INT, note VARCHAR(50))", "INSERT INTO orders VALUES (7, 1, 'a')",
		"CREATE VIEW people AS SELECT id, email AS mail FROM users", "CREATE ALGORITHM=TEMPTABLE VIEW folk AS SELECT id, email AS mail FROM users")
	return h
}

// cells are the rows of a query, each cell as text, and the error.
func cells(t *testing.T, c *sql.Conn, query string, args ...any) (string, error) {
	t.Helper()
	rows, err := c.QueryContext(t.Context(), query, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return "", err
	}
	var out []string
	for rows.Next() {
		row := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			return "", err
		}
		var line []string
		for _, v := range row {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			line = append(line, fmt.Sprint(v))
		}
		out = append(out, strings.Join(line, " "))
	}
	return strings.Join(out, "; "), rows.Err()
}

func TestColumnsAreMaskedByLineage(t *testing.T) {
	h := startGuarded(t, "")
	c := h.conn()
	for _, tt := range []struct{ query, want string }{
		{"SELECT id, email FROM users", "1 ***************; 2 ***************"},
		{"SELECT email AS id, id AS email FROM users WHERE id = 1", "*************** 1"},
		{"SELECT u.email FROM users u JOIN orders o ON o.user_id = u.id", "***************"},
		{"SELECT mail FROM people WHERE id = 1", "***************"},
		{"SELECT x FROM (SELECT mail AS x, id FROM folk) d WHERE id = 1", "***************"},
		{"WITH c(a, b) AS (SELECT id, email FROM users) SELECT b, a FROM c WHERE a = 2", "*************** 2"},
		{"SELECT note FROM orders UNION ALL SELECT email FROM users WHERE id = 1", "*; ***************"},
		{"SELECT (SELECT email FROM users WHERE id = 1)", "***************"},
		{"SELECT COUNT(email) FROM users", "2"},
		{"SELECT name FROM users WHERE id = 1", "ann"},
	} {
		for _, args := range [][]any{nil, {1}} {
			query := tt.query
			if args != nil {
				query = "SELECT * FROM (" + tt.query + ") q WHERE ? = 1" // prepared, and rows in binary
			}
			if got, err := cells(t, c, query, args...); err != nil || got != tt.want {
				t.Errorf("%s: %q, %v; want %q", query, got, err, tt.want)
			}
		}
	}
	if got, err := cells(t, c, "SELECT id FROM users WHERE email = ?", "bob@example.com"); err != nil || got != "2" {
		t.Errorf("looked up by a parameter: %q, %v", got, err)
	}
	if e := h.book.Last(t, "sql"); e.Effect != "allow" {
		t.Errorf("a statement of which nothing is masked is recorded as %s", e.Effect)
	}
}

func TestWhatMasksWouldNotHide(t *testing.T) {
	h := startGuarded(t, "")
	c := h.conn()
	for _, tt := range []struct{ query, reason string }{
		{"SELECT card FROM users", "class"},
		{"SELECT * FROM users", "class"},
		{"SELECT id FROM users WHERE email LIKE 'a%'", "predicate"},
		{"SELECT id FROM users WHERE email = 'ann@example.com'", "predicate"},
		{"SELECT id FROM users ORDER BY email", "predicate"},
		{"SELECT id FROM people ORDER BY mail", "predicate"},
		{"SELECT UPPER(email) FROM users", "predicate"},
		{"SELECT GROUP_CONCAT(mail) FROM folk", "predicate"},
		{"INSERT INTO orders SELECT id + 10, id, email FROM users", "class"},
		{"UPDATE orders o JOIN users u ON u.id = o.user_id SET o.note = u.email", "class"},
		{"CREATE TABLE copy AS SELECT email FROM users", "class"},
		{"CREATE VIEW mails AS SELECT mail FROM people", "class"},
		{"SELECT @m := email FROM users", "class"},
		{"EXPLAIN SELECT email FROM users", "class"},
		{"ALTER TABLE users RENAME COLUMN email TO mail", "unknown-lineage"},
		{"SELECT * FROM nowhere", "unknown-lineage"},
	} {
		if got, err := cells(t, c, tt.query); err == nil || !strings.Contains(err.Error(), "sallyport: "+tt.reason) {
			t.Errorf("%s: %q, %v; want a refusal as %s", tt.query, got, err, tt.reason)
		}
	}
}

func TestErrorsAndWarningsDoNotQuote(t *testing.T) {
	h := startGuarded(t, "")
	c := h.conn()
	_, err := c.ExecContext(t.Context(), "INSERT INTO users (id, email) VALUES (3, 'ann@example.com')")
	wantError(t, err, 1062, "23000", "kept back")
	if strings.Contains(err.Error(), "ann@") {
		t.Errorf("the error quotes: %v", err)
	}
	for _, query := range []string{"SHOW WARNINGS", "SHOW ERRORS", "show /* */ warnings"} {
		_, err = cells(t, c, query)
		wantError(t, err, 1227, "42000", "inspected", "warnings")
	}
	if got, err := cells(t, c, "SELECT 1"); err != nil || got != "1" {
		t.Errorf("%q, %v", got, err)
	}
	_, err = cells(t, c, "SHOW WARNINGS") // a statement of no table has not cleared them
	wantError(t, err, 1227, "42000", "inspected")
	st, err := c.PrepareContext(t.Context(), "SHOW WARNINGS")
	if err == nil {
		_, err = st.QueryContext(t.Context())
		st.Close()
	}
	wantError(t, err, 1227, "42000", "inspected")
	exec(t, c, "INSERT IGNORE INTO orders VALUES (7, 1, 'b')")
	if got, err := cells(t, c, "SHOW WARNINGS"); err != nil || !strings.Contains(got, "Duplicate entry '7'") {
		t.Errorf("warnings of a statement that reaches nothing guarded: %q, %v", got, err)
	}
	_, err = c.ExecContext(t.Context(), "INSERT INTO orders VALUES (7, 1, 'b')")
	wantError(t, err, 1062, "23000", "Duplicate entry '7'")
}

// TestChangesOfTheCatalogue: names are judged by what they mean when the statement
// comes, whoever has changed it.
func TestChangesOfTheCatalogue(t *testing.T) {
	h := startGuarded(t, "")
	c := h.conn()
	exec(t, c, "CREATE VIEW notes AS SELECT note AS n FROM orders")
	if got, err := cells(t, c, "SELECT n FROM notes"); err != nil || got != "a" {
		t.Errorf("a view that was just made: %q, %v", got, err)
	}
	exec(t, c, "DROP VIEW notes")
	h.direct("CREATE VIEW notes AS SELECT email AS n FROM users WHERE id = 1")
	h.door.catalogue.Stale() // as two seconds would
	for range 2 {
		if got, err := cells(t, c, "SELECT n FROM notes"); err != nil || got != "***************" {
			t.Errorf("a view that others have made anew: %q, %v", got, err)
		}
	}
	st, err := c.PrepareContext(t.Context(), "SELECT n FROM notes")
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	h.direct("CREATE OR REPLACE VIEW notes AS SELECT card AS n FROM users WHERE id = 1")
	h.door.catalogue.Stale()
	if rows, err := st.QueryContext(t.Context()); err == nil {
		rows.Close()
		t.Error("a statement was not judged again that was prepared when its view was another")
	}
}

func TestReportDoesNotMask(t *testing.T) {
	h := startGuarded(t, "    mode: report\n")
	c := h.conn()
	if got, err := cells(t, c, "SELECT email FROM users WHERE id = 1"); err != nil || got != "ann@example.com" {
		t.Errorf("%q, %v", got, err)
	}
	if e := h.book.Last(t, "sql"); e.Effect != "allow" || e.Would != "mask" {
		t.Errorf("recorded as %s, would %s", e.Effect, e.Would)
	}
	_, err := c.ExecContext(t.Context(), "INSERT INTO users (id, email) VALUES (3, 'ann@example.com')")
	wantError(t, err, 1062, "23000", "Duplicate entry 'ann@example.com'")
	if _, err = cells(t, c, "SHOW WARNINGS"); err != nil {
		t.Error(err)
	}
}

// TestNoCatalogueRefuses: what cannot be looked up is not taken for harmless.
func TestNoCatalogueRefuses(t *testing.T) {
	s := guarded("")
	var log bytes.Buffer
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	h := start(t, s)
	h.direct("CREATE TABLE orders (id INT)")
	c := h.conn()
	h.door.contents.line.Close()
	_, err := cells(t, c, "SELECT id FROM orders")
	wantError(t, err, 1142, "42000", "unknown-lineage")
	if got, err := cells(t, c, "SELECT 1"); err != nil || got != "1" {
		t.Errorf("a statement of no table: %q, %v", got, err)
	}
	h.end()
	if !strings.Contains(log.String(), "catalogue cannot be read") {
		t.Errorf("the log says nothing of it: %s", log.String())
	}
}
