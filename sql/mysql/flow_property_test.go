package mysql

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	tidb "github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// expressionTypes are the names of the grammar's types of expressions: what
// embeds one of its own unexported kinds of them.
func expressionTypes(t *testing.T) []string {
	t.Helper()
	p, err := build.Import(reflect.TypeFor[tidb.ColumnNameExpr]().PkgPath(), ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok && spec.Name.IsExported() {
				for _, f := range s.Fields.List {
					if id, ok := f.Type.(*ast.Ident); ok && len(f.Names) == 0 && (id.Name == "exprNode" || id.Name == "funcNode") {
						names = append(names, spec.Name.Name)
					}
				}
			}
			return true
		})
	}
	return names
}

// TestEveryExpressionIsKnown: what an expression of each of the grammar's types
// holds is in its references, or it is opaque.
func TestEveryExpressionIsKnown(t *testing.T) {
	column := func() tidb.ExprNode { return &tidb.ColumnNameExpr{Name: &tidb.ColumnName{Name: tidb.NewCIStr("a")}} }
	query := func() *tidb.SubqueryExpr {
		return &tidb.SubqueryExpr{Query: &tidb.SelectStmt{Fields: &tidb.FieldList{Fields: []*tidb.SelectField{{Expr: column()}}}}}
	}
	list := []tidb.ExprNode{column()}
	// What an expression of each type comes to: what it refers to, a query, or that
	// it is opaque, or nothing where it holds nothing.
	const refers, queries, isOpaque, nothing = "refers", "queries", "opaque", "nothing"
	cases := map[string]struct {
		node tidb.ExprNode
		want string
	}{
		"BetweenExpr":            {&tidb.BetweenExpr{Expr: column(), Left: column(), Right: column()}, refers},
		"BinaryOperationExpr":    {&tidb.BinaryOperationExpr{L: column(), R: column()}, refers},
		"CaseExpr":               {&tidb.CaseExpr{WhenClauses: []*tidb.WhenClause{{Expr: column(), Result: column()}}}, refers},
		"SubqueryExpr":           {query(), queries},
		"CompareSubqueryExpr":    {&tidb.CompareSubqueryExpr{L: column(), R: query()}, queries},
		"TableNameExpr":          {&tidb.TableNameExpr{Name: &tidb.TableName{}}, isOpaque},
		"ColumnNameExpr":         {column(), refers},
		"DefaultExpr":            {&tidb.DefaultExpr{Name: &tidb.ColumnName{}}, refers},
		"ExistsSubqueryExpr":     {&tidb.ExistsSubqueryExpr{Sel: query()}, queries},
		"PatternInExpr":          {&tidb.PatternInExpr{Expr: column(), List: list}, refers},
		"IsNullExpr":             {&tidb.IsNullExpr{Expr: column()}, refers},
		"IsTruthExpr":            {&tidb.IsTruthExpr{Expr: column()}, refers},
		"PatternLikeOrIlikeExpr": {&tidb.PatternLikeOrIlikeExpr{Expr: column(), Pattern: column()}, refers},
		"ParenthesesExpr":        {&tidb.ParenthesesExpr{Expr: column()}, refers},
		"PositionExpr":           {&tidb.PositionExpr{N: 1}, isOpaque},
		"PatternRegexpExpr":      {&tidb.PatternRegexpExpr{Expr: column(), Pattern: column()}, refers},
		"RowExpr":                {&tidb.RowExpr{Values: list}, refers},
		"UnaryOperationExpr":     {&tidb.UnaryOperationExpr{V: column()}, refers},
		"ValuesExpr":             {&tidb.ValuesExpr{Column: column().(*tidb.ColumnNameExpr)}, nothing},
		"VariableExpr":           {&tidb.VariableExpr{Name: "x"}, isOpaque},
		"MaxValueExpr":           {&tidb.MaxValueExpr{}, isOpaque},
		"MatchAgainst":           {&tidb.MatchAgainst{ColumnNames: []*tidb.ColumnName{{}}, Against: column()}, refers},
		"SetCollationExpr":       {&tidb.SetCollationExpr{Expr: column()}, refers},
		"FuncCallExpr":           {&tidb.FuncCallExpr{FnName: tidb.NewCIStr("lower"), Args: list}, refers},
		"FuncCastExpr":           {&tidb.FuncCastExpr{Expr: column()}, refers},
		"JSONSumCrc32Expr":       {&tidb.JSONSumCrc32Expr{Expr: column()}, isOpaque},
		"AggregateFuncExpr":      {&tidb.AggregateFuncExpr{F: "sum", Args: list}, refers},
		"WindowFuncExpr":         {&tidb.WindowFuncExpr{Name: "lag", Args: list}, refers},
		"TrimDirectionExpr":      {&tidb.TrimDirectionExpr{}, nothing},
		"TimeUnitExpr":           {&tidb.TimeUnitExpr{}, nothing},
		"GetFormatSelectorExpr":  {&tidb.GetFormatSelectorExpr{}, nothing},
		"a value":                {&driver.ValueExpr{}, nothing},
		"a parameter":            {&driver.ParamMarkerExpr{}, nothing},
	}
	types := expressionTypes(t)
	if len(types) < 30 {
		t.Fatalf("only %d types of expressions were found: %v", len(types), types)
	}
	for _, name := range types {
		if _, ok := cases[name]; !ok {
			t.Errorf("nothing is said of %s", name)
		}
	}
	for name, c := range cases {
		for as := sql.UseNothing; as <= sql.UseValue; as++ {
			b := &flow{left: maxParts, q: &sql.Query{}}
			e := b.expr(c.node, as)
			got := nothing
			switch {
			case e.Opaque != "":
				got = isOpaque
			case len(e.Queries) > 0:
				got = queries
			case len(e.Refs) > 0:
				got = refers
			}
			if got != c.want {
				t.Errorf("%s, used as %v, %s: %+v", name, as, got, e)
			}
		}
	}
}

// TestKeysTellParametersFromLiterals: statements in which other columns are tested
// by bound parameters alone have other keys.
func TestKeysTellParametersFromLiterals(t *testing.T) {
	key := func(text string) string {
		sc := &sql.Scan{MaxTokens: 1 << 16}
		if err := new(dialect).Scan(sc, []byte(text), mariaDB()); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return string(sc.Key)
	}
	for _, other := range [][]string{
		{"select 1 from t where a = ?", "select 1 from t where a = 1", "select 1 from t where a = 'x'"},
		{"select 1 from t where a in (?, ?)", "select 1 from t where a in (?, 1)", "select 1 from t where a in (1, ?)"},
		{"select 1 from t where a in (?, ?, ?)", "select 1 from t where a in (?, ?, null)", "select 1 from t where a in ('x', ?, ?)"},
		{"select 1 from t where a in ((?, ?), (?, ?))", "select 1 from t where a in ((?, ?), (?, 1))"},
		{"insert into t values (?, (select b from u where a = ?)), (?, (select b from u where a = ?))",
			"insert into t values (?, (select b from u where a = ?)), (?, (select b from u where a = 'x'))"},
		{"insert into t values (a = ?), (a = ?)", "insert into t values (a = ?), (a = 1)"},
		{"insert into t values ((a = (?))), ((a = (?)))", "insert into t values ((a = (?))), ((a = (1)))"},
		{"insert into t values (a in (?, ?)), (a in (?, ?))", "insert into t values (a in (?, ?)), (a in (?, 1))"},
		{"insert into t values ((select b from u order by ('x') limit 1)), ((select b from u order by ('x') limit 1))",
			"insert into t values ((select b from u order by ('x') limit 1)), ((select b from u order by (1) limit 1))"},
		{"select a, b from t order by 1", "select a, b from t order by 00001", "select a, b from t order by 2", "select a, b from t order by ?"},
	} {
		keys := map[string]string{}
		for _, text := range other {
			if same, ok := keys[key(text)]; ok {
				t.Errorf("%s and %s have one key", text, same)
			}
			keys[key(text)] = text
		}
	}
	for _, same := range [][2]string{
		{"select 1 from t where a in (?, ?)", "select 1 from t where a in (?, ?, ?, ?)"},
		{"select 1 from t where a in (?, 1)", "select 1 from t where a in (?, ?, 'x', ?, null)"},
		{"select 1 from t where a in (1, ?)", "select 1 from t where a in (2, 3)"},
		{"insert into t values (1, -1, 'x', now())", "insert into t values (1, -1, 'x', now())"},
		{"insert into t values (1, 'x' 'y', null, now()), (-2, default, ?, now())", "insert into t values (1, 'x', null, now()), (?, 1.5, 'x', now()), (2, 'z', null, now())"},
		{"insert into t values (?, 1), (2, ?)", "insert into t values (?, 1), (?, ?), ('x', null)"},
	} {
		if key(same[0]) != key(same[1]) {
			t.Errorf("%s and %s have two keys", same[0], same[1])
		}
	}
}

// TestTagsCannotBeWritten: no byte that stands for a literal in a key can come from
// a statement.
func TestTagsCannotBeWritten(t *testing.T) {
	for tag := tagString; tag <= tagOrdinal; tag++ {
		if classes[tag]&classBlank != 0 {
			continue
		}
		for _, text := range []string{"select a from t where a = \\", "select a from t order by \\", "select a in (? \\) from t"} {
			text = strings.ReplaceAll(text, "\\", string(rune(tag)))
			sc := &sql.Scan{MaxTokens: 1 << 16}
			if err := new(dialect).Scan(sc, []byte(text), mariaDB()); err == nil {
				t.Errorf("%q is cut, and its key is %q", text, sc.Key)
			}
		}
	}
}

// TestFlowIsBounded: names that stand for many others do not make a query larger
// than is followed, and it is known soon.
func TestFlowIsBounded(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	many := func(piece string, n int) string { return strings.TrimSuffix(strings.Repeat(piece, n), ", ") }
	for what, text := range map[string]string{
		"a window of many":       "select " + many("rank() over w, ", 2000) + " from t window w as (order by " + many("a, ", 2000) + ")",
		"windows in windows":     "select " + strings.Repeat("rank() over (order by ", 60) + "a" + strings.Repeat(")", 60) + " from t",
		"assignments of all":     "update t set " + many("a = concat(a, b), ", 3000),
		"values of those before": "insert into t values (" + many("a, ", 2000) + ")",
		"variables in variables": "select " + strings.Repeat("@x := (select ", 60) + "a" + strings.Repeat(")", 60) + " from t",
		"many columns":           "select " + many("a, ", 2*maxParts/3) + " from t",
	} {
		st, err := a.Analyze([]byte(text), mariaDB())
		if err != nil || st.Err != nil {
			t.Errorf("%s: %v, %v", what, err, st)
			continue
		}
		if st.Query == nil || st.Query.Opaque == "" {
			t.Errorf("%s: it is followed", what)
		}
	}
	long := "select " + strings.Repeat("a + ", 20000) + "1 from t where " + strings.Repeat("b = ? and ", 5000) + "c = ?"
	st, err := a.Analyze([]byte(long), mariaDB())
	if err != nil || st.Err != nil || st.Query.Opaque != "" || len(st.Query.Outputs[0].Expr.Refs) != 20000 || len(st.Query.Tests[0].Expr.Refs) != 5001 {
		t.Errorf("a long one: %v, %+v", err, st)
	}
}

// FuzzFlow checks that what is understood has a query that can be resolved, and
// that it is bounded.
func FuzzFlow(f *testing.F) {
	seed(f)
	for i, text := range flowStatements(f) {
		f.Add([]byte(text), byte(i))
	}
	a := NewAnalyzer(sql.Options{CacheEntries: 64})
	f.Fuzz(func(t *testing.T, text []byte, n byte) { checkFlow(t, a, text, fuzzSession(n)) })
}

// fuzzIndex is of a few tables of the corpus.
var fuzzIndex = lineage.NewIndex(&sql.Catalogue{Relations: []sql.Relation{
	{Schema: "test", Name: "t", Kind: sql.RelationTable, Columns: []string{"a", "b", "c"}, Hidden: []string{"hidden"}},
	{Schema: "test", Name: "u", Kind: sql.RelationTable, Columns: []string{"a", "b", "c2"}},
	{Schema: "test", Name: "vw", Kind: sql.RelationView, Columns: []string{"x"}, Path: []string{"test"},
		Query: &sql.Query{From: []sql.Source{{Table: &sql.Name{Name: "t"}}}, Outputs: []sql.Output{{Star: true}}}},
}}, lineage.Options{FoldColumns: true})

func checkFlow(t *testing.T, a *sql.Analyzer, text []byte, s *sql.Session) {
	t.Helper()
	st, err := a.Analyze(text, s)
	if err != nil || st.Err != nil {
		return
	}
	defer st.Release()
	switch st.Kind {
	case sql.KindSelect, sql.KindInsert, sql.KindReplace, sql.KindUpdate, sql.KindDelete, sql.KindLoad, sql.KindExplain, sql.KindDo, sql.KindCall:
		if st.Query == nil && st.Detail == "" {
			t.Fatalf("%q has no query", text)
		}
	}
	l := fuzzIndex.Resolve(st.Query, []string{"test"})
	if st.Query != nil && st.Query.Opaque != "" && l.Unknown == "" {
		t.Fatalf("%q is opaque, and its lineage known", text)
	}
}
