package postgresgate

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// guarded is a door that masks users.email and users.year, where the app may do
// anything.
func guarded(more string) setup {
	return setup{
		allow: openPolicy, more: "    in: {email: mask, card: deny}\n" + more,
		classes: "{email: {columns: [users.email, users.year], mask: stars}, card: {columns: [users.card], mask: stars}}",
	}
}

func startGuarded(t *testing.T, more string) *harness {
	t.Helper()
	h := start(t, guarded(more))
	h.direct(
		"CREATE TABLE users (id int PRIMARY KEY, name text, email text UNIQUE DEFERRABLE INITIALLY DEFERRED, card text, year int)",
		"INSERT INTO users VALUES (1, 'ann', 'ann@example.com', '4111', 1970), (2, 'bob', 'bob@example.com', '4222', 1980)",
		"CREATE TABLE orders (id int PRIMARY KEY, user_id int, note text)", "INSERT INTO orders VALUES (7, 1, 'a')",
		"CREATE VIEW people AS SELECT id, email AS mail FROM users",
		"CREATE TABLE visits (id int, email text) PARTITION BY LIST (email)", "CREATE TABLE visits_a PARTITION OF visits DEFAULT")
	return h
}

// cells are the rows of a query, each cell as text, and the error.
func cells(t *testing.T, c *pgx.Conn, query string, args ...any) (string, error) {
	t.Helper()
	rows, err := c.Query(t.Context(), query, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		row, err := rows.Values()
		if err != nil {
			return "", err
		}
		out = append(out, strings.Trim(fmt.Sprint(row), "[]"))
	}
	return strings.Join(out, "; "), rows.Err()
}

func TestColumnsAreMaskedByLineage(t *testing.T) {
	h := startGuarded(t, "")
	// Each as text by the simple protocol, and in binary by the extended one, the
	// second time by what is known of the statement.
	for name, mode := range map[string]pgx.QueryExecMode{"simple": pgx.QueryExecModeSimpleProtocol, "prepared": pgx.QueryExecModeCacheStatement} {
		c := h.conn(func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = mode })
		for range 2 {
			for _, tt := range []struct{ query, want string }{
				{"SELECT id, email, year FROM users WHERE id = 2", "2 *************** 0"},
				{"SELECT email AS id, id AS email FROM users WHERE id = 1", "*************** 1"},
				{"SELECT u.email FROM users u JOIN orders o ON o.user_id = u.id", "***************"},
				{"SELECT mail FROM people WHERE id = 1", "***************"},
				{"WITH c(a, b) AS MATERIALIZED (SELECT id, email FROM users) SELECT b, a FROM c WHERE a = 2", "*************** 2"},
				{"SELECT note FROM orders UNION ALL SELECT email FROM users WHERE id = 1", "*; ***************"},
				{"SELECT (SELECT email FROM users WHERE id = 1)", "***************"},
				{"SELECT count(email) FROM users", "2"},
				{"SELECT name FROM users WHERE id = 1", "ann"},
				{"UPDATE users SET name = 'ann' WHERE id = 1 RETURNING email", "***************"},
			} {
				if got, err := cells(t, c, tt.query); err != nil || got != tt.want {
					t.Errorf("%s: %s: %q, %v; want %q", name, tt.query, got, err, tt.want)
				}
			}
		}
		if got, err := cells(t, c, "SELECT id FROM users WHERE email = $1", "bob@example.com"); (err != nil || got != "2") && mode != pgx.QueryExecModeSimpleProtocol {
			t.Errorf("%s: looked up by a parameter: %q, %v", name, got, err)
		}
	}
}

func TestWhatMasksWouldNotHide(t *testing.T) {
	h := startGuarded(t, "")
	c := h.conn()
	for _, tt := range []struct{ query, reason string }{
		{"SELECT card FROM users", "class"},
		{"SELECT * FROM users", "class"},
		{"TABLE users", "class"},
		{"SELECT id FROM users WHERE email LIKE 'a%'", "predicate"},
		{"SELECT id FROM people ORDER BY mail", "predicate"},
		{"SELECT upper(email) FROM users", "predicate"},
		{"SELECT 1/(ascii(email)-97) FROM users", "predicate"},
		{"SELECT max(email) FROM users", "predicate"},
		{"SELECT to_json(p) FROM people p", "predicate"},
		{"INSERT INTO orders SELECT id + 10, id, email FROM users", "class"},
		{"CREATE TABLE copy AS SELECT email FROM users", "class"},
		{"CREATE TEMP VIEW mails AS SELECT mail FROM people", "class"},
		{"SELECT set_config('my.mail', email, false) FROM users", "predicate"},
		{"COPY (SELECT email FROM users) TO STDOUT", "class"},
		{"EXPLAIN SELECT email FROM users", "class"},
		{"ALTER TABLE users RENAME COLUMN email TO mail", "unknown-lineage"},
		{"SELECT most_common_vals FROM pg_stats", "unknown-lineage"},
		{"SELECT pg_get_expr(relpartbound, oid) FROM pg_class", "unknown-lineage"},
		{"SELECT pg_get_partition_constraintdef(1)", "unknown-lineage"},
		{"FETCH ALL FROM cur", "unknown-lineage"},
		{"SELECT * FROM nowhere", "unknown-lineage"},
	} {
		_, err := c.Exec(t.Context(), tt.query)
		if err == nil || !strings.Contains(err.Error(), "sallyport: "+tt.reason) {
			t.Errorf("%s: %v; want a refusal as %s", tt.query, err, tt.reason)
		}
	}
}

func TestErrorsDoNotQuote(t *testing.T) {
	h := startGuarded(t, "")
	var notices []string
	c := h.conn(func(c *pgx.ConnConfig) {
		c.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { notices = append(notices, n.Message+n.Detail) }
	})
	plain := func(query string) {
		t.Helper()
		_, err := c.Exec(t.Context(), query)
		e := new(pgconn.PgError)
		if !errors.As(err, &e) || e.Code != "23505" || e.ConstraintName != "users_email_key" && e.ConstraintName != "users_pkey" {
			t.Fatalf("%s: %v", query, err)
		}
		if strings.Contains(e.Message+e.Detail+e.Where+e.Hint, "=") || !strings.Contains(e.Message, "kept back") {
			t.Errorf("%s quotes: %s %s", query, e.Message, e.Detail)
		}
	}
	plain("INSERT INTO users (id, email) VALUES (1, 'x@example.com')")
	plain("INSERT INTO users (id, email) VALUES (3, 'ann@example.com')") // at the commit that ends it
	if _, err := c.Exec(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(t.Context(), "INSERT INTO users (id, email) VALUES (3, 'ann@example.com')"); err != nil {
		t.Fatal(err)
	}
	plain("COMMIT")
	h.direct("CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''old %'', OLD.email; RETURN NEW; END'",
		"CREATE TRIGGER tell BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION tell()")
	if _, err := c.Exec(t.Context(), "UPDATE users SET name = 'x' WHERE id = 1"); err != nil {
		t.Fatal(err)
	}
	if len(notices) != 1 || strings.Contains(notices[0], "ann") {
		t.Errorf("notices: %q", notices)
	}
	_, err := c.Exec(t.Context(), "INSERT INTO orders VALUES (7, 1, 'b')")
	if e := new(pgconn.PgError); !errors.As(err, &e) || !strings.Contains(e.Detail, "(id)=(7)") {
		t.Errorf("an error of a table that holds nothing guarded is kept back: %v", err)
	}
}

// TestReturningBehindTriggers: what a trigger cannot have changed comes back.
func TestReturningBehindTriggers(t *testing.T) {
	h := startGuarded(t, "")
	h.direct(
		"CREATE FUNCTION leak() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE orders SET note = (SELECT email FROM users WHERE id = 1) WHERE id = NEW.id AND pg_trigger_depth() = 1; RETURN NEW; END $$",
		"CREATE TRIGGER leak AFTER INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION leak()",
		"CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := (SELECT email FROM users WHERE id = 1); RETURN NEW; END $$",
		"CREATE TABLE filled (id int, note text)", "INSERT INTO filled VALUES (1, 'kept')",
		"CREATE TRIGGER fill BEFORE INSERT OR UPDATE ON filled FOR EACH ROW EXECUTE FUNCTION fill()",
		"CREATE TABLE split (id int, note text) PARTITION BY LIST (id)", "CREATE TABLE split_1 PARTITION OF split FOR VALUES IN (1)", "CREATE TABLE split_2 PARTITION OF split FOR VALUES IN (2)",
		"INSERT INTO split VALUES (1, 'here')", "CREATE TRIGGER fill BEFORE INSERT ON split_2 FOR EACH ROW EXECUTE FUNCTION fill()",
		"CREATE VIEW shown AS SELECT id, note FROM orders", "CREATE TRIGGER fill INSTEAD OF INSERT ON shown FOR EACH ROW EXECUTE FUNCTION fill()")
	c := h.conn()
	for _, tt := range []struct{ query, want string }{
		{"INSERT INTO orders VALUES (8, 1, 'new') RETURNING id, note", "8 new"},
		{"UPDATE orders SET note = 'newer' WHERE id = 8 RETURNING note", "newer"},
		{"WITH w AS (UPDATE orders SET note = 'newest' WHERE id = 8 RETURNING note) SELECT note FROM w", "newest"},
		{"DELETE FROM filled RETURNING note", "kept"},
	} {
		if got, err := cells(t, c, tt.query); err != nil || got != tt.want {
			t.Errorf("%s: %q, %v", tt.query, got, err)
		}
	}
	for _, query := range []string{
		"INSERT INTO filled VALUES (2, 'x') RETURNING note", "UPDATE filled SET id = 1 RETURNING note",
		"UPDATE split SET id = 2 WHERE id = 1 RETURNING note", "INSERT INTO shown VALUES (9, 'x') RETURNING note",
	} {
		if got, err := cells(t, c, query); err == nil || got != "" || !strings.Contains(err.Error(), "unknown-lineage") {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
}

// TestChangesOfTheCatalogue: names are judged by what they mean when the statement
// comes, whoever has changed it.
func TestChangesOfTheCatalogue(t *testing.T) {
	h := startGuarded(t, "")
	c := h.conn()
	for _, q := range []string{"CREATE VIEW notes AS SELECT note AS n FROM orders", "BEGIN", "CREATE VIEW later AS SELECT note AS n FROM orders"} {
		if _, err := c.Exec(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := cells(t, c, "SELECT n FROM notes"); err != nil || got != "a" {
		t.Errorf("a view that was just made: %q, %v", got, err)
	}
	if _, err := cells(t, h.conn(), "SELECT n FROM later"); err == nil {
		t.Error("a view is known before its transaction is committed")
	}
	if _, err := c.Exec(t.Context(), "COMMIT"); err != nil {
		t.Fatal(err)
	}
	if got, err := cells(t, c, "SELECT n FROM later"); err != nil || got != "a" {
		t.Errorf("a view whose transaction is committed: %q, %v", got, err)
	}
	st, err := c.Prepare(t.Context(), "notes", "SELECT n FROM notes")
	if err != nil {
		t.Fatal(err)
	}
	h.direct("CREATE OR REPLACE VIEW notes AS SELECT email AS n FROM users WHERE id = 1")
	h.door.catalogue.Stale() // as two seconds would
	if got, err := cells(t, c, st.Name); err != nil || got != "***************" {
		t.Errorf("a statement that was prepared when its view was another: %q, %v", got, err)
	}
}

func TestPartitionsTellOfValues(t *testing.T) {
	h := start(t, setup{
		allow: openPolicy, more: "    in: {email: mask}\n", classes: "{email: {columns: [visits.email], mask: stars}}",
	})
	h.direct("CREATE TABLE visits (id int, email text) PARTITION BY LIST (email)", "CREATE TABLE visits_a PARTITION OF visits DEFAULT",
		"INSERT INTO visits VALUES (1, 'ann@example.com')", "CREATE TABLE orders (note text)")
	c := h.conn()
	if got, err := cells(t, c, "SELECT id, email FROM visits"); err != nil || got != "1 ***************" {
		t.Errorf("%q, %v", got, err)
	}
	for _, query := range []string{"SELECT id FROM visits_a", "SELECT tableoid FROM visits", "INSERT INTO visits_a SELECT 2, note FROM orders"} {
		if _, err := c.Exec(t.Context(), query); err == nil || !strings.Contains(err.Error(), "unknown-lineage") {
			t.Errorf("%s: %v", query, err)
		}
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
	_, err := c.Exec(t.Context(), "INSERT INTO users (id, email) VALUES (1, 'ann@example.com')")
	if e := new(pgconn.PgError); !errors.As(err, &e) || !strings.Contains(e.Detail, "(id)=(1)") {
		t.Errorf("an error is kept back: %v", err)
	}
}

// TestNoCatalogueRefuses: what cannot be looked up is not taken for harmless.
func TestNoCatalogueRefuses(t *testing.T) {
	s := guarded("")
	var log bytes.Buffer
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	h := start(t, s)
	h.direct("CREATE TABLE orders (id int)")
	c := h.conn()
	h.door.contents.line.Close()
	if _, err := cells(t, c, "SELECT id FROM orders"); err == nil || !strings.Contains(err.Error(), "unknown-lineage") {
		t.Errorf("got %v", err)
	}
	if got, err := cells(t, c, "SELECT 1"); err != nil || got != "1" {
		t.Errorf("a statement of no table: %q, %v", got, err)
	}
	c.Close(t.Context())
	h.end()
	if !strings.Contains(log.String(), "catalogue cannot be read") {
		t.Errorf("the log says nothing of it: %s", log.String())
	}
}
