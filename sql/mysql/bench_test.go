package mysql

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// benchStatement has 200 bytes.
const benchStatement = "SELECT u.id, u.name, u.email, c.colour FROM users AS u LEFT JOIN colours c ON c.user_id = u.id " +
	"WHERE u.id = 12345 AND u.status IN ('active', 'new', 'trial') AND c.created > '2026-01-01' ORDER BY c.id LIMIT 20"

func BenchmarkAnalyzeCached(b *testing.B) {
	a := NewAnalyzer(sql.Options{})
	s := mariaDB()
	text := []byte(benchStatement)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		st, err := a.Analyze(text, s)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}

// BenchmarkAnalyzeNewPage is a shape that differs in its OFFSET alone.
func BenchmarkAnalyzeNewPage(b *testing.B) {
	a := NewAnalyzer(sql.Options{})
	s := mariaDB()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		st, err := a.Analyze(fmt.Appendf(nil, "%s OFFSET %d", benchStatement, i%1e9), s)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}

func BenchmarkAnalyzeNewShape(b *testing.B) {
	a := NewAnalyzer(sql.Options{})
	s := mariaDB()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		i++
		st, err := a.Analyze([]byte(strings.Replace(benchStatement, "u.name", fmt.Sprintf("u.n%d", i), 1)), s)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}

func BenchmarkAnalyzeManyRows(b *testing.B) {
	a := NewAnalyzer(sql.Options{})
	s := mariaDB()
	text := []byte("insert into t (a, b, c) values (1, 'x', now())")
	for i := range 1000 {
		text = fmt.Appendf(text, ", (%d, 'value %d', now())", i, i)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		st, err := a.Analyze(text, s)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}

// BenchmarkFlow is the part of the analysis of a new shape that makes its query.
func BenchmarkFlow(b *testing.B) {
	sc := &sql.Scan{MaxTokens: 1 << 16}
	if err := new(dialect).Scan(sc, []byte(benchStatement), mariaDB()); err != nil {
		b.Fatal(err)
	}
	stmt, err := parse(grammarText(sc.Key[1:]), sc.Key[0])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if q := queryOf(stmt, nil, sc.Key[0]); q.Opaque != "" {
			b.Fatal(q.Opaque)
		}
	}
}

// BenchmarkAnalyzeAllParameters is an INSERT of as many parameters as there can
// be, whose shape is known.
func BenchmarkAnalyzeAllParameters(b *testing.B) {
	a := NewAnalyzer(sql.Options{})
	s := mariaDB()
	text := []byte(lists["insert"](most))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		st, err := a.Analyze(text, s)
		if err != nil || st.Err != nil {
			b.Fatal(err)
		}
		st.Release()
	}
}
