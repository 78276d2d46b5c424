package mysql

import (
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestOpen: where the text leaves it to the server which columns it uses.
func TestOpen(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for text, want := range map[string]sql.Open{
		"SELECT a FROM t WHERE b = ?":                           {},
		"SELECT COUNT(*) FROM t":                                {},
		"SELECT * FROM t":                                       {Stars: true},
		"SELECT u.a, t.* FROM t JOIN u ON t.a = u.a":            {Stars: true},
		"SELECT a FROM t NATURAL JOIN u":                        {Stars: true},
		"SELECT a FROM t JOIN u USING (a)":                      {},
		"SELECT x.a FROM (SELECT * FROM t) x":                   {Stars: true},
		"SELECT a FROM u JOIN (SELECT * FROM t) x ON u.a = x.a": {Stars: true},
		"WITH x AS (SELECT * FROM t) SELECT a FROM x":           {Stars: true},
		"SELECT a FROM t UNION SELECT * FROM u":                 {Stars: true},
		"SELECT a FROM t WHERE b IN (SELECT * FROM u)":          {Stars: true},
		"TABLE t":                                                    {Stars: true},
		"INSERT INTO t (a, b) VALUES (?, ?)":                         {},
		"INSERT INTO t VALUES (?, ?)":                                {Rows: true},
		"REPLACE INTO t VALUES (?, ?)":                               {Rows: true},
		"INSERT INTO t SELECT a, b FROM u":                           {Rows: true},
		"INSERT INTO t SELECT * FROM u":                              {Stars: true, Rows: true},
		"INSERT INTO t (a) SELECT b FROM u":                          {},
		"INSERT INTO t SET a = ?":                                    {},
		"UPDATE t SET a = ? WHERE b = ?":                             {},
		"UPDATE t SET a = (SELECT MAX(c) FROM (SELECT * FROM u) x)":  {Stars: true},
		"DELETE FROM t WHERE a = ?":                                  {},
		"CREATE TABLE v AS SELECT a FROM t":                          {},
		"INSERT INTO t (a) VALUES (?) ON DUPLICATE KEY UPDATE b = ?": {},
	} {
		st, err := a.Analyze([]byte(text), mariaDB())
		if err != nil || st.Query == nil {
			t.Errorf("%s: %v, and its query is %v", text, err, st)
			continue
		}
		if got := st.Query.Open(); got != want {
			t.Errorf("%s leaves %+v open, want %+v", text, got, want)
		}
	}
}
