package policy

import (
	"fmt"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	p := mustParse(t, matchPolicy)
	var all strings.Builder
	for _, q := range []string{
		`anyone GET / at front`, `anyone may POST /colours/7/edit at front`, `anyone GET /admin at front`, `partner GET /api/colours at front`,
		`colours "SELECT name FROM colours WHERE id = ?" at db`, `colours may not "SELECT pan FROM payments" at db`,
		`colours may prepare "SELECT SLEEP(1) FROM colours, users" at db`, `report log in at db`, `report "SELEC" at db`, `colours "SELECT 1; SELECT 2" at db`,
		`nobody GET / at front`, `anyone GET`, `colours connect x:1`,
	} {
		fmt.Fprintf(&all, "? %s\n", q)
		e, err := p.Explain(q)
		if err != nil {
			fmt.Fprintf(&all, "error: %v\n", err)
			continue
		}
		if err := e.Write(&all); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "testdata/explain.golden", all.String())
}
