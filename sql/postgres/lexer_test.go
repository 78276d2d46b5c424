package postgres

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/sql"
)

// cut returns the tokens of a text, divided by blanks that no token has.
func cut(t *testing.T, text string, s *sql.Session) (string, error) {
	t.Helper()
	sc := &sql.Scan{MaxTokens: 1 << 16}
	if err := new(dialect).Scan(sc, []byte(text), s); err != nil {
		return "", err
	}
	var list []string
	for _, tok := range sc.Tokens {
		list = append(list, string(tok.Text([]byte(text))))
	}
	return strings.Join(list, " | "), nil
}

func TestTokens(t *testing.T) {
	for text, want := range map[string]string{
		"select a.b":                   "select | a | . | b",
		"a--b\nc":                      "a | --b | c",
		"a--b\rc":                      "a | --b | c",
		"/* a /* b */ c */d":           "/* a /* b */ c */ | d",
		"/**/a/***/b/*/**/*/c":         "/**/ | a | /***/ | b | /*/**/*/ | c",
		"a*/*b*/c":                     "a | * | /*b*/ | c",
		"a+--b":                        "a | + | --b",
		"a=-1":                         "a | = | - | 1",
		"a@-1":                         "a | @- | 1",
		"a<>-1":                        "a | <> | - | 1",
		"a*-+1":                        "a | * | - | + | 1",
		"a~-/*x*/1":                    "a | ~- | /*x*/ | 1",
		"a::b[1:2]":                    "a | :: | b | [ | 1 | : | 2 | ]",
		"f(a=>1,b:=2)":                 "f | ( | a | => | 1 | , | b | := | 2 | )",
		"'a''b'":                       "'a''b'",
		"'a'\n 'b'":                    "'a'\n 'b'",
		"'a' -- x\n 'b'":               "'a' -- x\n 'b'",
		"'a' /* x */\n 'b'":            "'a' | /* x */ | 'b'",
		"'a' 'b'":                      "'a' | 'b'",
		`'a\'`:                         `'a\'`,
		`E'a\'b'`:                      `E'a\'b'`,
		"E'a'\n'\\''":                  "E'a'\n'\\''",
		`U&'\'`:                        `U&'\'`,
		`U&"a""b"`:                     `U&"a""b"`,
		"N'a' B'1' X'f' e1 b u & 'x'":  "N'a' | B'1' | X'f' | e1 | b | u | & | 'x'",
		"B'1'\n'0' x''":                "B'1'\n'0' | x''",
		"$$a$b$$c":                     "$$a$b$$ | c",
		"$a$ $b$ $a$":                  "$a$ $b$ $a$",
		"$é$x$é$":                      "$é$x$é$",
		"a$b$c":                        "a$b$c",
		"$1 $23":                       "$1 | $23",
		"1 1.5 .5 1. 1e5 1.e-5":        "1 | 1.5 | .5 | 1. | 1e5 | 1.e-5",
		"a?b ?| c ?& d #>> e":          "a | ? | b | ?| | c | ?& | d | #>> | e",
		"\"a\"\"b\".c":                 "\"a\"\"b\" | . | c",
		"/*+ x */a":                    "/*+ x */ | a",
		"a;b":                          "a | ; | b",
		"'a'\n--x\r\n  'b'\n/**/\n'c'": "'a'\n--x\r\n  'b' | /**/ | 'c'",
	} {
		got, err := cut(t, text, &sql.Session{})
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}

// TestSessionDecides reads one text in sessions that give it other meanings.
func TestSessionDecides(t *testing.T) {
	old := &sql.Session{NonConformingStrings: true}
	for _, tt := range []struct {
		name, text string
		session    *sql.Session
		tables     string
		reason     sql.Reason
	}{
		{"no escape", `select 'x\' from t --'`, nil, "t", 0},
		{"escape", `select 'x\' from t --'`, old, "", 0},
		{"U& string", `select U&'x'`, old, "", sql.ReasonMode},
		{"U& name", `select * from U&"x"`, old, "", sql.ReasonMode},
		{"UTF8 name", "select * from é", &sql.Session{Charset: "utf-8"}, "é", 0},
		{"latin1 string", "select '\xe9' from t", &sql.Session{Charset: "LATIN1"}, "t", 0},
		{"latin1 name", "select * from \xe9", &sql.Session{Charset: "LATIN1"}, "", sql.ReasonCharset},
		{"invalid", "select '\xe9' from t", nil, "", sql.ReasonCharset},
		{"gbk", "select 1", &sql.Session{Charset: "GBK"}, "", sql.ReasonCharset},
		{"sjis", "select 1", &sql.Session{Charset: "shift_jis"}, "", sql.ReasonCharset},
		{"big5", "select 1", &sql.Session{Charset: "Big5"}, "", sql.ReasonCharset},
		{"uhc", "select 1", &sql.Session{Charset: "UHC"}, "", sql.ReasonCharset},
		{"gb18030", "select 1", &sql.Session{Charset: "gb18030"}, "", sql.ReasonCharset},
		{"johab", "select 1", &sql.Session{Charset: "JOHAB"}, "", sql.ReasonCharset},
		{"nobody's", "select 1", &sql.Session{Charset: "klingon"}, "", sql.ReasonCharset},
		{"number of 16", "select 1_000, 0xff, 0o17, 0b1 from t", &sql.Session{Version: "16.1"}, "t", 0},
		{"number before 16", "select 1_000 from t", &sql.Session{Version: "15.1"}, "", sql.ReasonAmbiguous},
		{"number of whom", "select 0xff from t", nil, "", sql.ReasonAmbiguous},
		{"NUL", "select '\x00'", nil, "", sql.ReasonLexical},
		{"vertical tab", "select\va", nil, "", sql.ReasonLexical},
		{"open string", "select 'a", nil, "", sql.ReasonLexical},
		{"open escape", `select e'a\`, nil, "", sql.ReasonLexical},
		{"open name", `select "a`, nil, "", sql.ReasonLexical},
		{"empty name", `select ""`, nil, "", sql.ReasonLexical},
		{"open comment", "select /* /* */", nil, "", sql.ReasonLexical},
		{"open dollars", "select $a$ $b$", nil, "", sql.ReasonLexical},
		{"stuck", "select 1from t", nil, "", sql.ReasonAmbiguous},
		{"stuck dollar", "select 1$a$ from $a$", nil, "", sql.ReasonAmbiguous},
		{"bit string", "select b'1''x' from t", nil, "", sql.ReasonAmbiguous},
		{"open bits", "select x'1", nil, "", sql.ReasonLexical},
		{"base and dot", "select 0x1.5", &sql.Session{Version: "17.0"}, "", sql.ReasonAmbiguous},
		{"base alone", "select 0x", &sql.Session{Version: "17.0"}, "", sql.ReasonAmbiguous},
		{"two dots", "select 1..2", nil, "", sql.ReasonAmbiguous},
		{"bad unicode", `select U&"\zzzz"`, nil, "", sql.ReasonLexical},
		{"no unicode", `select U&"\0000"`, nil, "", sql.ReasonLexical},
		{"uescape", `select * from U&"!0061" uescape '!'`, nil, "a", 0},
		{"bad uescape", `select * from U&"x" uescape 'a'`, nil, "", sql.ReasonAmbiguous},
		{"brace", "select {a}", nil, "", sql.ReasonLexical},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st, err := NewAnalyzer(sql.Options{}).Analyze([]byte(tt.text), tt.session)
			if err == nil {
				err = st.Err
			}
			var e *sql.Error
			if errors.As(err, &e) != (tt.reason != 0) || e != nil && e.Reason != tt.reason {
				t.Fatalf("%v, want %v", err, tt.reason)
			}
			if err != nil {
				return
			}
			var names []string
			for _, table := range st.Tables {
				names = append(names, table.Name)
			}
			if got := strings.Join(names, " "); got != tt.tables {
				t.Errorf("tables %q, want %q", got, tt.tables)
			}
		})
	}
}

// TestNamesAreFolded brings names to what the server makes of them.
func TestNamesAreFolded(t *testing.T) {
	long := strings.Repeat("a", 70)
	for text, want := range map[string]string{
		"select * from FooBar": "foobar", `select * from "FooBar"`: "FooBar", `select * from "foobar"`: "foobar",
		`select * from "a""b"`: `a"b`, `select * from U&"\0046oo"`: "Foo", "select * from " + long: long[:63],
		`select * from "` + long + `"`: long[:63], `select * from "select"`: "select", `select * from "a b"`: "a b",
		`select * from "?"`: "?", `select * from "é"`: "é", `select * from "a'b"`: "a'b", "select * from a$b": "a$b",
	} {
		st, err := NewAnalyzer(sql.Options{}).Analyze([]byte(text), nil)
		if err != nil || st.Err != nil || len(st.Tables) != 1 || st.Tables[0].Name != want {
			t.Errorf("%s: %+v, %v", text, st, err)
		}
	}
}

// TestTooLongWithoutLiterals bounds what is analysed, which is many times
// smaller than what may be a literal.
func TestTooLongWithoutLiterals(t *testing.T) {
	a := NewAnalyzer(sql.Options{MaxBytes: 16 << 20})
	long := strings.Repeat(", x", 1<<19)
	var e *sql.Error
	if _, err := a.Analyze([]byte("SELECT x"+long), nil); !errors.As(err, &e) || e.Reason != sql.ReasonTooManyTokens {
		t.Errorf("too many tokens give %v", err)
	}
	for _, text := range []string{"SELECT '" + long + "'", "SELECT /* " + long + " */ 1", "SELECT $$" + long + "$$"} {
		if st, err := a.Analyze([]byte(text), nil); err != nil || st.Err != nil {
			t.Errorf("%.20s… gives %v", text, err)
		}
	}
}
