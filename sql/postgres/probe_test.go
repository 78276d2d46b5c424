package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

// probeSchema is what the statements of testdata/probe.sql speak of, besides the
// schema of the corpus.
const probeSchema = corpusSchema + `
create type mood as enum ('ok'); create table idt (a int generated always as identity);
create table ar (a int[]); create procedure leakp() language sql as 'select 1';
`

// withoutLineage are the beginnings of what the server takes and of which nobody
// knows here where its values come from, with the reason.
var withoutLineage = map[string]string{
	"select (t).a, (t).*":                 "the columns of a row that an expression makes",
	"select * from t join u using (a) as": "a name for what a join has in common",
	"fetch ":                              "rows of a cursor",
	"move ":                               "the same",
	"execute ":                            "a statement that was prepared in SQL text",
	"do ":                                 "a block of code",
	"call ":                               "a stored procedure",
}

// TestProbe lets PostgreSQL say which of the statements of testdata/probe.sql are
// in its grammar: each that is is understood, and its lineage known, or it is one of
// the list above.
func TestProbe(t *testing.T) {
	db := testdb.Postgres(t).Database(t)
	psql(t, db, probeSchema)
	texts := corpusOf(t, "testdata/probe.sql")
	var script strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&script, "\\echo '<<%d'\nbegin;\n%s;\nrollback;\n", i, text)
	}
	out, _ := tryPsql(t, db, script.String())
	answers := strings.Split(out, "<<")[1:]
	if len(answers) != len(texts) {
		t.Fatalf("%d answers to %d statements", len(answers), len(texts))
	}
	a := NewAnalyzer(sql.Options{})
	used := map[string]bool{}
	taken, ran := 0, 0
	for i, text := range texts {
		if strings.Contains(answers[i], "syntax error at") || strings.Contains(answers[i], "trailing junk") {
			continue
		}
		taken++
		if !strings.Contains(answers[i], "ERROR:") {
			ran++
		}
		why := ""
		switch st, err := a.Analyze([]byte(text), postgres15()); {
		case err != nil:
			why = err.Error()
		case st.Err != nil:
			why = st.Err.Error()
		case st.Query != nil:
			why = st.Query.Opaque
		}
		known := ""
		for begin := range withoutLineage {
			if strings.HasPrefix(text, begin) {
				known = begin
			}
		}
		used[known] = true
		switch {
		case why == "" && known != "":
			t.Errorf("%s: is understood, and listed as what is not", text)
		case why != "" && known == "":
			t.Errorf("%s: the server takes it, and here: %s", text, why)
		}
	}
	for begin := range withoutLineage {
		if !used[begin] {
			t.Errorf("%q: no statement that the server takes begins so", begin)
		}
	}
	t.Logf("%d statements are in the server's grammar, %d of them ran", taken, ran)
	if taken < 290 || ran < 260 {
		t.Error("too few to prove anything")
	}
}
