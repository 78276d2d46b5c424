package postgres

import (
	"slices"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestFunctionsInColumnNotation: `(x).f` is a call of f where x has no such
// column, so its danger is that of the function.
func TestFunctionsInColumnNotation(t *testing.T) {
	for text, want := range map[string]sql.Danger{
		"SELECT ('base'::text).pg_ls_dir":                sql.DangerFile,
		"SELECT (0.01::float8).pg_sleep":                 sql.DangerTime,
		"SELECT 1 WHERE ('x'::text).pg_read_file = 'x'":  sql.DangerFile,
		"SELECT (('base'::text).pg_ls_dir).upper FROM t": sql.DangerFile,
		"SELECT (c).street FROM t":                       sql.DangerNone,
	} {
		st, err := NewAnalyzer(sql.Options{}).Analyze([]byte(text), &sql.Session{})
		if err != nil || st.Err != nil {
			t.Fatalf("%s: %v %v", text, err, st.Err)
		}
		if got := slices.Contains(st.Dangers, want); got != (want != sql.DangerNone) || want == sql.DangerNone && len(st.Dangers) > 0 {
			t.Errorf("%s: the dangers are %v, want %v", text, st.Dangers, want)
		}
	}
}
