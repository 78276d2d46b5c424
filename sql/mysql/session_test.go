package mysql

import (
	"errors"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestCharsetsThatCanBeSet tries every character set that MariaDB has, in
// every way to make one the client's.
func TestCharsetsThatCanBeSet(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for _, set := range strings.Fields(singleByteCharsets + ` big5 cp932 eucjpms euckr gb18030 gb2312 gbk sjis
		swe7 ucs2 ujis utf16 utf16le utf32 utf8 utf8mb3 utf8mb4 macromann "" default`) {
		for _, form := range []string{"set character_set_client = '%'", "SET NAMES '%'", "set names %",
			"set @@character_set_client = '%'", "set session character_set_client = %", "set autocommit = 1, @@session.Character_Set_Client := '%'",
			"set local `character_set_client` = '%'", "set charset '%'", "set character set '%'", "set @@local.character_set_client = concat('%')"} {
			text := strings.ReplaceAll(form, "%", set)
			st, err := a.Analyze([]byte(text), mariaDB())
			if err != nil {
				continue
			}
			good := strings.HasPrefix(set, "utf8") || set == "ascii" || set == "binary"
			var e *sql.Error
			switch {
			case good && !strings.Contains(form, "concat"):
				if st.Err != nil || !st.Session || st.Change == nil || strings.Replace(st.Change.Charset, "mb3", "", 1) != strings.Replace(set, "mb3", "", 1) {
					t.Errorf("%s: %v, session %v, change %+v", text, st.Err, st.Session, st.Change)
				}
			case st.Session:
				t.Errorf("%s belongs to the session", text)
			case errors.As(st.Err, &e):
				if e.Reason != sql.ReasonCharset && e.Reason != sql.ReasonSyntax {
					t.Errorf("%s: %v", text, st.Err)
				}
			case st.Change == nil || !st.Change.Opaque:
				t.Errorf("%s: no error, and change %+v", text, st.Change)
			}
		}
	}
}

// TestSelectOfTheSession tells a SELECT that only asks the session from one
// that makes the server work.
func TestSelectOfTheSession(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for text, want := range map[string]bool{
		"select 1": true, "select 'x', -1, null from dual": true, "select @@version_comment limit 1": true,
		"select database(), connection_id(), now(6)": true, "select @@session.autocommit as a": true,
		"select version() as v, @@max_allowed_packet": true, "select ?": true,
		"with recursive x as (select 1) select 'AAAA' from x a, x b, x c": false,
		"with x as (select 1) select 2":                                   false, "select 1 union select 2": false,
		"select (select 1)": false, "select 1 from (select 1) x": false, "select 1 group by 1": false,
		"select 1 order by 1": false, "select 1 having 1": false, "select 'a' regexp 'b'": false,
		"select count(*)": false, "select repeat('a', 9)": false, "select @x": false, "select @@x": false,
		"do (select 1)": false, "select 1 where 1": false, "values (1)": false, "select @x := 1": false,
		"select now() + now()": false, "select 1 for update": false, "select version(f())": false,
	} {
		st, err := a.Analyze([]byte(text), mariaDB())
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if st.Session != want {
			t.Errorf("%s: session %v", text, st.Session)
		}
	}
}
