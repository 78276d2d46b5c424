package postgres

import (
	"reflect"
	"strings"
	"testing"

	pg "github.com/pganalyze/pg_query_go/v6"
	pgquery "github.com/wasilibs/go-pgquery"

	"github.com/sallyport/sallyport/sql"
)

// later are the types of node that a server makes of a tree when it looks names
// up and plans, and those that only PL/pgSQL has: the grammar makes none. A walk
// that meets one refuses the statement.
var later = stringSet(`TableFunc Var Param Aggref WindowFunc WindowFuncRunCondition SubscriptingRef FuncExpr OpExpr
DistinctExpr NullIfExpr ScalarArrayOpExpr SubPlan AlternativeSubPlan FieldSelect FieldStore RelabelType CoerceViaIO
ArrayCoerceExpr ConvertRowtypeExpr CollateExpr CaseTestExpr ArrayExpr RowCompareExpr JsonConstructorExpr JsonExpr
JsonTablePath JsonTablePathScan JsonTableSiblingJoin CoerceToDomain CoerceToDomainValue NextValueExpr InferenceElem
TargetEntry RangeTblRef FromExpr OnConflictExpr Query RangeTblEntry RTEPermissionInfo RangeTblFunction
TableSampleClause WithCheckOption SortGroupClause WindowClause RowMarkClause SetOperationStmt PLAssignStmt
InlineCodeBlock CallContext OidList IntList`)

// byParent are the types of node that the one above them takes in.
var byParent = stringSet(`MergeAction WithClause OnConflictClause CommonTableExpr MergeWhenClause AlterTableCmd
AccessPriv CreateOpClassItem VacuumRelation PartitionCmd PublicationObjSpec PublicationTable RawStmt`)

// TestEveryNodeHasItsPlace lists the messages that a node can hold: each has a
// place in nodes, or is known to need none. One that a later grammar brings is
// refused by the walk, and fails here until somebody has thought of it.
func TestEveryNodeHasItsPlace(t *testing.T) {
	placed := map[string]bool{}
	for typ := range nodes {
		placed[typ.Elem().Name()] = true
	}
	fields := (*pg.Node)(nil).ProtoReflect().Descriptor().Oneofs().ByName("node").Fields()
	if fields.Len() < 200 {
		t.Fatalf("only %d types of node are known", fields.Len())
	}
	for i := range fields.Len() {
		name := string(fields.Get(i).Message().Name())
		n := 0
		for _, in := range []bool{placed[name], later[name], byParent[name]} {
			if in {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s has %d places: say in node.go what the walk does with it", name, n)
		}
	}
	for name := range placed {
		if later[name] || byParent[name] {
			t.Errorf("%s has a place, and is said to need none", name)
		}
	}
}

// TestWalkReachesEveryMessage looks at what the messages with a place hold: a
// plain one may hold nothing that has no place of its own.
func TestWalkReachesEveryMessage(t *testing.T) {
	for typ, p := range nodes {
		if !p.plain {
			continue
		}
		for i := range typ.Elem().NumField() {
			f := typ.Elem().Field(i)
			ft := f.Type
			if ft.Kind() == reflect.Slice {
				ft = ft.Elem()
			}
			if !f.IsExported() || ft.Kind() != reflect.Pointer || ft == nodeType {
				continue
			}
			if _, ok := nodes[ft]; !ok && !later[ft.Elem().Name()] {
				t.Errorf("%s.%s is a %s, which has no place", typ.Elem().Name(), f.Name, ft.Elem().Name())
			}
		}
	}
}

// TestUnknownNodesAreRefused walks a tree with a node that the grammar makes none
// of, and one with a field that this program does not know.
func TestUnknownNodesAreRefused(t *testing.T) {
	for name, n := range map[string]*pg.Node{
		"a later stage's node": {Node: &pg.Node_Query{Query: &pg.Query{}}},
		"an expression of it":  {Node: &pg.Node_SelectStmt{SelectStmt: &pg.SelectStmt{WhereClause: &pg.Node{Node: &pg.Node_Var{Var: &pg.Var{}}}}}},
		"nothing":              {},
		"a newer node": func() *pg.Node {
			n := &pg.Node{}
			n.ProtoReflect().SetUnknown([]byte{0xfa, 0x7f, 0x00})
			return &pg.Node{Node: &pg.Node_SelectStmt{SelectStmt: &pg.SelectStmt{WhereClause: n}}}
		}(),
	} {
		w := &walker{a: new(sql.Analysis)}
		w.statement(n)
		if w.err == nil {
			t.Errorf("%s is not refused", name)
		}
	}
}

// TestKeywords holds the words against the grammar's own lexer.
func TestKeywords(t *testing.T) {
	kinds := map[pg.KeywordKind]string{pg.KeywordKind_RESERVED_KEYWORD: reservedWords, pg.KeywordKind_TYPE_FUNC_NAME_KEYWORD: callWords,
		pg.KeywordKind_COL_NAME_KEYWORD: columnWords, pg.KeywordKind_UNRESERVED_KEYWORD: plainWords, pg.KeywordKind_NO_KEYWORD: namedWords}
	n := 0
	for kind, list := range kinds {
		for word := range strings.FieldsSeq(list) {
			res, err := pgquery.Scan(word)
			if err != nil || len(res.Tokens) != 1 {
				t.Fatalf("%s: %v", word, err)
			}
			if got := res.Tokens[0].KeywordKind; got != kind && kind != pg.KeywordKind_NO_KEYWORD {
				t.Errorf("%s is %v, not %v", word, got, kind)
			}
			if words.flags[words.lookup([]byte(word))]&wordKeyword == 0 && res.Tokens[0].KeywordKind != pg.KeywordKind_NO_KEYWORD {
				t.Errorf("%s is a keyword", word)
			}
			n++
		}
	}
	if n < 480 {
		t.Errorf("only %d words", n)
	}
	// Each keyword is a token of its own name, some with _P behind it.
	for name := range pg.Token_value {
		low := strings.ToLower(strings.TrimSuffix(name, "_P"))
		res, err := pgquery.Scan(low)
		if err != nil || len(res.Tokens) != 1 || res.Tokens[0].KeywordKind == pg.KeywordKind_NO_KEYWORD {
			continue
		}
		if words.flags[words.lookup([]byte(low))]&wordKeyword == 0 {
			t.Errorf("%s is a keyword that is not known", low)
		}
	}
	for i, word := range strings.Fields(namedWords) {
		if words.text[i+1] != word {
			t.Errorf("word %d is %s, not %s", i+1, words.text[i+1], word)
		}
	}
	if words.lookup([]byte("to")) != wTo {
		t.Error("the constants of words are not in the order of their list")
	}
}
