package mysqlgate

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
)

// allowing are the keys of a door that takes several statements in one message.
const allowing = "    multi-statements: allow\n"

func severally(c *driver.Config) { c.MultiStatements = true }

// resultsOf runs a text of several statements and returns the rows of each result.
func resultsOf(t *testing.T, c *sql.Conn, text string) (string, error) {
	t.Helper()
	rows, err := c.QueryContext(t.Context(), text)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var out []string
	for more := true; more; more = rows.NextResultSet() {
		line := ""
		for rows.Next() {
			var v sql.NullString
			if err := rows.Scan(&v); err != nil {
				return "", err
			}
			line += v.String + ","
		}
		out = append(out, line)
	}
	return strings.Join(out, ";"), rows.Err()
}

// verbs is what the ledger has of the last n statements: verb, rows and outcome.
func (h *harness) verbs(n int) string {
	var out []string
	all := h.book.All()
	for _, e := range all[len(all)-n:] {
		why := e.Act.Error
		if e.Effect == "deny" {
			why += e.Code()
		}
		out = append(out, fmt.Sprintf("%s %s %d %d %s", e.Act.Verb, e.Effect, e.In.Rows, e.Act.Affected, why))
	}
	return strings.Join(out, "; ")
}

func TestSeveralStatements(t *testing.T) {
	h := start(t, setup{allow: "\n      - {who: app, tables: ['*'], statements: [{{.Everything}}], dangers: [stored_code, dynamic_sql]}", more: allowing})
	h.direct("CREATE TABLE t (id INT PRIMARY KEY)")
	c := h.conn(severally)
	for _, tt := range []struct{ text, want, book string }{
		{"SELECT 1; SELECT 2 UNION ALL SELECT 3; -- no more", "1,;2,3,", "select allow 1 0 ; select allow 2 0 "},
		{"INSERT INTO t VALUES (1), (2); DELETE FROM t WHERE id = 1; SELECT id FROM t", "2,", "insert allow 0 2 ; delete allow 0 1 ; select allow 1 0 "},
		{"DROP PROCEDURE IF EXISTS p; CREATE PROCEDURE p() BEGIN SELECT 4; SELECT 5; END", "", "drop allow 0 0 ; create allow 0 0 "},
		{"SELECT 3; CALL p()", "3,;4,;5,", "select allow 1 0 ; call allow 2 0 "},
		{"SELECT 3; SET NAMES utf8mb4", "3,", "select allow 1 0 ; set allow 0 0 "},
	} {
		got, err := resultsOf(t, c, tt.text)
		if n := strings.Count(tt.book, ";") + 1; err != nil || strings.Trim(got, ";") != tt.want || h.verbs(n) != tt.book {
			t.Errorf("%s\n got %q, %v\nbook %q", tt.text, got, err, h.verbs(n))
		}
	}
	_, err := resultsOf(t, c, "INSERT INTO t VALUES (3); INSERT INTO t VALUES (3); INSERT INTO t VALUES (4)")
	all := h.book.All()
	if book := h.verbs(3); err == nil || book != "insert allow 0 1 ; insert allow 0 0 1062; insert allow 0 0 " || !strings.Contains(all[len(all)-1].Text, "was not run") {
		t.Errorf("one that fails: %v, the ledger has %q", err, book)
	}
	if got := scan1(t, c, "SELECT GROUP_CONCAT(id ORDER BY id) FROM t"); got != "2,3" {
		t.Errorf("behind it the table has %s", got)
	}
}

// TestSeveralRefused has one of several statements refused: nothing is sent.
func TestSeveralRefused(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select, insert, set, use, call, create], tables: [t], dangers: [stored_code, dynamic_sql]}
      - {who: app, statements: [select], tables: [few], rows: 2}
      - {who: app, statements: [select], tables: [asked], prepared: required}`, more: allowing})
	h.direct("CREATE TABLE t (id INT)", "CREATE TABLE few (id INT)", "INSERT INTO few VALUES (1), (2), (3)", "CREATE TABLE secrets (id INT)", "CREATE TABLE asked (id INT)")
	c := h.conn(severally)
	for _, tt := range []struct{ text, word, place string }{
		{"INSERT INTO t VALUES (1); /* x */ SELECT * FROM secrets; SELECT 1", "no-rule", "statement 2 of 3, at byte 35"},
		{"INSERT INTO t VALUES (1); SELECT * FROM asked", "unprepared", "statement 2 of 2"},
		{"INSERT INTO t VALUES (1); SELEKT 1", "unparsed", "statement 2 of 2"},
		{"INSERT INTO t VALUES (1); LOAD DATA LOCAL INFILE 'x' INTO TABLE t", "local-file", "statement 2 of 2"},
		{"INSERT INTO t VALUES (1); SET sql_mode = 'NO_BACKSLASH_ESCAPES'; SELECT '\\'; DROP TABLE t; -- '", "multi-statement", "statement 3 of 3"},
		{"SET NAMES utf8mb3; SELECT 1", "multi-statement", "statement 2 of 2"},
		{"USE mysql; SELECT * FROM t", "multi-statement", "statement 2 of 2"},
		{"SET character_set_client = gbk; SELECT 1", "", "of 2"},
		{"SELECT * FROM few; INSERT INTO t VALUES (1)", "multi-statement", "statement 2 of 2"},
		{"SELECT 1; CREATE PROCEDURE p() SELECT 1 AS begin; DROP TABLE t; SELECT 1 end", "multi-statement", ""},
		{"INSERT INTO t VALUES (1); /*!50000 DROP TABLE t */", "multi-statement", ""},
		{"INSERT INTO t VALUES (1)" + strings.Repeat(";SELECT 1", maxStatements), "multi-statement", ""},
		{"BEGIN NOT ATOMIC INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); END", "unparsed", "statement 1 of 3"},
	} {
		_, err := resultsOf(t, c, tt.text)
		if err == nil || !strings.Contains(err.Error(), tt.word) || !strings.Contains(err.Error(), tt.place) {
			t.Errorf("%.80s: %v", tt.text, err)
		}
	}
	if got := scan1(t, c, "SELECT COUNT(*) FROM t"); got != "0" {
		t.Errorf("something was sent: %s rows", got)
	}
	got, err := resultsOf(t, c, "SELECT 1; SELECT * FROM few; SELECT 2; SELECT 3")
	if err == nil || !strings.Contains(err.Error(), "row-limit") {
		t.Errorf("a result that is cut: %q, %v", got, err)
	}
	if book := h.verbs(4); book != "select allow 1 0 ; select deny 2 0 row-limit; select deny 0 0 multi-statement; select deny 0 0 multi-statement" {
		t.Errorf("the ledger has %q", book)
	}
	if got := scan1(t, c, "SELECT COUNT(*) FROM t"); got != "0" {
		t.Errorf("behind a cut: %s", got)
	}
}

// TestSeveralAtTheDatabase holds what the database takes: several statements in
// one only while a message of several is under way, so that a text which was
// taken for one stays one there too.
func TestSeveralAtTheDatabase(t *testing.T) {
	h := start(t, setup{allow: "\n      - {who: app, tables: ['*'], statements: [{{.Everything}}], dangers: [stored_code, dynamic_sql]}", more: allowing})
	h.direct("CREATE TABLE t (id INT)", "INSERT INTO t VALUES (1)")
	c := h.conn(severally)
	if _, err := resultsOf(t, c, "SELECT 1; SELECT 2"); err != nil {
		t.Fatal(err)
	}
	// The door takes this for the definition of a procedure; a server with
	// several statements switched on runs the second one.
	_, err := c.ExecContext(t.Context(), "CREATE PROCEDURE q() SELECT 1 AS begin; DELETE FROM t; SELECT 1 end")
	if got := scan1(t, c, "SELECT COUNT(*) FROM t"); got != "1" || err == nil {
		t.Errorf("%v, %s rows", err, got)
	}
	one := h.conn()
	if _, err := resultsOf(t, one, "SELECT 1; SELECT 2"); err == nil || !strings.Contains(err.Error(), "multi-statement") {
		t.Errorf("a client that has not asked for it: %v", err)
	}
	h.reload(setup{allow: openPolicy})
	if _, err := resultsOf(t, c, "SELECT 1; SELECT 2"); err == nil || !strings.Contains(err.Error(), "multi-statement") {
		t.Errorf("after a reload that denies: %v", err)
	}
}
