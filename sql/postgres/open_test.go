package postgres

import (
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestOpen: where the text leaves it to the server which columns it uses.
func TestOpen(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for text, want := range map[string]sql.Open{
		"SELECT a FROM t WHERE b = $1":                 {},
		"SELECT count(*) FROM t":                       {},
		"SELECT * FROM t":                              {Stars: true},
		"SELECT t.* FROM t":                            {Stars: true},
		"SELECT row_to_json(t.*) FROM t":               {Stars: true},
		"SELECT a FROM t NATURAL JOIN u":               {Stars: true},
		"SELECT a FROM t, LATERAL (SELECT * FROM u) x": {Stars: true},
		"TABLE t": {Stars: true},
		"INSERT INTO t (a) VALUES ($1) RETURNING *":                                       {Stars: true},
		"INSERT INTO t (a) VALUES ($1)":                                                   {},
		"INSERT INTO t VALUES ($1)":                                                       {Rows: true},
		"INSERT INTO t SELECT a FROM u":                                                   {Rows: true},
		"WITH x AS (INSERT INTO t VALUES ($1) RETURNING a) SELECT a FROM x":               {Rows: true},
		"INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET b = 1":               {},
		"UPDATE t SET a = $1 FROM u WHERE t.b = u.b":                                      {},
		"MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED THEN INSERT (a) VALUES (u.a)": {},
		"COPY t (a) FROM STDIN":                                                           {},
		"COPY t FROM STDIN":                                                               {Rows: true},
		"COPY t TO STDOUT":                                                                {Stars: true},
	} {
		st, err := a.Analyze([]byte(text), benchSession)
		if err != nil || st.Query == nil {
			t.Errorf("%s: %v, and its query is %v", text, err, st)
			continue
		}
		if got := st.Query.Open(); got != want {
			t.Errorf("%s leaves %+v open, want %+v", text, got, want)
		}
	}
}
