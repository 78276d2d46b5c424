package postgres

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/sql"
)

// corpusOf returns the statements of a file, one a line.
func corpusOf(t testing.TB, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "-- ") {
			list = append(list, line)
		}
	}
	return list
}

// toldQuery writes a query in lines, as deep as it is nested.
func toldQuery(b *strings.Builder, indent string, q *sql.Query) {
	line := func(format string, args ...any) { fmt.Fprintf(b, indent+format+"\n", args...) }
	if q == nil {
		line("none")
		return
	}
	if q.Opaque != "" {
		line("opaque: %s", q.Opaque)
	}
	for _, c := range q.With {
		line("with %s%s%s", c.Name, toldNames(c.Columns), map[bool]string{true: " recursive"}[q.Recursive])
		toldQuery(b, indent+"  ", c.Query)
	}
	for i, o := range q.Operands {
		line("operand %d", i+1)
		toldQuery(b, indent+"  ", o)
	}
	for i := range q.From {
		toldSource(b, indent, "from", &q.From[i])
	}
	for _, o := range q.Outputs {
		if o.Star {
			line("out %s*", toldOf(o.Of.Schema, o.Of.Name))
			continue
		}
		line("out %s:%s", o.Name, toldExpr(b, indent, &o.Expr))
	}
	for _, t := range q.Tests {
		switch {
		case t.Ordinal > 0:
			line("test output %d", t.Ordinal)
		case t.Outputs:
			line("test, or an output's name:%s", toldExpr(b, indent, &t.Expr))
		default:
			line("test%s", toldExpr(b, indent, &t.Expr))
		}
	}
	if q.Distinct {
		line("distinct")
	}
	for _, l := range q.Leaves {
		line("leaves%s", toldExpr(b, indent, &l))
	}
	if w := q.Write; w != nil {
		line("write %s%s%s%s%s", toldOf(w.Table.Schema, ""), w.Table.Name, toldNames(w.Columns),
			map[bool]string{true: " made"}[w.Made], map[bool]string{true: " given"}[w.Given])
		if w.Source != nil {
			toldQuery(b, indent+"  ", w.Source)
		}
		for _, a := range w.Set {
			line("set %s:%s", a.Column.Name, toldExpr(b, indent, &a.Value))
		}
	}
}

func toldSource(b *strings.Builder, indent, word string, s *sql.Source) {
	behind := ""
	if s.Alias != "" {
		behind = " as " + s.Alias
	}
	behind += toldNames(s.Columns) + map[bool]string{true: " lateral"}[s.Lateral] + map[bool]string{true: " hidden"}[s.Hidden]
	switch {
	case s.Table != nil:
		fmt.Fprintf(b, "%s%s %s%s%s\n", indent, word, toldOf(s.Table.Schema, ""), s.Table.Name, behind)
	case s.Query != nil:
		fmt.Fprintf(b, "%s%s a query%s\n", indent, word, behind)
		toldQuery(b, indent+"  ", s.Query)
	case s.Call != nil:
		fmt.Fprintf(b, "%s%s a call%s:%s\n", indent, word, behind, toldExpr(b, indent, s.Call))
	case s.Join != nil:
		fmt.Fprintf(b, "%s%s a join%s", indent, word, behind)
		if s.Join.Natural {
			b.WriteString(" natural")
		}
		if s.Join.Using != nil {
			fmt.Fprintf(b, " using%s", toldNames(s.Join.Using))
		}
		b.WriteByte('\n')
		toldSource(b, indent+"  ", "left", &s.Join.Left)
		toldSource(b, indent+"  ", "right", &s.Join.Right)
		if s.Join.On != nil {
			fmt.Fprintf(b, "%s  on%s\n", indent, toldExpr(b, indent+"  ", s.Join.On))
		}
	default:
		fmt.Fprintf(b, "%s%s nothing\n", indent, word)
	}
}

// toldExpr is an expression on one line; the queries in it go to b before it.
func toldExpr(b *strings.Builder, indent string, e *sql.Expr) string {
	var out strings.Builder
	if e.Opaque != "" {
		fmt.Fprintf(&out, " opaque (%s)", e.Opaque)
	}
	for _, r := range e.Refs {
		name := toldOf(r.Schema, r.Table) + r.Name
		if r.Whole {
			name += map[bool]string{true: "*", false: "?"}[r.Name == ""]
		}
		fmt.Fprintf(&out, " %s=%v", strings.TrimSuffix(name, "?"), r.Use)
	}
	for _, s := range e.Queries {
		fmt.Fprintf(b, "%s(query %v\n", indent, s.Use)
		toldQuery(b, indent+"  ", s.Query)
		fmt.Fprintf(b, "%s)\n", indent)
	}
	return out.String()
}

func toldOf(schema, table string) string {
	if schema != "" {
		schema += "."
	}
	if table != "" {
		table += "."
	}
	return schema + table
}

func toldNames(names []string) string {
	if names == nil {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// TestFlow compares the Query of each statement of testdata/flow.sql with the
// golden file, which people have read.
func TestFlow(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	var got strings.Builder
	for _, text := range corpusOf(t, "testdata/flow.sql") {
		fmt.Fprintf(&got, "%s\n", text)
		st, err := a.Analyze([]byte(text), &sql.Session{Version: "17.2"})
		if err != nil || st.Err != nil {
			t.Errorf("%s: %v %v", text, err, st)
			continue
		}
		toldQuery(&got, "\t", st.Query)
	}
	const golden = "testdata/flow.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Error(diff)
	}
}
