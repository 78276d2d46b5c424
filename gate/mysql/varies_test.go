package mysqlgate

import (
	"strings"
	"testing"
)

const pinnedToPrepared = `
      - {who: app, statements: [select, insert], tables: [colours], prepared: required}
`

// TestConcatenatedAndPrepared: a text that values were written into is no
// prepared statement, whatever command it came by.
func TestConcatenatedAndPrepared(t *testing.T) {
	h := start(t, setup{allow: pinnedToPrepared})
	h.direct("CREATE TABLE colours (id INT, name VARCHAR(20))", "INSERT INTO colours VALUES (1, 'teal'), (2, 'plum')")
	c := h.conn()
	for _, q := range []string{
		"SELECT name FROM colours WHERE name <> 'grey' AND id = ?",
		"SELECT name FROM colours WHERE name <> 'grey' AND id = ? LIMIT 1",
		"SELECT name FROM colours WHERE name <> 'grey' AND id = ? LIMIT 2",
		"SELECT name FROM colours WHERE name <> 'grey' AND id = ?",
	} {
		if got := scan1(t, c, q, 1); got != "teal" {
			t.Errorf("%s: %s", q, got)
		}
	}
	const concatenated = "SELECT name FROM colours WHERE name <> 'black' AND id = ?"
	_, err := c.QueryContext(t.Context(), concatenated, 1)
	wantError(t, err, 1290, "HY000", "unprepared", "other literals before")
	e := h.book.Last(t, "sql")
	if !e.Act.Varies || !e.Act.Prepared || e.Code() != "unprepared" || strings.Contains(e.Text, "black") {
		t.Errorf("recorded as %s", e.Text)
	}
	// It is the door that remembers, not the session.
	_, err = h.conn().QueryContext(t.Context(), concatenated, 1)
	wantError(t, err, 1290, "HY000", "unprepared")
	if got := scan1(t, c, "SELECT name FROM colours WHERE name <> ? AND id = ?", "black", 1); got != "teal" {
		t.Errorf("with a parameter: %s", got)
	}
}

// TestReportOfConcatenated: a door that reports lets it pass, and says so.
func TestReportOfConcatenated(t *testing.T) {
	h := start(t, setup{allow: pinnedToPrepared, more: "    mode: report"})
	h.direct("CREATE TABLE colours (id INT, name VARCHAR(20))", "INSERT INTO colours VALUES (1, 'teal')")
	c := h.conn()
	for i, name := range []string{"'a'", "'b'"} {
		if got := scan1(t, c, "SELECT name FROM colours WHERE name <> "+name+" AND id = ?", 1); got != "teal" {
			t.Errorf("%s: %s", name, got)
		}
		if e := h.book.Last(t, "sql"); e.Act.Varies != (i == 1) || e.Effect != "allow" || (e.Would == "deny") != (i == 1) {
			t.Errorf("with %s it is recorded as %s", name, e.Text)
		}
	}
}
