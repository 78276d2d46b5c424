package postgresgate

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
)

// pinned is a list of shapes as a rule has it.
func pinned(shapes ...string) []byte {
	text := "# sallyport shapes 1\n"
	for _, s := range shapes {
		sum := sha256.Sum256([]byte(s))
		text += fmt.Sprintf("%x  %s\n", sum[:16], s)
	}
	return []byte(text)
}

// TestSeveralShapes learns the shapes of several statements in one message, each
// its own, and pins them: with one that is unknown nothing is sent.
func TestSeveralShapes(t *testing.T) {
	h := start(t, setup{allow: "\n      - {who: far, tables: [x]}", more: allowing + "    mode: learn\n"})
	h.direct("CREATE TABLE t (id int)")
	c := h.conn()
	const text = "INSERT INTO t VALUES (1); SELECT id FROM t WHERE id = 1 ; /* last */ DELETE FROM t WHERE id IN (1)"
	if got, err := h.together(t, c, text); got != "INSERT 0 1; 1,SELECT 1; DELETE 1" || err != nil {
		t.Fatalf("a door that learns: %q, %v", got, err)
	}
	var shapes []string
	for _, e := range h.recorded(3) {
		shapes = append(shapes, e.Act.What)
		if e.Effect != "allow" || e.Would != "deny" {
			t.Errorf("recorded as %s", e.Text)
		}
	}
	const want = "insert into t values (?)|select id from t where id = ?|delete from t where id in (?)"
	if got := strings.Join(shapes, "|"); got != want {
		t.Errorf("learnt %s", got)
	}
	h.world.Files["t.shapes"] = pinned(shapes...)
	h.reload(setup{allow: "\n      - {who: app, statements: [select, insert, delete], tables: [t], shapes: file:t.shapes}", more: allowing})
	if got, err := h.together(t, c, "INSERT INTO t VALUES (7); SELECT id FROM t WHERE id = 7"); got != "INSERT 0 1; 7,SELECT 1" || err != nil {
		t.Errorf("of shapes that are pinned: %q, %v", got, err)
	}
	_, err := h.together(t, c, "INSERT INTO t VALUES (8); SELECT id FROM t WHERE id = 8 OR true; DELETE FROM t WHERE id IN (7)")
	wantError(t, err, "42501", "unknown-shape")
	if book := h.verbs(3); book != "select deny 0 0 unknown-shape; insert deny 0 0 multi-statement; delete deny 0 0 multi-statement" {
		t.Errorf("the ledger has %q", book)
	}
	if got := scan1(t, h.owner(), "SELECT string_agg(id::text, ',') FROM t"); got != "7" {
		t.Errorf("something was sent: %s", got)
	}
}

// TestSeveralInReport: what a door that only reports would refuse runs with the
// others, and what no mode allows stops them all.
func TestSeveralInReport(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select], tables: [t], rows: 2}`, more: allowing + "    mode: report\n"})
	h.direct("CREATE TABLE t (id int)", "CREATE TABLE secrets (id int)", "INSERT INTO t VALUES (1), (2), (3)")
	c := h.conn()
	const text = "INSERT INTO secrets VALUES (5); SELECT id FROM secrets; SELECT id FROM t; SELECT 4"
	if got, err := h.together(t, c, text); got != "INSERT 0 1; 5,SELECT 1; 1,2,3,SELECT 3; 4,SELECT 1" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	var would []string
	for _, e := range h.recorded(4) {
		would = append(would, fmt.Sprint(e.Effect, " ", e.Would, " ", e.Code(), " ", e.In.Rows))
	}
	if got := strings.Join(would, "; "); got != "allow deny no-rule 0; allow deny no-rule 1; allow deny row-limit 3; allow  rule 1" {
		t.Errorf("the ledger has %q", got)
	}
	for _, text := range []string{"SET search_path = x; INSERT INTO secrets VALUES (6)", "SELECT id FROM t; INSERT INTO secrets VALUES (6)", "INSERT INTO secrets VALUES (6); SELEKT 1"} {
		if _, err := h.together(t, c, text); err == nil || !strings.Contains(err.Error(), "refused by sallyport") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if got := scan1(t, h.owner(), "SELECT count(*) FROM secrets"); got != "1" {
		t.Errorf("something was sent: %s rows", got)
	}
}

// TestSeveralSpendBudgets has a budget of rows, and one of values, end amid the
// second of several results: what stood before it came, and what stands behind it
// is kept back. What was written before it the database keeps where it has come to
// the end by itself, and the error says so.
func TestSeveralSpendBudgets(t *testing.T) {
	for word, rule := range map[string]string{"row-budget": "rows-per-hour: 5", "value-budget": "values-per-hour: {email: 5}"} {
		h := start(t, setup{allow: `
      - {who: app, statements: [select], tables: [users], ` + rule + `}
      - {who: app, statements: [select, insert], tables: [t]}`,
			classes: "{email: {columns: [users.email], mask: stars}}", more: allowing})
		h.direct("CREATE TABLE t (id int)", "CREATE TABLE users (id int PRIMARY KEY, email text)",
			"INSERT INTO users SELECT n, 'mail' || n || '@example.com' FROM generate_series(1, 9) n")
		c := h.conn()
		const text = "INSERT INTO t VALUES (1); SELECT email FROM users WHERE id < 3; SELECT email FROM users WHERE id > 2; SELECT id FROM t"
		got, err := h.together(t, c, text)
		if wantError(t, err, "54000", word); got != "INSERT 0 1; mail1@example.com,mail2@example.com,SELECT 2" {
			t.Errorf("%s: %q", word, got)
		}
		const book = "insert allow 0 1 ; select allow 2 0 ; select deny 3 0 %s; select deny 0 0 multi-statement"
		if got := h.verbs(4); got != fmt.Sprintf(book, word) {
			t.Errorf("%s: the ledger has %q", word, got)
		}
		h.inStep(t, c, text)
		if got := scan1(t, c, "SELECT string_agg(id::text, ',') FROM t"); got != "1" || !strings.Contains(err.Error(), "what the message changed before it may have been kept") {
			t.Errorf("%s: the table has %s, the error is %v", word, got, err)
		}
	}
}

// TestSeveralAskOfConditions asks of the conditions of each statement what its
// class asks.
func TestSeveralAskOfConditions(t *testing.T) {
	for predicates, look := range map[string]string{"deny": "email = 'x'", "equality": "email LIKE 'a%'"} {
		s := guarded(allowing)
		s.classes = strings.Replace(s.classes, "columns: [users.email, users.year]", "columns: [users.email], predicates: "+predicates, 1)
		h := start(t, s)
		h.direct("CREATE TABLE users (id int PRIMARY KEY, name text, email text UNIQUE, card text)",
			"INSERT INTO users VALUES (1, 'ann', 'ann@example.com', '4111')", "CREATE TABLE orders (id int PRIMARY KEY, note text)")
		c := h.conn()
		const masked = "SELECT name FROM users; SELECT email FROM users; SELECT name FROM users; SELECT email AS name FROM users"
		if got, err := h.together(t, c, masked); got != "ann,SELECT 1; ***************,SELECT 1; ann,SELECT 1; ***************,SELECT 1" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if book := h.verbs(4); book != "select allow 1 0 ; select mask 1 0 ; select allow 1 0 ; select mask 1 0 " {
			t.Errorf("the ledger has %q", book)
		}
		for text, word := range map[string]string{
			"SELECT 1; SELECT id FROM users WHERE " + look:                                               "predicate",
			"SELECT 1; SELECT id FROM users ORDER BY email; SELECT 2":                                    "predicate",
			"INSERT INTO orders VALUES (1, 'a'); SELECT card FROM users":                                 "class",
			"INSERT INTO orders SELECT 2, email FROM users; SELECT 1":                                    "class",
			"INSERT INTO orders VALUES (1, 'a'); COPY users (email) TO STDOUT":                           "class",
			"INSERT INTO orders VALUES (1, 'a'); DO $$BEGIN RAISE '%', (SELECT email FROM users); END$$": "",
		} {
			if got, err := h.together(t, c, text); err == nil || !strings.Contains(err.Error(), "refused by sallyport: "+word) || got != "" {
				t.Errorf("predicates: %s, %s: %q, %v", predicates, text, got, err)
			}
		}
		if got := scan1(t, h.owner(), "SELECT count(*) FROM orders"); got != "0" {
			t.Errorf("something was sent: %s rows", got)
		}
	}
}
