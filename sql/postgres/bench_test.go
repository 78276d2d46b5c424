package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

// benchStatement has 200 bytes.
const benchStatement = "SELECT u.id, u.name, u.email, c.colour FROM users AS u LEFT JOIN colours c ON c.user_id = u.id " +
	"WHERE u.id = 12345 AND u.status IN ('active', 'new', 'trial') AND c.created > '2026-01-01' ORDER BY c.id LIMIT 20"

var benchSession = postgres15()

func BenchmarkAnalyzeCached(b *testing.B) {
	Warm()
	a := NewAnalyzer(sql.Options{})
	text := []byte(benchStatement)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		st, err := a.Analyze(text, benchSession)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}

// BenchmarkAnalyzeNewPage is a shape that differs in its OFFSET alone.
func BenchmarkAnalyzeNewPage(b *testing.B) {
	Warm()
	a := NewAnalyzer(sql.Options{})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		st, err := a.Analyze(fmt.Appendf(nil, "%s OFFSET %d", benchStatement, i%1e9), benchSession)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}

func BenchmarkAnalyzeNewShape(b *testing.B) {
	Warm()
	a := NewAnalyzer(sql.Options{})
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		st, err := a.Analyze([]byte(strings.Replace(benchStatement, "u.name", fmt.Sprintf("u.n%d", i), 1)), benchSession)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}

// BenchmarkQueryOf is the part of a new shape's analysis that makes its Query.
func BenchmarkQueryOf(b *testing.B) {
	sc := &sql.Scan{MaxTokens: 1 << 16}
	if err := new(dialect).Scan(sc, []byte(benchStatement), benchSession); err != nil {
		b.Fatal(err)
	}
	text := grammarText(sc.Key[1:])
	tree, err := parse(text)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if q := queryOf(tree.Stmts[0].Stmt, text, 15); len(q.Outputs) != 4 {
			b.Fatal(q)
		}
	}
}

// BenchmarkCatalogueStamp asks a server with 10,000 tables of ten columns
// whether anything was defined.
func BenchmarkCatalogueStamp(b *testing.B) {
	conn := dial(b, testdb.Postgres(b).Database(b))
	for from := range 100 { // a transaction may hold so many locks
		ask(b, conn, fmt.Sprintf(`do $$ begin for i in 1..100 loop execute format('create table many_%d_%%s (a int, b int, c int, d int, e int,
			f text, g text, h text, i text, j text)', i); end loop; end $$`, from))
	}
	ask(b, conn, "vacuum analyze pg_catalog.pg_class, pg_catalog.pg_attribute")
	b.ResetTimer()
	for b.Loop() {
		ask(b, conn, CatalogueStamp)
	}
}

func BenchmarkAnalyzeManyRows(b *testing.B) {
	Warm()
	a := NewAnalyzer(sql.Options{})
	text := []byte("insert into t (a, b, c) values (1, 'x', now())")
	for i := range 1000 {
		text = fmt.Appendf(text, ", (%d, 'value %d', now())", i, i)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		st, err := a.Analyze(text, benchSession)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}

// BenchmarkAnalyzeAllParameters is an INSERT of as many parameters as there can
// be, whose shape is known.
func BenchmarkAnalyzeAllParameters(b *testing.B) {
	Warm()
	a := NewAnalyzer(sql.Options{})
	text := []byte(lists["insert"](most))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		st, err := a.Analyze(text, benchSession)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}
