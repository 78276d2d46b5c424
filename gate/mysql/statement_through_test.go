package mysqlgate

import (
	"testing"
)

func TestStatementsPass(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE shades (id INT PRIMARY KEY, name VARCHAR(20))")
	c := h.conn()
	exec(t, c, "INSERT INTO shades VALUES (1, 'azure'), (2, 'teal')")
	e := h.book.Last(t, "sql")
	if e.Act.Affected != 2 || e.Effect != "allow" || e.Act.Verb != "insert" || e.In.Rows != 0 || e.Out.Bytes == 0 || e.From.Name != "app" || e.From.Proof != "password" {
		t.Errorf("recorded as %s", e.Text)
	}
	if got := scan1(t, c, "SELECT name FROM shades WHERE id = 2"); got != "teal" {
		t.Errorf("got %q", got)
	}
	if got := scan1(t, c, "SELECT name FROM shades WHERE id = ?", 1); got != "azure" {
		t.Errorf("got %q", got)
	}
	e = h.book.Last(t, "sql")
	if !e.Act.Prepared || e.In.Rows != 1 || e.Act.Params != 1 || e.Act.Tables[0] != "shades" {
		t.Errorf("recorded as %s", e.Text)
	}
	if e.SQL == nil || e.SQL.Database != h.db.Name || e.SQL.Charset != "utf8mb4" {
		t.Errorf("the session is recorded as %+v", e.SQL)
	}
}
