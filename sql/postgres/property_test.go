package postgres

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	pgquery "github.com/wasilibs/go-pgquery"

	"github.com/sallyport/sallyport/sql"
)

// sessions are the sessions that properties are tried in.
func sessions() []*sql.Session {
	return []*sql.Session{
		postgres15(),
		{},
		{Version: "16.2", NonConformingStrings: true},
		{Version: "12.9", Charset: "LATIN1"},
		{Version: "17.0", Charset: "utf8"},
	}
}

// vary replaces the literals of a statement that are not in its shape by
// others, changes its blanks and comments, and the case of its words.
func vary(text []byte, st *sql.Statement, r *rand.Rand) []byte {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var out []byte
	tokens := st.Tokens()
	for i, t := range tokens {
		raw := t.Text(text)
		if t.Flags&sql.TokenTight == 0 && i > 0 && raw[0] != '\'' && t.Word != wUescape {
			out = append(out, pick(" ", "\n", " \t ", " /* x */ ", "/**/ ", " -- y\n")...)
		} else if t.Flags&sql.TokenTight == 0 && i > 0 {
			out = append(out, ' ')
		}
		varied := t.Kind == sql.TokenString && raw[0] == '\'' && !bytes.ContainsRune(raw, '\n') &&
			!strings.Contains(st.Shape, string(raw)) && !strings.Contains(st.Shape, "'#") &&
			(i == 0 || !bytes.EqualFold(tokens[i-1].Text(text), []byte("uescape")))
		switch {
		case varied:
			out = append(out, pick("'a b'", "''''", "'it''s'", "'-- x'", "'/*'", "'?'", "'\x01'", "'select * from u'", "$$'$$", "E'!!'")...)
		case t.Kind == sql.TokenWord && raw[0] < 0x80:
			out = append(out, pick(string(raw), strings.ToUpper(string(raw)), strings.ToLower(string(raw)))...)
			if bytes.ContainsFunc(raw, func(r rune) bool { return r >= 0x80 }) {
				out = append(out[:len(out)-len(raw)], raw...)
			}
		default:
			out = append(out, raw...)
		}
	}
	return out
}

// TestShapeDecides holds statements against variants of them: they must have
// one shape, and what has one shape must have one analysis, made from scratch.
func TestShapeDecides(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range sessions() {
		byShape := map[string]*sql.Analysis{}
		a := NewAnalyzer(sql.Options{})
		for _, text := range corpus(t) {
			st, err := a.Analyze([]byte(text), s)
			if err != nil {
				continue
			}
			for range 4 {
				other := vary([]byte(text), st, r)
				fresh, err := NewAnalyzer(sql.Options{}).Analyze(other, s)
				if err != nil {
					t.Fatalf("%q is cut and its variant %q is not: %v", text, other, err)
				}
				if fresh.Shape != st.Shape {
					t.Fatalf("%q and %q differ in shape:\n%s\n%s", text, other, st.Shape, fresh.Shape)
				}
				if !reflect.DeepEqual(fresh.Analysis, st.Analysis) {
					t.Fatalf("%q and %q differ in analysis:\n%+v\n%+v", text, other, st.Analysis, fresh.Analysis)
				}
			}
			if old, ok := byShape[st.Shape]; ok && !sameAnalysis(old, st.Analysis) {
				t.Errorf("one shape, two analyses: %s\n%+v\n%+v", st.Shape, old, st.Analysis)
			}
			byShape[st.Shape] = st.Analysis
		}
	}
}

// sameAnalysis compares the analyses of two statements of one shape. A literal
// of the wrong type can make one of them no statement at all.
func sameAnalysis(a, b *sql.Analysis) bool {
	return a.Err != nil || b.Err != nil || reflect.DeepEqual(a, b)
}

// TestListsOfAnyLengthShareAShape: neither the length of an IN list nor the
// number of rows is in the shape, and what differs in more is another.
func TestListsOfAnyLengthShareAShape(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	shape := func(text string) string {
		st, err := a.Analyze([]byte(text), nil)
		if err != nil || st.Err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		return st.Shape
	}
	for _, pair := range [][2]string{
		{"select a from t where a in (1, 2)", "select a from t where a in (3, -4, null, $1, 'x')"},
		{"select a from t where a = any(array[1, 2])", "select a from t where a = any(array[1, 2, 3])"},
		{"select a from t where (a, b) in ((1, 2), (3, 4))", "select a from t where (a, b) in ((1, 'x'), (3, 4), (5, 6))"},
		{"select a from t where a in ($1::int, $2::int)", "select a from t where a in ($1::int, $2::int, $3::int)"},
		{"insert into t values (1, now()), (2, now())", "insert into t values (1, now()), (2, now()), (null, now())"},
	} {
		if x, y := shape(pair[0]), shape(pair[1]); x != y {
			t.Errorf("%s has the shape %s, and %s %s", pair[0], x, pair[1], y)
		}
	}
	for _, pair := range [][2]string{
		{"select a from t where a in (1)", "select a from t where a in (1, 2)"},
		{"select a from t where a in (1, b)", "select a from t where a in (1, b, 2)"},
		{"select 'a'::regclass", "select 'b'::regclass"},
		{"insert into t values (nextval('a')), (nextval('a'))", "insert into t values (nextval('a')), (nextval('b'))"},
		{"select a from t where a in ('t'::regclass, 'u'::regclass)", "select a from t where a in ('t'::regclass, 'v'::regclass)"},
		{"do 'a'", "do 'b'"}, {"select query_to_xml('a', true, true, '')", "select query_to_xml('b', true, true, '')"},
		{"select a from t order by 1", "select a from t order by 2"}, {"set role a", "set role b"},
		{"set search_path = 'a'", "set search_path = 'b'"}, {"select set_config('role', 'a', true)", "select set_config('role', 'b', true)"},
	} {
		if x, y := shape(pair[0]), shape(pair[1]); x == y {
			t.Errorf("%s and %s have the shape %s", pair[0], pair[1], x)
		}
	}
}

// TestShapeHoldsNoLiteral puts a secret into every literal.
func TestShapeHoldsNoLiteral(t *testing.T) {
	const secret = "hunter2 secret"
	a := NewAnalyzer(sql.Options{})
	for _, text := range []string{
		"select '%'", "select e'%'", "select 'a'\n'%'", "select u&'%'", "select n'%'", "select $$%$$", "select $x$%$x$",
		"select * from t where a in ('%', 'x')", "insert into t values ('%'), ('%')", "create role x password '%'",
		"do '%'", "do $$%$$", "copy t from '%'", "copy t to program '%'", "create subscription s connection '%' publication p",
		"select dblink('%', '%')", "select query_to_xml('%', true, true, '')", "select nextval('%')", "select '%'::regclass",
		"set search_path = '%'", "set role '%'", "set client_encoding = '%'", "set standard_conforming_strings = '%'",
		"set x.y = '%'", "select set_config('search_path', '%', false)", "select set_config('%', 'x', false)",
		"comment on table t is '%'", "notify x, '%'", "select '%", "select 1 -- %", "select /* % */ 1", "/*+ % */ select 1",
		"select 1; select '%'", "select interval '%' day", "explain select '%'", "create function f() returns int as '%'",
		"select * fro t where a = '%'", "create server s foreign data wrapper w options (password '%')",
	} {
		st, err := a.Analyze([]byte(strings.ReplaceAll(text, "%", secret)), nil)
		if err != nil {
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: the error quotes the literal: %v", text, err)
			}
			continue
		}
		if strings.Contains(st.Shape, "secret") {
			t.Errorf("%s: the shape quotes the literal: %s", text, st.Shape)
		}
		if st.Err != nil && strings.Contains(st.Err.Error(), "secret") {
			t.Errorf("%s: the error quotes the literal: %v", text, st.Err)
		}
	}
	for _, text := range []string{"select %", "select * from t limit %", "select * from t order by %", "set x.y = %",
		"create table t (a varchar(%))", "select -%", "select 1.%", "select '%'::regclass", "set role '%'",
		"set search_path = '%'", "fetch % from c", "set standard_conforming_strings = %", "select nextval('%')"} {
		st, err := a.Analyze([]byte(strings.ReplaceAll(text, "%", "4111111111111111")), nil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(st.Shape, "411111") {
			t.Errorf("%s: the shape quotes the number: %s", text, st.Shape)
		}
	}
}

// TestGrammarSeesOurTokens compares the tokens of each statement with those that
// the grammar's own lexer cuts of it, and of the text that it is given.
func TestGrammarSeesOurTokens(t *testing.T) {
	for _, text := range corpus(t) {
		checkGrammarTokens(t, []byte(text))
	}
}

// checkGrammarTokens cuts text in a session of version 17, whose lexer the
// grammar has, and holds the boundaries against it. N'…' is two tokens there.
func checkGrammarTokens(t *testing.T, text []byte) {
	t.Helper()
	sc := &sql.Scan{MaxTokens: 1 << 16}
	if new(dialect).Scan(sc, text, &sql.Session{Version: "17.0"}) != nil {
		return
	}
	theirs, err := pgquery.Scan(string(text))
	if err != nil {
		t.Fatalf("%q is cut here, and not by the grammar: %v", text, err)
	}
	ends := map[int32]bool{}
	for _, tok := range theirs.Tokens {
		ends[tok.End] = true
	}
	starts := map[int32]bool{}
	for _, tok := range theirs.Tokens {
		starts[tok.Start] = true
	}
	ours := map[int32]bool{}
	for _, tok := range sc.Tokens {
		ours[int32(tok.Start)] = true
		if !starts[int32(tok.Start)] {
			t.Fatalf("%q: the grammar has no token that begins at %d, with %q", text, tok.Start, tok.Text(text))
		}
	}
	for _, tok := range theirs.Tokens {
		if c := text[tok.Start]; !ours[tok.Start] && (tok.Start == 0 || c != '\'' || text[tok.Start-1]|0x20 != 'n') {
			t.Fatalf("%q: there is no token here that begins at %d, with %q", text, tok.Start, text[tok.Start:tok.End])
		}
	}
	if len(sc.Tokens) > 0 && !ends[int32(sc.Tokens[len(sc.Tokens)-1].End)] {
		t.Fatalf("%q: the last token ends elsewhere", text)
	}
	checkGrammarText(t, text, sc)
}

// checkGrammarText cuts the text that the grammar is given, with its lexer: it
// has to be the tokens of the key, one by one.
func checkGrammarText(t *testing.T, text []byte, sc *sql.Scan) {
	t.Helper()
	var want []string
	k := keyTokens{rest: sc.Key[1:]}
	for tok := k.next(); tok != nil; tok = k.next() {
		if c := tok[0]; c == tagMixed {
			want = append(want, ",", standIns[tagString])
		} else if c != tagHint && c != tagItems && c != tagRows {
			if int(c) < len(standIns) {
				tok = []byte(standIns[c])
			}
			want = append(want, string(tok))
		}
	}
	ours := string(grammarText(sc.Key[1:]))
	theirs, err := pgquery.Scan(ours)
	if err != nil {
		t.Fatalf("the grammar's text %q of %q: %v", ours, text, err)
	}
	var got []string
	for _, tok := range theirs.Tokens {
		got = append(got, ours[tok.Start:tok.End])
	}
	if !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 {
		t.Fatalf("the grammar cuts %q as\n%q, not\n%q", ours, got, want)
	}
}
