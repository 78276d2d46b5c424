package postgres

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestCut cuts texts of several statements, and refuses those of which it is not
// certain how a server cuts them.
func TestCut(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for _, c := range []struct{ text, want string }{
		{"select 1; select 2", "select 1|select 2"},
		{";; select 1 ;; /* nothing */ ; select 2;", "select 1|select 2"},
		{"select ';'; select $q$;$q$; select \";\"", "select ';'|select $q$;$q$|select \";\""},
		{"-- a; b\nselect 1; /* ; /* ; */ ; */ select 2 -- c;", "-- a; b\nselect 1|/* ; /* ; */ ; */ select 2 -- c;"},
		{"create rule r as on insert to t do also (delete from u; delete from v); select 1",
			"create rule r as on insert to t do also (delete from u; delete from v)|select 1"},
		{"create function f() returns int begin atomic select 1; select 2; end; select 3", ""},
		{"begin; select 1; commit", "begin|select 1|commit"},
		{"select case 1 when 1 then 2 end; select 3", "select case 1 when 1 then 2 end|select 3"},
		{"select (1; select 2)", "select (1; select 2)"}, // which is not understood
		{strings.Repeat("select 1;", 5), ""},
		{strings.Repeat("select 1 from a join b on true;", 4), strings.TrimSuffix(strings.Repeat("select 1 from a join b on true|", 4), "|")},
	} {
		parts, err := a.Split(nil, []byte(c.text), nil, 4)
		var got []string
		for _, p := range parts {
			got = append(got, c.text[p.Start:p.End])
		}
		if strings.Join(got, "|") != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%s\n got %q, %v\nwant %q", c.text, got, err, c.want)
		}
	}
}

// TestCutDepth cuts many statements, each of which is far from too deep.
func TestCutDepth(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	text := strings.Repeat("select 1 from a join b on a.x + 1 = b.y; ", 500)
	if parts, err := a.Split(nil, []byte(text), nil, 1000); len(parts) != 500 {
		t.Errorf("%d parts, %v", len(parts), err)
	}
}

// FuzzCut holds the cut against the grammar: parts that are each one statement by
// themselves are what the grammar finds in the whole.
func FuzzCut(f *testing.F) {
	for _, s := range []string{"select 1; select 2", "create rule r as on insert to t do (select 1; select 2);;", "begin atomic; end", "a;'b", "select $$;$$;-- x\n;"} {
		f.Add(s)
	}
	a := NewAnalyzer(sql.Options{MaxBytes: 1 << 12})
	f.Fuzz(func(t *testing.T, text string) {
		parts, err := a.Split(nil, []byte(text), nil, 100)
		if err != nil {
			return
		}
		at := 0
		for _, p := range parts {
			if p.Start < at || p.At < p.Start || p.End <= p.At || p.End > len(text) {
				t.Fatalf("%q: part %+v behind %d", text, p, at)
			}
			at = p.End
			if between := strings.Trim(text[at:], blanks); at < len(text) && between != "" && len(parts) > 1 && p != parts[len(parts)-1] && between[0] != ';' {
				t.Fatalf("%q: part %+v does not end at a semicolon", text, p)
			}
		}
	})
}
