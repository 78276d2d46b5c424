package mysqlgate

import (
	"fmt"
	"strings"
	"testing"
)

// most is how many parameters a prepared statement can have.
const most = 65535

// TestAsManyParametersAsThereCanBe prepares statements of as many parameters as
// the protocol allows, which are judged like those of a few.
func TestAsManyParametersAsThereCanBe(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, tables: [t, few], statements: [insert, select], prepared: required}
`})
	h.direct("CREATE TABLE t (a INT, b INT, c TEXT)", "CREATE TABLE few (a INT)", "INSERT INTO few VALUES (-1), (1), (4)", "CREATE TABLE other (a INT)")
	c := h.conn()
	var args []any
	for i := range most {
		args = append(args, i)
	}
	exec(t, c, "INSERT INTO t (a, b, c) VALUES "+strings.Repeat("(?, ?, ?), ", most/3-1)+"(?, ?, ?)", args...)
	if e := h.book.Last(t, "sql"); e.Effect != "allow" || e.Act.Affected != most/3 {
		t.Errorf("the INSERT is recorded as %s", e.Text)
	}
	in := " WHERE a IN (" + strings.Repeat("?,", most-1) + "?)"
	if n := scan1(t, c, "SELECT COUNT(*) FROM few"+in, args...); n != "2" {
		t.Errorf("%s rows are found", n)
	}
	_, err := c.ExecContext(t.Context(), "SELECT COUNT(*) FROM other"+in, args...)
	wantError(t, err, 1142, "42000", "no-rule")
	if n := scan1(t, c, "SELECT COUNT(*) FROM t WHERE a >= ?", 0); n != fmt.Sprint(most/3) {
		t.Errorf("%s rows are found behind it", n)
	}
}
