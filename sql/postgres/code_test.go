package postgres

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

// TestCodeOfServer looks at what a server says of what runs stored code, and that
// version and stamp change with it.
func TestCodeOfServer(t *testing.T) {
	conn := marked(t)
	if c := readCatalogue(t, conn).Code; len(c.Types)+len(c.Holders)+len(c.Operators)+len(c.Casts) != 0 {
		t.Errorf("a server without any has %+v", c)
	}
	stamp := func() string { return string(ask(t, conn, CatalogueStamp).Rows[0][0]) }
	mark, version := stamp(), readCatalogue(t, conn).Version
	for _, text := range []string{
		"CREATE TYPE hue AS (n int)", "CREATE FUNCTION f(hue, int) RETURNS text LANGUAGE sql AS 'SELECT ''x'''",
		"CREATE FUNCTION g(hue) RETURNS text LANGUAGE sql AS 'SELECT ''x'''",
		"CREATE FUNCTION h(text) RETURNS bool LANGUAGE sql AS 'SELECT true'",
		"CREATE OPERATOR === (LEFTARG = hue, RIGHTARG = int, FUNCTION = f)", "CREATE OPERATOR + (LEFTARG = hue, RIGHTARG = int, FUNCTION = f)",
		"CREATE OPERATOR ==== (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq)",
		"CREATE CAST (hue AS text) WITH FUNCTION g(hue) AS ASSIGNMENT",
		"CREATE DOMAIN plain AS text CHECK (VALUE ~ '^a')", "CREATE DOMAIN word AS text CHECK (h(VALUE))",
		"CREATE TABLE swatches (a hue[], b word, c plain)", "CREATE VIEW shown AS SELECT a[1]::text AS said FROM swatches", "CREATE VIEW bare AS SELECT b FROM swatches",
		"ALTER DOMAIN plain ADD CHECK (length(VALUE) > 0)",
	} {
		ask(t, conn, text)
		after, now := stamp(), readCatalogue(t, conn).Version
		if after == mark {
			t.Errorf("%s has not changed the stamp", text)
		}
		// A type on which nothing hangs, and an operator that runs the server's own
		// function, mean nothing yet.
		if harmless := strings.HasPrefix(text, "CREATE TYPE") || strings.Contains(text, "texteq"); (now == version) != harmless {
			t.Errorf("%s: another version: %v", text, now != version)
		}
		mark, version = after, now
	}
	c := readCatalogue(t, conn)
	var told []string
	for _, o := range c.Code.Operators {
		told = append(told, fmt.Sprintln(o.Name, o.Types, o.Alone))
	}
	for _, x := range c.Code.Casts {
		told = append(told, fmt.Sprintln(x.From.Name, x.To.Name, x.Implicit, x.Assigned, x.Runs))
	}
	for _, x := range c.Code.Types {
		told = append(told, fmt.Sprintln(x.Name.Name, x.Runs, x.Checks, x.Everywhere))
	}
	for i := range told {
		told[i] = strings.TrimSpace(told[i])
	}
	slices.Sort(told)
	want := []string{"+ [{public hue}] false", "=== [{public hue}] true", "hue false false false", "hue text false true true",
		"plain false false false", "word false true false"}
	if !slices.Equal(told, want) {
		t.Errorf("%q\nwant %q", told, want)
	}
	held := fmt.Sprint(relationOf(t, c, "public", "swatches").Types)
	if held != "[{public hue} {public plain} {public word}]" {
		t.Errorf("the table holds %s", held)
	}
	if relationOf(t, c, "public", "shown").Query != nil || relationOf(t, c, "public", "bare").Query == nil {
		t.Error("a view that runs a cast is followed, or one that does not is not")
	}
	ask(t, conn, "DROP OPERATOR === (hue, int); DROP CAST (hue AS text); ALTER DOMAIN word DROP CONSTRAINT word_check")
	if stamp() == mark || readCatalogue(t, conn).Version == version {
		t.Error("dropping is not seen")
	}
}

// TestFunctionAmongTheServers: whoever may has made a function in pg_catalog.
func TestFunctionAmongTheServers(t *testing.T) {
	db := *testdb.Postgres(t).Database(t)
	db.User, db.Password = db.Instance.RootUser, db.Instance.RootPassword
	conn := dial(t, &db)
	ask(t, conn, "CREATE FUNCTION pg_catalog.lower(int) RETURNS text LANGUAGE sql AS 'SELECT ''x'''")
	if !slices.ContainsFunc(readCatalogue(t, conn).Routines, func(r sql.Routine) bool { return r.Schema == "pg_catalog" && r.Name == "lower" }) {
		t.Error("it is not seen")
	}
}

// TestTrustedExtensions: what such an extension brings computes from its operands.
func TestTrustedExtensions(t *testing.T) {
	conn := marked(t)
	for _, name := range []string{"citext", "hstore", "pg_trgm", "ltree", "cube", "seg", "intarray"} {
		ask(t, conn, "CREATE EXTENSION "+name)
	}
	c := readCatalogue(t, conn).Code
	for _, o := range c.Operators {
		t.Errorf("the operator %s %v runs stored code", o.Name, o.Types)
	}
	for _, x := range c.Casts {
		if x.Runs {
			t.Errorf("the cast of %s to %s runs stored code", x.From.Name, x.To.Name)
		}
	}
	for _, x := range c.Types {
		if x.Runs || x.Checks {
			t.Errorf("the type %s runs stored code", x.Name.Name)
		}
	}
}

// TestOperatorsOfText: what a statement compares by without saying so.
func TestOperatorsOfText(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for text, want := range map[string]string{
		"SELECT a FROM t":                               "[] []",
		"SELECT -a FROM t WHERE a === 1":                "[-' ===] []",
		"SELECT a OPERATOR(s.@@) b FROM t":              "[s.@@] []",
		"SELECT 1 FROM t WHERE a BETWEEN 1 AND 2":       "[< <= > >=] []",
		"SELECT 1 FROM t WHERE a IN (1, 2)":             "[=] []",
		"SELECT 1 FROM t WHERE a IN (SELECT 1)":         "[=] []",
		"SELECT 1 FROM t WHERE a LIKE 'x'":              "[~~] []",
		"SELECT 1 FROM t WHERE a IS DISTINCT FROM b":    "[=] []",
		"SELECT 1 FROM t WHERE (a, b) < ANY (SELECT 1)": "[<] []",
		"SELECT nullif(a, b) FROM t":                    "[=] []",
		"SELECT CASE a WHEN 1 THEN 2 END FROM t":        "[=] []",
		"SELECT 1 FROM t JOIN u USING (a)":              "[=] []",
		"SELECT 1 FROM t ORDER BY a":                    "[< >] []",
		"SELECT 1 FROM t ORDER BY a USING <<<":          "[< <<< >] []",
		"SELECT a FROM t GROUP BY a":                    "[< =] []",
		"SELECT DISTINCT a FROM t":                      "[< =] []",
		"SELECT a FROM t UNION SELECT a FROM u":         "[< =] []",
		"SELECT count(DISTINCT a) FROM t":               "[< =] []",
		"SELECT greatest(a, b) FROM t":                  "[< >] []",
		"SELECT a::s.hue, CAST(b AS word) FROM t":       "[] [s.hue word]",
		"SELECT hue 'x', a::int[] FROM t":               "[] [hue pg_catalog.int4]",
	} {
		st, err := a.Analyze([]byte(text), postgres15())
		if err != nil || st.Err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		var operators, types []string
		for _, o := range st.Operators {
			operators = append(operators, strings.TrimPrefix(o.Schema+"."+o.Name, ".")+map[bool]string{true: "'"}[o.Prefix])
		}
		for _, n := range st.Types {
			types = append(types, strings.TrimPrefix(n.Schema+"."+n.Name, "."))
		}
		slices.Sort(operators)
		slices.Sort(types)
		if got := fmt.Sprintf("%v %v", operators, types); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
