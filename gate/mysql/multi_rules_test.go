package mysqlgate

import (
	"crypto/sha256"
	"database/sql"
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
	h.direct("CREATE TABLE t (id INT)")
	c := h.conn(severally)
	const text = "INSERT INTO t VALUES (1); SELECT id FROM t WHERE id = 1 ; /* last */ DELETE FROM t WHERE id IN (1)"
	if got, err := resultsOf(t, c, text); got != "1," || err != nil {
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
	if got, err := resultsOf(t, c, "INSERT INTO t VALUES (7); SELECT id FROM t WHERE id = 7"); got != "7," || err != nil {
		t.Errorf("of shapes that are pinned: %q, %v", got, err)
	}
	_, err := resultsOf(t, c, "INSERT INTO t VALUES (8); SELECT id FROM t WHERE id = 8 OR 1 = 1; DELETE FROM t WHERE id IN (7)")
	wantError(t, err, 1290, "HY000", "unknown-shape", "statement 2 of 3")
	if book := h.verbs(3); book != "select deny 0 0 unknown-shape; insert deny 0 0 multi-statement; delete deny 0 0 multi-statement" {
		t.Errorf("the ledger has %q", book)
	}
	if got := scan1(t, h.owner(), "SELECT GROUP_CONCAT(id) FROM t"); got != "7" {
		t.Errorf("something was sent: %s", got)
	}
}

// owner is a connection to the database itself, as the door's login.
func (h *harness) owner() *sql.Conn {
	h.t.Helper()
	c, err := h.db.OpenDB(h.t).Conn(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { c.Close() })
	return c
}

// TestSeveralInReport: what a door that only reports would refuse runs with the
// others, and what no mode allows stops them all.
func TestSeveralInReport(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select], tables: [t], rows: 2}`, more: allowing + "    mode: report\n"})
	h.direct("CREATE TABLE t (id INT)", "CREATE TABLE secrets (id INT)", "INSERT INTO t VALUES (1), (2), (3)")
	c := h.conn(severally)
	if got, err := resultsOf(t, c, "INSERT INTO secrets VALUES (5); SELECT id FROM secrets; SELECT id FROM t; SELECT 4"); got != "5,;1,2,3,;4," || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	var would []string
	for _, e := range h.recorded(4) {
		would = append(would, fmt.Sprint(e.Effect, " ", e.Would, " ", e.Code(), " ", e.In.Rows))
	}
	if got := strings.Join(would, "; "); got != "allow deny no-rule 0; allow deny no-rule 1; allow deny row-limit 3; allow  rule 1" {
		t.Errorf("the ledger has %q", got)
	}
	for _, text := range []string{"SET NAMES utf8mb4; INSERT INTO secrets VALUES (6)", "SELECT id FROM t; INSERT INTO secrets VALUES (6)", "INSERT INTO secrets VALUES (6); SELEKT 1"} {
		if _, err := resultsOf(t, c, text); err == nil || !strings.Contains(err.Error(), "statement 2 of 2") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if got := scan1(t, h.owner(), "SELECT COUNT(*) FROM secrets"); got != "1" {
		t.Errorf("something was sent: %s rows", got)
	}
}

// TestSeveralSpendBudgets has a budget of rows, and one of values, end amid the
// second of several results: what stood before it came, what stands behind it is
// kept back, and what was written before it stays and is recorded so.
func TestSeveralSpendBudgets(t *testing.T) {
	for word, rule := range map[string]string{"row-budget": "rows-per-hour: 5", "value-budget": "values-per-hour: {email: 5}"} {
		h := start(t, setup{allow: `
      - {who: app, statements: [select], tables: [users], ` + rule + `}
      - {who: app, statements: [select, insert], tables: [t]}`,
			classes: "{email: {columns: [users.email], mask: stars}}", more: allowing})
		h.direct("CREATE TABLE t (id INT)", "CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(50))",
			"INSERT INTO users SELECT seq, CONCAT('mail', seq, '@example.com') FROM seq_1_to_9")
		c := h.conn(severally)
		const text = "INSERT INTO t VALUES (1); SELECT email FROM users WHERE id < 3; SELECT email FROM users WHERE id > 2; SELECT id FROM t"
		got, err := resultsOf(t, c, text)
		if wantError(t, err, 1226, "42000", word); got != "mail1@example.com,mail2@example.com,;mail3@example.com,mail4@example.com,mail5@example.com," {
			t.Errorf("%s: %q", word, got)
		}
		const book = "insert allow 0 1 ; select allow 2 0 ; select deny 3 0 %s; select deny 0 0 multi-statement"
		if got := h.verbs(4); got != fmt.Sprintf(book, word) {
			t.Errorf("%s: the ledger has %q", word, got)
		}
		h.inStep(t, c, text)
		if got := scan1(t, c, "SELECT GROUP_CONCAT(id) FROM t"); got != "1" {
			t.Errorf("%s: the table has %s", word, got)
		}
		if _, err := resultsOf(t, c, "INSERT INTO t VALUES (2); SELECT email FROM users WHERE id = 9"); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: nothing is left: %v", word, err)
		}
		rows := map[string]string{"row-budget": "1", "value-budget": "1,2"}[word] // a result of values is cut, one of rows not begun
		if got := scan1(t, c, "SELECT GROUP_CONCAT(id ORDER BY id) FROM t"); got != rows {
			t.Errorf("%s: where nothing is left the table has %s", word, got)
		}
	}
}

// TestSeveralAreMasked masks the results of several statements each by its own
// lineage, and asks of the conditions of each what its class asks.
func TestSeveralAreMasked(t *testing.T) {
	for predicates, look := range map[string]string{"deny": "email = 'x'", "equality": "email LIKE 'a%'"} {
		s := guarded(allowing)
		s.classes = strings.Replace(s.classes, "columns: [users.email]", "columns: [users.email], predicates: "+predicates, 1)
		h := start(t, s)
		h.direct("CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(50), email VARCHAR(50) UNIQUE, card VARCHAR(20))",
			"INSERT INTO users VALUES (1, 'ann', 'ann@example.com', '4111')", "CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(50))")
		c := h.conn(severally)
		got, err := resultsOf(t, c, "SELECT name FROM users; SELECT email FROM users; SELECT name FROM users; SELECT email AS name FROM users")
		if got != "ann,;***************,;ann,;***************," || err != nil {
			t.Errorf("%q, %v", got, err)
		}
		if book := h.verbs(4); book != "select allow 1 0 ; select mask 1 0 ; select allow 1 0 ; select mask 1 0 " {
			t.Errorf("the ledger has %q", book)
		}
		for text, word := range map[string]string{
			"SELECT 1; SELECT id FROM users WHERE " + look:                               "predicate",
			"SELECT 1; SELECT id FROM users ORDER BY email; SELECT 2":                    "predicate",
			"INSERT INTO orders VALUES (1, 'a'); SELECT card FROM users":                 "class",
			"INSERT INTO orders SELECT 2, email FROM users; SELECT 1":                    "class",
			"SELECT email FROM users; INSERT INTO orders VALUES (1, 'a')":                "multi-statement",
			"CREATE VIEW v AS SELECT id FROM users; SELECT id FROM orders":               "multi-statement",
			"RENAME TABLE orders TO o2; SELECT 1":                                        "unknown-lineage",
			"INSERT INTO orders VALUES (1, 'a'); SELECT email, 1 INTO @a, @b FROM users": "class",
		} {
			if got, err := resultsOf(t, c, text); err == nil || !strings.Contains(err.Error(), "sallyport: "+word) || got != "" {
				t.Errorf("predicates: %s, %s: %q, %v", predicates, text, got, err)
			}
		}
		if got := scan1(t, h.owner(), "SELECT COUNT(*) FROM orders"); got != "0" {
			t.Errorf("something was sent: %s rows", got)
		}
	}
}

// TestSeveralKeepWarningsBack: a statement that was not run clears no warnings.
func TestSeveralKeepWarningsBack(t *testing.T) {
	s := guarded(allowing)
	s.classes = strings.Replace(s.classes, "columns: [users.email]", "columns: [users.email], predicates: allow", 1)
	s.allow += "      - {who: app, statements: [select], tables: [few], rows: 1}\n"
	h := start(t, s)
	h.direct("CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(50), card VARCHAR(20))", "INSERT INTO users VALUES (1, 'ann@example.com', '4111')",
		"CREATE TABLE orders (id INT PRIMARY KEY)", "INSERT INTO orders VALUES (7)", "CREATE TABLE few SELECT 1 AS n UNION SELECT 2")
	c := h.conn(severally)
	const fails = "SELECT id FROM users WHERE email + 0 = 7 OR id = (SELECT n FROM few WHERE n >= id)"
	direct := h.owner()
	if _, err := cells(t, direct, fails); err == nil {
		t.Fatal("it does not fail")
	}
	if got, err := cells(t, direct, "SHOW WARNINGS"); err != nil || !strings.Contains(got, "ann@example.com") {
		t.Fatalf("the database itself warns of %q, %v", got, err)
	}
	for _, tt := range []struct{ before, text, word string }{
		{"", fails + "; SELECT id FROM orders", "kept back"},
		{"", "SELECT id FROM orders; " + fails + "; SELECT id FROM orders; SELECT 1", "kept back"},
		{fails, "SELECT id FROM orders; SELECT card FROM users", "sallyport: class"},
		{"", "SELECT n FROM few; SELECT id FROM users WHERE email + 0 = 7", "sallyport: row-limit"},
	} {
		if tt.before != "" {
			if _, err := resultsOf(t, c, tt.before); err == nil || !strings.Contains(err.Error(), "kept back") {
				t.Fatalf("%s: %v", tt.before, err)
			}
		}
		if _, err := resultsOf(t, c, tt.text); err == nil || !strings.Contains(err.Error(), tt.word) {
			t.Errorf("%s: %v", tt.text, err)
		}
		if got, err := cells(t, c, "SHOW WARNINGS"); err == nil || !strings.Contains(err.Error(), "sallyport: inspected") {
			t.Errorf("behind %s: %q, %v", tt.text, got, err)
		}
	}
	if got, err := resultsOf(t, c, "SELECT id FROM orders; SELECT id FROM orders"); got != "7,;7," || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := resultsOf(t, c, "SHOW WARNINGS; SELECT id FROM orders; SHOW WARNINGS"); got != ";7,;" || err != nil {
		t.Errorf("behind what reaches nothing guarded: %q, %v", got, err)
	}
}
