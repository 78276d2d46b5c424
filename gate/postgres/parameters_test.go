package postgresgate

import (
	"fmt"
	"strings"
	"testing"
)

// most is how many parameters a Bind can have.
const most = 65535

// TestAsManyParametersAsThereCanBe sends statements of as many parameters as the
// protocol allows, which are judged like those of a few.
func TestAsManyParametersAsThereCanBe(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, tables: [t], statements: [insert, select], prepared: required}
`})
	h.direct("CREATE TABLE t (a INT, b INT, c TEXT)", "CREATE TABLE other (a INT)")
	c := h.conn()
	ctx := t.Context()
	var rows, items []string
	var args []any
	for i := 1; i <= most; i += 3 {
		rows = append(rows, fmt.Sprintf("($%d, $%d, $%d)", i, i+1, i+2))
		args = append(args, i, i+1, fmt.Sprint(i+2))
	}
	if _, err := c.Exec(ctx, "INSERT INTO t (a, b, c) VALUES "+strings.Join(rows, ", "), args...); err != nil {
		t.Fatal(err)
	}
	if e := h.book.Last(t, "sql"); e.Effect != "allow" || e.Act.Params != most || e.Act.Affected != most/3 {
		t.Errorf("the INSERT is recorded as %s", e.Text)
	}
	for i := 1; i <= most; i++ {
		items = append(items, fmt.Sprintf("$%d", i))
	}
	_, err := c.Prepare(ctx, "", "SELECT count(*) FROM other WHERE a IN ("+strings.Join(items, ",")+")")
	wantError(t, err, "42501", "no-rule")
	if n := scan1(t, c, "SELECT count(*) FROM t WHERE a > $1", 0); n != fmt.Sprint(most/3) {
		t.Errorf("%s rows are found behind it", n)
	}
}

// TestMoreParametersThanThereCanBe prepares what no Bind can execute: the server
// describes all of its parameters, behind a number that is cut to 16 bits.
func TestMoreParametersThanThereCanBe(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	var items []string
	for i := 1; i <= most+1; i++ {
		items = append(items, fmt.Sprintf("($%d::text)", i))
	}
	st, err := c.PgConn().Prepare(t.Context(), "p", "values"+strings.Join(items, ", "), nil)
	if err != nil || len(st.ParamOIDs) != most+1 || len(st.Fields) != 1 {
		t.Fatalf("described as %v, %v", st, err)
	}
	if got := scan1(t, c, "SELECT 1"); got != "1" {
		t.Errorf("got %q", got)
	}
}
