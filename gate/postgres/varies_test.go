package postgresgate

import (
	"strings"
	"testing"
)

// TestConcatenatedAndPrepared: a text that values were written into is no
// prepared statement, whatever message it came by.
func TestConcatenatedAndPrepared(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select, insert], tables: [colours], prepared: required}
`})
	h.direct("CREATE TABLE colours (id INT, name TEXT)", "INSERT INTO colours VALUES (1, 'teal'), (2, 'plum')")
	c := h.conn()
	for _, q := range []string{
		"SELECT name FROM colours WHERE name <> 'grey' AND id = $1",
		"SELECT name FROM colours WHERE name <> 'grey' AND id = $1 LIMIT 1",
		"SELECT name FROM colours WHERE name <> 'grey' AND id = $1 LIMIT 2",
		"SELECT  name FROM colours WHERE name <> 'grey' AND id = $1",
	} {
		if got := scan1(t, c, q, 1); got != "teal" {
			t.Errorf("%s: %s", q, got)
		}
	}
	const concatenated = "SELECT name FROM colours WHERE name <> 'black' AND id = $1"
	_, err := c.Exec(t.Context(), concatenated, 1)
	wantError(t, err, "42501", "unprepared", "other literals before")
	e := h.book.Last(t, "sql")
	if !e.Act.Varies || !e.Act.Prepared || e.Code() != "unprepared" || strings.Contains(e.Text, "black") {
		t.Errorf("recorded as %s", e.Text)
	}
	// It is the door that remembers, not the session.
	_, err = h.conn().Exec(t.Context(), concatenated, 1)
	wantError(t, err, "42501", "unprepared")
	if got := scan1(t, c, "SELECT name FROM colours WHERE name <> $2 AND id = $1", 1, "black"); got != "teal" {
		t.Errorf("with a parameter: %s", got)
	}
}
