package postgresgate

import (
	"strings"
	"testing"
)

// TestPsqlFetches has psql read a result in pieces, by a cursor that it declares.
func TestPsqlFetches(t *testing.T) {
	h := startGuarded(t, "")
	h.direct("INSERT INTO users SELECT n, 'name', 'u' || n || '@example.com' FROM generate_series(100, 350) n")
	out := h.script(t, "\\set FETCH_COUNT 100\nSELECT id, email FROM users ORDER BY id;\nSELECT count(*) FROM users;")
	lines := strings.Fields(out)
	if len(lines) != 254 || lines[0] != "1|***************" || lines[252] != "350|****************" || lines[253] != "253" || strings.Contains(out, "example.com") {
		t.Errorf("printed %d lines: %s", len(lines), out)
	}
	fetched, rows := 0, uint64(0)
	for _, e := range h.book.All() {
		if e.Act.Verb == "cursor" && strings.HasPrefix(e.Act.What, "fetch") && strings.Join(e.Act.Tables, ",") == "users" {
			fetched, rows = fetched+1, rows+e.In.Rows
		}
	}
	// The last FETCH of each query finds fewer rows than it asked for.
	if fetched != 4 || rows != 254 {
		t.Errorf("%d times %d rows of users are recorded as fetched", fetched, rows)
	}
}

// TestPythonCursors has Python's libraries read results in pieces, which they call
// named or server-side cursors.
func TestPythonCursors(t *testing.T) {
	h := startGuarded(t, "")
	for name, script := range map[string]string{
		"psycopg2": `
import psycopg2
c = psycopg2.connect("")
q = c.cursor("It's ours")
q.itersize = 1
q.execute("SELECT id, email FROM users WHERE id > %s ORDER BY id", [0])
print(list(q))
q.close()
q = c.cursor("back", scrollable=True, withhold=True)
q.execute("SELECT email FROM users ORDER BY id")
c.commit()
q.scroll(2)
q.scroll(-1)
print(q.fetchall())
`,
		"psycopg": `
import psycopg
c = psycopg.connect("")
with c.cursor("It's ours") as q:
    q.itersize = 1
    q.execute("SELECT id, email FROM users WHERE id > %s ORDER BY id", [0])
    print(list(q))
with c.cursor("back", scrollable=True, withhold=True, binary=True) as q:
    q.execute("SELECT email FROM users ORDER BY id")
    c.commit()
    q.scroll(1)
    print(q.fetchall())
`,
	} {
		out, err := h.program(t, "/usr/bin/python3", "-c", script)
		if want := "[(1, '***************'), (2, '***************')]\n[('***************',)]\n"; err != nil || out != want {
			t.Errorf("%s (apt-get install python3-%s): %v, %s", name, name, err, out)
		}
	}
}
