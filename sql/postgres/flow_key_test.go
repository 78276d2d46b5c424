package postgres

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestKeysTellParametersFromLiterals: an equality counts as one with parameters
// where every value is a parameter, whichever of the statements of one shape was
// analysed first.
func TestKeysTellParametersFromLiterals(t *testing.T) {
	patterns := []string{
		"select id from users where email = ?",
		"select id from users where email in (?)",
		"select id from users where email in (?, ?)",
		"select id from users where email in (?, ?, ?, ?)",
		"select id from users where email not in (?, ?)",
		"select id from users where email = any (array[?, ?, ?])",
		"select id from users where (email, email) = (?, ?)",
		"select id from users where (email, email) in ((?, ?), (?, ?), (?, ?))",
		"select id from users where id in (select * from (values (exists (select email = ?)), (exists (select email = ?))) v)",
		"insert into users (id, email) values (1, ?), (2, ?), (3, ?) on conflict (email) do nothing",
	}
	literals := []string{"'x'", "1", "-1", "1.5", "null", "true", "e'x'", "$$x$$", "x'0'"}
	for _, pattern := range patterns {
		a := NewAnalyzer(sql.Options{})
		slots := strings.Count(pattern, "?")
		for mask := range 1 << slots {
			for _, literal := range literals {
				text := pattern
				for i := range slots {
					value := "$7"
					if mask>>i&1 != 0 {
						value = literal
					}
					text = strings.Replace(text, "?", value, 1)
				}
				st, err := a.Analyze([]byte(text), nil)
				if err != nil || st.Err != nil {
					t.Fatalf("%s: %v %v", text, err, st)
				}
				if use, want := usesOf(st.Query, "email"), mask == 0; (use == sql.UseEqual) != want {
					t.Errorf("%s: email is %v", text, use)
				}
			}
		}
	}
}

// usesOf is the most that is done with a column in tests and in subqueries.
func usesOf(q *sql.Query, name string) (most sql.Use) {
	var look func(q *sql.Query)
	expr := func(e *sql.Expr) {
		for _, r := range e.Refs {
			if r.Name == name {
				most = max(most, r.Use)
			}
		}
		for _, s := range e.Queries {
			look(s.Query)
		}
	}
	look = func(q *sql.Query) {
		for i := range q.From {
			if q.From[i].Query != nil {
				look(q.From[i].Query)
			}
		}
		for i := range q.Outputs {
			expr(&q.Outputs[i].Expr)
		}
		for i := range q.Tests {
			expr(&q.Tests[i].Expr)
		}
	}
	look(q)
	return most
}

// TestOrdinals: a number that is not in the key may be any output's.
func TestOrdinals(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for text, want := range map[string]bool{
		"select a, b from t order by 2": false, "select a, b from t order by 2, 1": false, "select a, b from t group by 1": false,
		"select a, b from t order by (2)": true, "select distinct on (2) a, b from t": true, "select a, b from t group by rollup (1, 2)": true,
		"select a, b from t order by 00002": true, "select a, b from t order by 01": true,
	} {
		st, err := a.Analyze([]byte(text), nil)
		if err != nil || st.Err != nil {
			t.Fatalf("%s: %v %v", text, err, st)
		}
		if st.Query.Distinct != want {
			t.Errorf("%s: every output is tested: %v", text, st.Query.Distinct)
		}
	}
}
