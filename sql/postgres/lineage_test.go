package postgres

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// prover holds lineages against what a server gives back: each stored column of
// testdata/marked.sql holds values that stand nowhere else, so where one comes
// out it shows.
type prover struct {
	conn     *pgconn.PgConn
	analyzer *sql.Analyzer
	session  *sql.Session
	index    *lineage.Index
	oids     map[uint32]lineage.Relation // tables and views
	columns  map[lineage.Relation][]string
	views    map[lineage.Relation]bool

	ran, columnsKnown, columnsUnknown, marks, described int
}

var path = []string{"pg_catalog", "public"}

func newProver(t testing.TB) *prover {
	t.Helper()
	conn := marked(t)
	c := readCatalogue(t, conn)
	p := &prover{conn: conn, analyzer: NewAnalyzer(sql.Options{}), session: &sql.Session{Version: conn.ParameterStatus("server_version")},
		index: lineage.NewIndex(c, lineage.Options{}), oids: map[uint32]lineage.Relation{}, columns: map[lineage.Relation][]string{}, views: map[lineage.Relation]bool{}}
	for _, row := range ask(t, conn, "select c.oid, n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace").Rows {
		oid, err := strconv.ParseUint(string(row[0]), 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		p.oids[uint32(oid)] = lineage.Relation{Schema: string(row[1]), Name: string(row[2])}
	}
	for _, row := range ask(t, conn, "select n.nspname, c.relname, a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid "+
		"join pg_namespace n on n.oid = c.relnamespace where a.attnum > 0 order by c.oid, a.attnum").Rows {
		r := lineage.Relation{Schema: string(row[0]), Name: string(row[1])}
		p.columns[r] = append(p.columns[r], string(row[2]))
	}
	for _, r := range c.Relations {
		if r.Kind == sql.RelationView || r.Kind == sql.RelationMaterialized {
			p.views[lineage.Relation{Schema: r.Schema, Name: r.Name}] = true
		}
	}
	return p
}

var mark = regexp.MustCompile(`(?i)mk-([a-z]+)-([a-z]+)-[0-9]+`)

// marks tells which stored column a mark stands for.
var marks = map[string]lineage.Origin{
	"secrets.pin": {Schema: "s", Table: "secrets", Column: "pin"}, "secrets.email": {Schema: "s", Table: "secrets", Column: "email"},
	"odd.camel": {Schema: "public", Table: `Odd "Name`, Column: "Camel Case"}, "odd.select": {Schema: "public", Table: `Odd "Name`, Column: "select"},
}

func originOf(table, column string) lineage.Origin {
	table, column = strings.ToLower(table), strings.ToLower(column)
	if o, ok := marks[table+"."+column]; ok {
		return o
	}
	return lineage.Origin{Schema: "public", Table: table, Column: column}
}

// resolve is the lineage of a text; it fails the test where that is not
// understood.
func (p *prover) resolve(t testing.TB, text string) *lineage.Lineage {
	t.Helper()
	st, err := p.analyzer.Analyze([]byte(text), p.session)
	if err != nil || st.Err != nil || st.Query == nil {
		t.Fatalf("%s: %v %+v", text, err, st)
	}
	return p.index.Resolve(st.Query, path)
}

// prove runs a query and looks for marks that the lineage does not claim. It
// reports whether the query ran.
func (p *prover) prove(t testing.TB, text string) bool {
	t.Helper()
	fields, rows, err := p.run(t, text)
	if err != nil {
		return false
	}
	p.ran++
	l := p.resolve(t, text)
	if l.Unknown != "" && l.Columns == nil {
		p.columnsUnknown += len(fields)
		return true
	}
	if len(l.Columns) != len(fields) {
		t.Errorf("%s: %d columns come out, and the lineage has %d", text, len(fields), len(l.Columns))
		return true
	}
	for i, f := range fields {
		c := &l.Columns[i]
		if c.Name != f.Name && c.Name != "" {
			t.Errorf("%s: column %d is called %s, not %s", text, i+1, f.Name, c.Name)
		}
		if c.Unknown != "" {
			p.columnsUnknown++
			continue
		}
		p.columnsKnown++
		p.describe(t, text, c, f)
		for _, row := range rows {
			p.cell(t, text, c, string(row[i]))
		}
	}
	return true
}

// run runs a query in a transaction that is taken back.
func (p *prover) run(t testing.TB, text string) (fields []pgconn.FieldDescription, rows [][][]byte, err error) {
	t.Helper()
	ask(t, p.conn, "begin")
	defer ask(t, p.conn, "rollback")
	results := p.conn.Exec(t.Context(), text)
	for results.NextResult() {
		r := results.ResultReader()
		fields = slices.Clone(r.FieldDescriptions())
		rows = r.Read().Rows
	}
	return fields, rows, results.Close()
}

// cell looks at one value. One that is not derived is a mark as it is stored.
func (p *prover) cell(t testing.TB, text string, c *lineage.Column, value string) {
	t.Helper()
	for _, m := range mark.FindAllStringSubmatch(value, -1) {
		p.marks++
		if o := originOf(m[1], m[2]); !slices.Contains(c.Origins, o) {
			t.Errorf("%s: column %s has a value of %v, and the lineage says %v", text, c.Name, o, c.Origins)
		}
		if !c.Derived && value != m[0] && !strings.ContainsAny(value, "{(") {
			t.Errorf("%s: column %s is said to be as stored, and holds %q", text, c.Name, value)
		}
	}
}

// describe compares what the server says of a column that it knows the table of.
func (p *prover) describe(t testing.TB, text string, c *lineage.Column, f pgconn.FieldDescription) {
	t.Helper()
	r, ok := p.oids[f.TableOID]
	if !ok || int16(f.TableAttributeNumber) <= 0 {
		return
	}
	want := []lineage.Origin{{Schema: r.Schema, Table: r.Name, Column: p.columns[r][f.TableAttributeNumber-1]}}
	if p.views[r] {
		view := p.resolve(t, fmt.Sprintf("select %s from %s.%s", quoteName(want[0].Column), quoteName(r.Schema), quoteName(r.Name)))
		if len(view.Columns) == 0 || view.Columns[0].Unknown != "" {
			return
		}
		want = view.Columns[0].Origins
	}
	p.described++
	for _, o := range want {
		if !slices.Contains(c.Origins, o) {
			t.Errorf("%s: column %s is of %v, and the lineage says %v", text, c.Name, o, c.Origins)
		}
	}
}

func quoteName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// TestLineageAgainstServer runs each query of testdata/lineage.sql.
func TestLineageAgainstServer(t *testing.T) {
	p := newProver(t)
	list := corpusOf(t, "testdata/lineage.sql")
	for _, text := range list {
		if !p.prove(t, text) {
			t.Errorf("%s does not run", text)
		}
	}
	t.Logf("%d of %d queries; %d columns known and %d not, %d marks, %d columns that the server describes",
		p.ran, len(list), p.columnsKnown, p.columnsUnknown, p.marks, p.described)
	if p.ran < 150 || p.columnsKnown < 300 || p.marks < 800 || p.columnsUnknown*6 > p.columnsKnown || p.described < 150 {
		t.Error("that is too little to prove anything")
	}
}
