package shapes

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/mysql"
	"github.com/sallyport/sallyport/sql/postgres"
)

// TestShapesStay: lists that people keep go by these hashes. Where one of them
// changes, every list is out of date: then Header needs another number.
func TestShapesStay(t *testing.T) {
	want, err := os.ReadFile("testdata/stay.golden")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, dialect := range dialects {
		fmt.Fprintln(&got, dialect.name)
		for _, text := range dialect.texts {
			shape := shapeOf(t, dialect.analyzer, text, dialect.sessions[0])
			fmt.Fprintf(&got, "  %x %s\n", first(shape), shape)
			// The session and the version of the server do not come into it.
			for _, s := range dialect.sessions[1:] {
				if other := shapeOf(t, dialect.analyzer, text, s); other != shape {
					t.Errorf("%s in %+v has the shape %q, and %q elsewhere", text, s, other, shape)
				}
			}
		}
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func first(shape string) []byte {
	h := HashOf(shape)
	return h[:8]
}

func shapeOf(t *testing.T, a *sql.Analyzer, text string, s sql.Session) string {
	t.Helper()
	st, err := a.Analyze([]byte(text), &s)
	if err != nil || st.Err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return st.Shape
}

var dialects = []struct {
	name     string
	analyzer *sql.Analyzer
	texts    []string
	sessions []sql.Session
}{
	{
		"mysql", mysql.NewAnalyzer(sql.Options{}),
		[]string{
			"SELECT name FROM colours WHERE user_id = ?",
			"select  `name` /* why */ from colours where user_id=17",
			"INSERT INTO orders (id, state) VALUES (?, 'open'), (?, 'open')",
			"SELECT o.id, COUNT(*) FROM shop.orders AS o LEFT JOIN users u USING (id) WHERE u.n IN (1, 2, 3) GROUP BY 1 ORDER BY 2 DESC LIMIT 10",
			"UPDATE orders SET state = CONCAT(state, ?) WHERE id BETWEEN ? AND -1.5e3",
			"DELETE FROM orders WHERE NOT (id <=> NULL) OR flag IS TRUE",
		},
		[]sql.Session{
			{}, {Database: "shop", Version: "8.0.36"}, {Version: "10.11.6-MariaDB", Charset: "latin1"}, {Version: "5.7.44"}, {SQLMode: "NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES", NoBackslashEscapes: true},
		},
	},
	{
		"postgres", postgres.NewAnalyzer(sql.Options{}),
		[]string{
			"SELECT name FROM colours WHERE user_id = $1",
			"select  name -- why\nfrom colours where user_id=17",
			"INSERT INTO orders (id, state) VALUES ($1, 'open'), ($2, 'open') RETURNING id",
			`SELECT o."Id", count(*) FROM shop.orders AS o LEFT JOIN users u USING (id) WHERE u.n = ANY($1::int[]) GROUP BY 1 ORDER BY 2 DESC LIMIT 10`,
			"UPDATE orders SET state = state || $1 WHERE id BETWEEN $2 AND -1.5e3",
		},
		[]sql.Session{{}, {Version: "15.4", SearchPath: "sales, public"}, {Version: "17.0", Role: "x", NonConformingStrings: true}, {Version: "12.1", Charset: "LATIN1"}},
	},
}
