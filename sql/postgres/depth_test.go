package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestRepeatedSourcesAreBounded gives the grammar no statement whose tree is the
// square of its text, and leaves alone those that only look so.
func TestRepeatedSourcesAreBounded(t *testing.T) {
	list := func(n int) string {
		names := make([]string, n)
		for i := range names {
			names[i] = fmt.Sprintf(`"A %d"`, i)
		}
		return strings.Join(names, ", ")
	}
	a := NewAnalyzer(sql.Options{})
	for _, tt := range []struct {
		text    string
		refused bool
	}{
		{"update t set (" + list(60) + ") = (select " + list(60) + " from u)", false},
		{"update t set (" + list(500) + ") = (select " + list(500) + " from u)", true},
		{"update t set (" + list(4000) + ") = row(" + list(4000) + ")", true},
		{"update t set x = 1, (" + list(500) + ") = (" + list(500) + ")", true},
		{"update t set x = (a + 1), (a[(1)], " + list(300) + ") = (select " + list(500) + ")", true},
		{"update t set " + strings.Repeat("("+list(50)+") = (select "+list(50)+"), ", 40) + "x = 1", true},
		{"insert into t values (1) on conflict (a) do update set (" + list(500) + ") = (select " + list(500) + ")", true},
		{"insert into t (" + list(500) + ") select " + list(500) + " from u where (a, b) = (1, 2)", false},
	} {
		st, err := a.Analyze([]byte(tt.text), postgres15())
		if err == nil {
			err = st.Err
		}
		if refused := err != nil && strings.Contains(err.Error(), "too many columns"); refused != tt.refused || !refused && err != nil {
			t.Errorf("%.60s…: %v", tt.text, err)
		}
	}
}
