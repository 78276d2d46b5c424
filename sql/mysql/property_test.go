package mysql

import (
	"bytes"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// sessions are the sessions that properties are tried in.
func sessions() []*sql.Session {
	return []*sql.Session{
		mariaDB(),
		{},
		{Version: "8.0.36", SQLMode: "ANSI_QUOTES,PIPES_AS_CONCAT"},
		{Version: "5.5.5-10.6.16-MariaDB-log", NoBackslashEscapes: true},
		{Charset: "latin1", SQLMode: "IGNORE_SPACE"},
	}
}

// vary replaces the literals of a statement that are not in its shape by
// others, changes its blanks and comments, and the case of its keywords.
func vary(text []byte, st *sql.Statement, s *sql.Session, r *rand.Rand) []byte {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var out []byte
	for i, t := range st.Tokens() {
		raw := t.Text(text)
		if t.Flags&sql.TokenTight == 0 && i > 0 {
			out = append(out, pick(" ", "\n", " \t ", " /* x */ ", "/**/ ", " -- y\n", " # z\n ")...)
		}
		plain := raw[0] == '\'' || raw[0] == '"'
		switch {
		case t.Kind == sql.TokenString && plain && !strings.Contains(st.Shape, string(raw)):
			out = append(out, pick("'a'", "''", "'it''s'", "'-- x'", "'/*'", "'?'", "'\x01'", "'select * from u'", "'é'")...)
			if i+1 < len(st.Tokens()) && st.Tokens()[i+1].Flags&sql.TokenTight != 0 {
				out = append(out, ' ')
			}
		case t.Kind == sql.TokenWord && raw[0] != '\\' && t.Word != 0 && words.flags[t.Word]&(wordReserved|wordBareName|wordWindow) == wordReserved:
			out = append(out, pick(string(raw), strings.ToUpper(string(raw)), strings.ToLower(string(raw)))...)
		default:
			out = append(out, raw...)
		}
	}
	_ = s
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
			for range 8 {
				other := vary([]byte(text), st, s, r)
				fresh, err := NewAnalyzer(sql.Options{}).Analyze(other, s)
				if err != nil {
					if strings.Contains(text, "/*!") || strings.Contains(text, "/*M") {
						continue // a comment inside a versioned one is refused
					}
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

// sameAnalysis compares the analyses of two statements of one shape, but for
// their queries, which tell literals from parameters. A literal of the wrong type
// can make one of them no statement at all.
func sameAnalysis(a, b *sql.Analysis) bool {
	x, y := *a, *b
	x.Query, y.Query = nil, nil
	return a.Err != nil || b.Err != nil || (a.Query == nil) == (b.Query == nil) && reflect.DeepEqual(x, y)
}

// TestShapeHoldsNoLiteral puts a secret into every literal.
func TestShapeHoldsNoLiteral(t *testing.T) {
	const secret = "hunter2secret"
	a := NewAnalyzer(sql.Options{})
	for _, text := range []string{
		"select '%'", "select \"%\"", "select 'a' '%'", "select _utf8mb4'%'", "select n'%'", "select a as '%' from t",
		"select * from t where a in ('%', 'x')", "insert into t values ('%'), ('%')", "set @x = '%'",
		"set password = '%'", "create user x identified by '%'", "grant all on t to x identified by '%'",
		"prepare s from '%'", "execute immediate '%'", "select * from t into outfile '%'", "load data infile '%' into table t",
		"select * from t -- %", "select /* % */ 1", "set foo = '%'", "change master to master_password = '%'",
		"alter user x identified by '%'", "create table t (a int) connection='%'", "call p('%')",
		"select * from t where a like '%' escape '!'", "select date '%'", "select b->'%' from t", "kill '%'",
		"show tables like '%'", "select * from t where match (a) against ('%')", "select '\\'%'", "select '''%'",
		"select 1; select '%'", "select * from t where '%", "set sql_mode = '%', x = '%'", "xa start '%'", "/*+ % */ select 1",
		"select /*+ % */ 1", "select {d '%'}", "set names '%' x",
	} {
		st, err := a.Analyze([]byte(strings.ReplaceAll(text, "%", secret)), &sql.Session{})
		if err != nil {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: the error quotes the literal: %v", text, err)
			}
			continue
		}
		if strings.Contains(st.Shape, secret) && !strings.HasPrefix(text, "set sql_mode") && !strings.HasPrefix(text, "set names") {
			t.Errorf("%s: the shape quotes the literal: %s", text, st.Shape)
		}
		if st.Err != nil && strings.Contains(st.Err.Error(), secret) && !strings.HasPrefix(text, "set") {
			t.Errorf("%s: the error quotes the literal: %v", text, st.Err)
		}
	}
	for _, text := range []string{"select 4111111111111111", "select * from t limit 4111111111111111",
		"select * from t order by 4111111111111111", "set autocommit = 4111111111111111", "select 0x4111111111111111",
		"create table t (a varchar(4111111111111111))", "select -4111111111111111", "select 1.4111111111111111"} {
		st, err := a.Analyze([]byte(text), &sql.Session{})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(st.Shape, "411111") {
			t.Errorf("%s: the shape quotes the number: %s", text, st.Shape)
		}
	}
}

// TestGrammarSeesOurTokens hands the grammar's text of each statement to the
// lexer: it must cut it into the tokens that the statement was cut into.
func TestGrammarSeesOurTokens(t *testing.T) {
	for _, text := range corpus(t) {
		checkGrammarText(t, []byte(text), mariaDB())
	}
}

// checkGrammarText cuts text, and the text that the grammar is given for it,
// and compares the keys. A stand-in of another value is the same tag.
func checkGrammarText(t *testing.T, text []byte, s *sql.Session) {
	t.Helper()
	d := &dialect{}
	sc := &sql.Scan{MaxTokens: 1 << 16}
	if d.Scan(sc, text, s) != nil {
		return
	}
	if sc.Hints || bytes.ContainsAny(sc.Key, string([]byte{tagItems, tagRows})) {
		return
	}
	again := &sql.Scan{MaxTokens: 1 << 16}
	// These have no meaning of their own anywhere.
	values := standIns
	values[tagInteger], values[tagString] = "100000000000", "'? ?'"
	ours := fillIn(sc.Key[1:], &values)
	if err := d.Scan(again, ours, &sql.Session{SQLMode: s.SQLMode}); err != nil {
		if strings.Contains(s.SQLMode, "ANSI") {
			return
		}
		t.Fatalf("%q is cut, and its grammar text %q is not: %v", text, ours, err)
	}
	if !bytes.Equal(sc.Key[1:], again.Key[1:]) {
		t.Fatalf("%q and its grammar text %q are cut differently:\n%q\n%q", text, ours, sc.Key, again.Key)
	}
}
