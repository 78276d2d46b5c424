package postgres

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/sql"
)

var update = flag.Bool("update", false, "write the golden files anew")

// postgres15 is the session that the corpus is read for.
func postgres15() *sql.Session { return &sql.Session{Version: "15.18 (Debian 15.18-0+deb12u1)"} }

// corpus returns the statements of testdata/corpus.sql.
func corpus(t testing.TB) []string {
	t.Helper()
	return corpusOf(t, "testdata/corpus.sql")
}

// describe writes an analysis in a few lines for the golden file.
func describe(st *sql.Statement) string {
	var b strings.Builder
	list := func(name string, items any, n int) {
		if n > 0 {
			fmt.Fprintf(&b, "\t%s %v\n", name, items)
		}
	}
	fmt.Fprintf(&b, "\t%v", st.Kind)
	for _, k := range st.Kinds[min(1, len(st.Kinds)):] {
		fmt.Fprintf(&b, " + %v", k)
	}
	if st.Detail != "" {
		fmt.Fprintf(&b, " (%s)", st.Detail)
	}
	for _, f := range []struct {
		name string
		set  bool
	}{{"session", st.Session}, {"rows", st.ResultRows}, {"multi", st.MultiStatement}, {"hints", st.Hints}} {
		if f.set {
			b.WriteString(", " + f.name)
		}
	}
	if st.Cursor != "" {
		fmt.Fprintf(&b, ", cursor %q", st.Cursor)
	}
	b.WriteByte('\n')
	if st.Err != nil {
		fmt.Fprintf(&b, "\terror %v\n", st.Err)
	}
	for _, t := range st.Tables {
		fmt.Fprintf(&b, "\t%v: %q.%q\n", t.Access, t.Schema, t.Name)
	}
	list("schemas", st.Databases, len(st.Databases))
	list("functions", st.Functions, len(st.Functions))
	list("variables", st.Variables, len(st.Variables))
	list("dangers", st.Dangers, len(st.Dangers))
	for _, c := range st.Columns {
		name := c.Name
		if c.Table != "" {
			name = c.Table + "." + name
		}
		if c.Schema != "" {
			name = c.Schema + "." + name
		}
		fmt.Fprintf(&b, "\tcolumn %s\n", name)
	}
	if c := st.Change; c != nil {
		fmt.Fprintf(&b, "\tchange")
		for _, f := range []struct {
			name  string
			set   bool
			value any
		}{{"charset", c.Charset != "", c.Charset}, {"search_path", c.SetSearchPath, c.SearchPath}, {"role", c.SetRole, c.Role},
			{"non-conforming strings", c.SetStrings, c.NonConformingStrings}, {"opaque", c.Opaque, true}} {
			if f.set {
				fmt.Fprintf(&b, " %s %q", f.name, fmt.Sprint(f.value))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestCorpus compares the analysis of each statement of the corpus with the
// golden file, which people have read.
func TestCorpus(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	var got strings.Builder
	for _, text := range corpus(t) {
		fmt.Fprintf(&got, "%s\n", text)
		st, err := a.Analyze([]byte(text), postgres15())
		if err != nil {
			fmt.Fprintf(&got, "\tcannot be cut: %v\n", err)
			continue
		}
		fmt.Fprintf(&got, "\t%s\n%s", st.Shape, describe(st))
		if st.Err != nil && st.Kind != sql.KindUnknown {
			t.Errorf("%s: an error, and yet kind %v", text, st.Kind)
		}
		if st.Err == nil && st.Kind == sql.KindUnknown {
			t.Errorf("%s: no error, and no kind", text)
		}
		st.Release()
	}
	const golden = "testdata/corpus.golden"
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
