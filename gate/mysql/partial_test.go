package mysqlgate

import (
	"context"
	"strings"
	"testing"
)

// TestColumnsThatTheLoginCannotSee has the door's own login see a part of a table
// that a rule's login reads whole. A name that the part lacks may be a column that
// is not seen, wherever another table has one of that name.
func TestColumnsThatTheLoginCannotSee(t *testing.T) {
	h := start(t, setup{
		allow: `
      - {who: app, login: whole, statements: [select, insert, update], tables: [users, notes]}`,
		login:   "{user: narrow, password: env:NARROW}",
		classes: "{phone: {columns: [users.phone]}}",
		more:    "    in: {phone: deny}\n    logins: {whole: {user: whole, password: env:WHOLE}}\n",
		env:     map[string]string{"NARROW": "a password of its own", "WHOLE": "another password"},
	})
	h.direct("CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(50), phone VARCHAR(50))", "INSERT INTO users VALUES (1, 'ann', '+44 20 7946 0958')",
		"CREATE TABLE notes (id INT PRIMARY KEY, phone VARCHAR(50), note VARCHAR(50))", "INSERT INTO notes VALUES (1, 'none', 'a')")
	root := func(statements ...string) {
		for _, s := range statements {
			if err := h.db.Instance.Exec(context.Background(), s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	t.Cleanup(func() { root("DROP USER narrow@'%', whole@'%'") })
	root("CREATE USER narrow@'%' IDENTIFIED BY 'a password of its own'", "CREATE USER whole@'%' IDENTIFIED BY 'another password'",
		"GRANT SELECT (id, name) ON "+h.db.Name+".users TO narrow@'%'", "GRANT SELECT ON "+h.db.Name+".notes TO narrow@'%'",
		"GRANT ALL ON "+h.db.Name+".* TO whole@'%'")
	c := h.conn()
	for query, want := range map[string]string{
		"SELECT id, name FROM users":                                      "1 ann",
		"SELECT u.name, n.phone FROM users u JOIN notes n ON n.id = u.id": "ann none",
		"SELECT phone FROM notes":                                         "none",
		"SELECT * FROM notes":                                             "1 none a",
		"SELECT u.name FROM users u WHERE id IN (SELECT id FROM notes)":   "ann",
	} {
		if got, err := cells(t, c, query); got != want || err != nil {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
	for _, query := range []string{
		"SELECT note, (SELECT phone FROM users u LIMIT 1) FROM notes",
		"SELECT (SELECT MAX(phone) FROM users u) FROM notes",
		"INSERT INTO notes SELECT * FROM users",
		"INSERT INTO notes (id, note) SELECT 7, (SELECT phone FROM users LIMIT 1) FROM notes",
		"SELECT note FROM users NATURAL JOIN notes",
		"SELECT COUNT(*) FROM users JOIN notes USING (phone)",
		"SELECT note FROM notes WHERE phone IN (SELECT phone FROM users u)",
		"SELECT note FROM notes, users u JOIN (SELECT 1 AS one) d ON phone LIKE '+44%'",
		"SELECT note FROM notes WHERE EXISTS (SELECT 1 FROM users HAVING MAX(phone) LIKE '+44%')",
		"SELECT phone FROM users",
		"SELECT u.phone FROM users u",
		"SELECT * FROM users",
		"UPDATE users SET phone = 'x'",
		"INSERT INTO users VALUES (2, 'bob', 'x')",
	} {
		if got, err := cells(t, c, query); err == nil || !strings.Contains(err.Error(), "unknown-lineage") && !strings.Contains(err.Error(), "class") {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
}
