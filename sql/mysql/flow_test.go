package mysql

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/sql"
)

// tell writes a query so that people can read it.
func tell(b *strings.Builder, q *sql.Query, indent string) {
	line := func(format string, args ...any) { fmt.Fprintf(b, indent+format+"\n", args...) }
	if q == nil {
		line("no query")
		return
	}
	if q.Opaque != "" {
		line("OPAQUE %s", q.Opaque)
	}
	for _, c := range q.With {
		recursive := ""
		if q.Recursive {
			recursive = "recursive "
		}
		line("with %s%s%s", recursive, c.Name, listed(c.Columns))
		tell(b, c.Query, indent+"\t")
	}
	for _, o := range q.Operands {
		line("operand")
		tell(b, o, indent+"\t")
	}
	for i := range q.From {
		tellSource(b, &q.From[i], "from", indent)
	}
	for _, o := range q.Outputs {
		switch {
		case o.Star && o.Of.Name != "":
			line("output %s.*", joined(o.Of.Schema, o.Of.Name))
		case o.Star:
			line("output *")
		default:
			tellExpr(b, &o.Expr, fmt.Sprintf("output %q", o.Name), indent)
		}
	}
	if q.Distinct {
		line("distinct")
	}
	for _, t := range q.Tests {
		what := "test"
		if t.Outputs {
			what = "test, outputs too"
		}
		if t.Ordinal > 0 {
			line("test output %d", t.Ordinal)
			continue
		}
		tellExpr(b, &t.Expr, what, indent)
	}
	for i := range q.Leaves {
		tellExpr(b, &q.Leaves[i], "leaves", indent)
	}
	if w := q.Write; w != nil {
		what := "writes"
		if w.Made {
			what = "makes"
		}
		if w.Given {
			what = "is given"
		}
		columns := ""
		if w.Columns != nil {
			columns = "(" + strings.Join(w.Columns, ", ") + ")"
		}
		line("%s %s%s", what, joined(w.Table.Schema, w.Table.Name), columns)
		if w.Source != nil {
			line("\tfrom, joined %v", w.SourceJoined)
			tell(b, w.Source, indent+"\t\t")
		}
		for _, s := range w.Set {
			tellExpr(b, &s.Value, "set "+joined(s.Column.Schema, s.Column.Table, s.Column.Name), indent+"\t")
		}
	}
}

func listed(names []string) string {
	if names == nil {
		return ""
	}
	return "(" + strings.Join(names, ", ") + ")"
}

func joined(parts ...string) string {
	var some []string
	for _, p := range parts {
		if p != "" {
			some = append(some, p)
		}
	}
	return strings.ReplaceAll(strings.Join(some, "."), "\x00", "")
}

func tellSource(b *strings.Builder, s *sql.Source, what, indent string) {
	if s.Lateral {
		what += " lateral"
	}
	if s.Hidden {
		what += " hidden"
	}
	alias := ""
	if s.Alias != "" {
		alias = " as " + joined(s.Alias) + listed(s.Columns)
	}
	switch {
	case s.Table != nil:
		fmt.Fprintf(b, "%s%s %s%s\n", indent, what, joined(s.Table.Schema, s.Table.Name), alias)
	case s.Query != nil:
		fmt.Fprintf(b, "%s%s a query%s\n", indent, what, alias)
		tell(b, s.Query, indent+"\t")
	case s.Join != nil:
		how := listed(s.Join.Using)
		if s.Join.Natural {
			how = " natural"
		}
		fmt.Fprintf(b, "%s%s a join%s\n", indent, what, how)
		tellSource(b, &s.Join.Left, "left", indent+"\t")
		tellSource(b, &s.Join.Right, "right", indent+"\t")
		if s.Join.On != nil {
			tellExpr(b, s.Join.On, "on", indent+"\t")
		}
	}
}

func tellExpr(b *strings.Builder, e *sql.Expr, what, indent string) {
	parts := []string{}
	for _, r := range e.Refs {
		name := joined(r.Schema, r.Table, r.Name)
		if r.Whole {
			name += ".*"
		}
		parts = append(parts, r.Use.String()+" "+name)
	}
	if e.Opaque != "" {
		parts = append(parts, "OPAQUE "+e.Opaque)
	}
	fmt.Fprintf(b, "%s%s: %s\n", indent, what, strings.Join(parts, ", "))
	for _, q := range e.Queries {
		fmt.Fprintf(b, "%s\t%v of a query\n", indent, q.Use)
		tell(b, q.Query, indent+"\t\t")
	}
}

// flowStatements returns the statements of testdata/flow.sql, one a line, with
// what stands between them.
func flowStatements(t testing.TB) []string {
	t.Helper()
	data, err := os.ReadFile("testdata/flow.sql")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

// TestFlow compares the query of each statement of testdata/flow.sql with the
// golden file, which people have read.
func TestFlow(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	var got strings.Builder
	for _, text := range flowStatements(t) {
		fmt.Fprintln(&got, text)
		if text == "" || strings.HasPrefix(text, "-- ") {
			continue
		}
		st, err := a.Analyze([]byte(text), mariaDB())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if st.Err != nil {
			t.Errorf("%s: %v", text, st.Err)
			continue
		}
		tell(&got, st.Query, "\t")
		st.Release()
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
