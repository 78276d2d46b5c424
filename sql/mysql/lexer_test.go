package mysql

import (
	"errors"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestSessionDecides reads one text in sessions that give it other meanings.
func TestSessionDecides(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		session    sql.Session
		tables     string
		reason     sql.Reason
	}{
		{"escape", `select 'x\' from t -- '`, sql.Session{}, "", 0},
		{"no escape", `select 'x\' from t -- '`, sql.Session{NoBackslashEscapes: true}, "t", 0},
		{"no escape by mode", `select 'x\' from t -- '`, sql.Session{SQLMode: "NO_BACKSLASH_ESCAPES"}, "t", 0},
		{"string", `select a from t where "b" = (select 1)`, sql.Session{}, "t", 0},
		{"name", `select a from "t"`, sql.Session{SQLMode: "ANSI"}, "t", 0},
		{"no name", `select a from "t"`, sql.Session{}, "", sql.ReasonSyntax},
		{"mysql 8 runs it", "select a from t /*!80000 , u */", sql.Session{Version: "8.0.36"}, "t u", 0},
		{"mysql 5.7 does not", "select a from t /*!80000 , u */", sql.Session{Version: "5.7.40-log"}, "t", 0},
		{"maria does not", "select a from t /*!80000 , u */", sql.Session{Version: "5.5.5-10.11.6-MariaDB"}, "t", 0},
		{"maria runs it", "select a from t /*!50699 , u */", sql.Session{Version: "10.11.6-MariaDB"}, "t u", 0},
		{"mysql has no M", "select a from t /*M!50000 , u */", sql.Session{Version: "8.0.36"}, "t", 0},
		{"unknown runs it", "select a from t /*M!999999 , u */", sql.Session{}, "t u", 0},
		{"seven digits", "select a from t /*!1000000 , u */", sql.Session{}, "", sql.ReasonAmbiguous},
		{"four digits", "select a from t /*!5000 , u */", sql.Session{}, "", sql.ReasonAmbiguous},
		{"gbk", "select 1", sql.Session{Charset: "gbk"}, "", sql.ReasonCharset},
		{"sjis", "select 1", sql.Session{Charset: "SJIS"}, "", sql.ReasonCharset},
		{"utf16", "select 1", sql.Session{Charset: "utf16"}, "", sql.ReasonCharset},
		{"unheard of", "select 1", sql.Session{Charset: "klingon"}, "", sql.ReasonCharset},
		{"oracle", "select 1", sql.Session{SQLMode: "ORACLE"}, "", sql.ReasonMode},
		{"latin1 blank", "select\xa0a from t", sql.Session{Charset: "latin1"}, "", sql.ReasonCharset},
		{"latin1 string", "select '\xa0' from t", sql.Session{Charset: "latin1"}, "t", 0},
		{"utf8 name", "select a from tür", sql.Session{}, "tür", 0},
		{"broken utf8 name", "select a from t\xff", sql.Session{}, "", sql.ReasonLexical},
		{"astral name", "select a from t😀", sql.Session{}, "", sql.ReasonLexical},
		{"gbk quote", "select '\xbf\\' from t -- '", sql.Session{}, "", 0},
		{"NUL", "select a from t\x00", sql.Session{}, "", sql.ReasonLexical},
		{"NUL in a comment", "select a from t # \x00\n, u", sql.Session{}, "", sql.ReasonLexical},
		{"NUL in a string", "select '\x00' from t", sql.Session{}, "t", 0},
		{"deep", strings.Repeat("select (", 200), sql.Session{}, "", sql.ReasonUnsupported},
		{"empty", " /* x */ -- y", sql.Session{}, "", sql.ReasonEmpty},
		{"multi", "select 1; drop table t", sql.Session{}, "", sql.ReasonMulti},
		{"multi in a comment", "select 1 /*!50000 ; drop table t */", sql.Session{}, "", sql.ReasonMulti},
	} {
		t.Run(tt.name, func(t *testing.T) {
			st, err := NewAnalyzer(sql.Options{}).Analyze([]byte(tt.text), &tt.session)
			if err == nil {
				err = st.Err
			}
			var e *sql.Error
			if errors.As(err, &e) {
				if e.Reason != tt.reason {
					t.Fatalf("refused for %v (%v), want %v", e.Reason, e, tt.reason)
				}
				return
			}
			if tt.reason != 0 {
				t.Fatalf("not refused, want %v", tt.reason)
			}
			var names []string
			for _, table := range st.Tables {
				names = append(names, table.Name)
			}
			if got := strings.Join(names, " "); got != tt.tables {
				t.Errorf("tables %q, want %q", got, tt.tables)
			}
			if want := strings.HasPrefix(tt.name, "unknown"); st.Ambiguous != want {
				t.Errorf("ambiguous is %v", st.Ambiguous)
			}
		})
	}
}

// TestTooLongWithoutLiterals bounds what is analysed, which is many times
// smaller than what may be a literal.
func TestTooLongWithoutLiterals(t *testing.T) {
	a := NewAnalyzer(sql.Options{MaxBytes: 16 << 20})
	long := strings.Repeat("x", 2<<20)
	var e *sql.Error
	for _, text := range []string{"SELECT " + long, "SELECT 1 FROM `" + long + "`"} {
		if _, err := a.Analyze([]byte(text), nil); !errors.As(err, &e) || e.Reason != sql.ReasonTooLong {
			t.Errorf("%.20s… gives %v", text, err)
		}
	}
	for _, text := range []string{"SELECT '" + long + "'", "SELECT /* " + long + " */ 1"} {
		if st, err := a.Analyze([]byte(text), nil); err != nil || st.Err != nil {
			t.Errorf("%.20s… gives %v", text, err)
		}
	}
	if st := a.CacheStats(); st.Bytes > 1<<20 {
		t.Errorf("the cache holds %d bytes", st.Bytes)
	}
}

func TestTooManyTokens(t *testing.T) {
	a := NewAnalyzer(sql.Options{MaxTokens: 10})
	_, err := a.Analyze([]byte("select 1, 2, 3, 4, 5, 6"), nil)
	var e *sql.Error
	if !errors.As(err, &e) || e.Reason != sql.ReasonTooManyTokens {
		t.Errorf("too many tokens give %v", err)
	}
}
