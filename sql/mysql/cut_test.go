package mysql

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
		{"SELECT 1; SELECT 2", "SELECT 1|SELECT 2"},
		{"SELECT 1;; SELECT 2", ""},
		{"; SELECT 1; SELECT 2", ""},
		{"SELECT 1; /* nothing */ ; SELECT 2;", ""},
		{`SELECT ';\';'; SELECT ";"; SELECT 1 AS ` + "`;`", `SELECT ';\';'|SELECT ";"|SELECT 1 AS ` + "`;`"},
		{"-- a; b\nSELECT 1; # c; d\nSELECT 2", "-- a; b\nSELECT 1|# c; d\nSELECT 2"},
		{"SELECT 1; /*!50000 SELECT 2; */ SELECT 3", ""},
		{"DROP PROCEDURE IF EXISTS p; CREATE PROCEDURE p(a INT) BEGIN IF a THEN SELECT 1; END IF; SELECT 2; END;",
			"DROP PROCEDURE IF EXISTS p|CREATE PROCEDURE p(a INT) BEGIN IF a THEN SELECT 1; END IF; SELECT 2; END"},
		{"DROP TABLE x; CREATE PROCEDURE s.p(a DECIMAL(3,2)) BEGIN SELECT 1; END", "DROP TABLE x|CREATE PROCEDURE s.p(a DECIMAL(3,2)) BEGIN SELECT 1; END"},
		{"SELECT 0; CREATE PROCEDURE p() SELECT 1 AS begin; DROP TABLE x; SELECT 1 end", ""},
		{"SELECT 0; CREATE PROCEDURE p() SELECT 1; DROP TABLE x", ""},
		{"CREATE PROCEDURE p() BEGIN SELECT 1; END; DROP TABLE x", ""},
		{"CREATE PROCEDURE p() BEGIN SELECT 1 end; END; DROP TABLE x; SELECT 1 end", ""},
		{"SELECT 0; CREATE PROCEDURE p() BEGIN SELECT 1 begin; END; END", ""},
		{"SELECT 0; CREATE PROCEDURE p() BEGIN SELECT CASE 1 WHEN 1 THEN 2 END; END", ""},
		{"SELECT 0; CREATE PROCEDURE p() COMMENT 'x' BEGIN SELECT 1; END", ""},
		{"SELECT 0; CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END", ""},
		{"SELECT 0; CREATE DEFINER = CURRENT_USER TRIGGER t BEFORE INSERT ON u FOR EACH ROW SET @a = 1; SELECT 2", ""},
		{"ALTER EVENT e DO SELECT 1; SELECT 2", ""},
		{"CREATE TABLE event (a INT); SELECT 1", "CREATE TABLE event (a INT)|SELECT 1"},
		{strings.Repeat("SELECT 1;", 5), ""},
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

// FuzzCut cuts anything within the text's bounds.
func FuzzCut(f *testing.F) {
	for _, s := range []string{"SELECT 1; SELECT 2", "SELECT 1; CREATE PROCEDURE p() BEGIN SELECT 1; END;;", "CREATE PROCEDURE (", "a;'b", "/*!1 ; */;"} {
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
		}
	})
}
