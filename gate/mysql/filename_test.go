package mysqlgate

import (
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// TestFileNames reads names as the server does, or not at all.
func TestFileNames(t *testing.T) {
	escapes, plain := &sql.Session{Version: "8.0.36"}, &sql.Session{Version: "8.0.36", NoBackslashEscapes: true}
	for _, tt := range []struct {
		text string
		s    *sql.Session
		want string
	}{
		{`LOAD DATA LOCAL INFILE 'a.csv' INTO TABLE t`, escapes, "a.csv"},
		{`LOAD DATA LOCAL INFILE "a.csv" INTO TABLE t`, escapes, "a.csv"},
		{`/* 'x' */ load data low_priority local -- 'y'
			infile 'a.csv' replace into table t fields terminated by ',' (a) set b = 'b'`, escapes, "a.csv"},
		{`LOAD DATA LOCAL /*!50000 INFILE */ 'a.csv' INTO TABLE t`, escapes, "a.csv"},
		{`LOAD DATA LOCAL INFILE '' INTO TABLE t`, escapes, ""},
		{`LOAD DATA LOCAL INFILE 'it''s "it"' INTO TABLE t`, escapes, `it's "it"`},
		{`LOAD DATA LOCAL INFILE 'it\'s c:\\a' INTO TABLE t`, escapes, `it's c:\a`},
		{`LOAD DATA LOCAL INFILE 'c:\\a' INTO TABLE t`, plain, `c:\\a`},
		{`LOAD DATA LOCAL INFILE 'c:\a' INTO TABLE t`, plain, `c:\a`},
		{`LOAD DATA LOCAL INFILE 'ünö' INTO TABLE t`, escapes, "ünö"},
	} {
		if got := newAnalyst(1<<10).fileOf([]byte(tt.text), tt.s); got == nil || string(got) != tt.want {
			t.Errorf("%s: %q, want %q", tt.text, got, tt.want)
		}
	}
	for _, text := range []string{
		`LOAD DATA LOCAL INFILE 'c:\a' INTO TABLE t`,
		`LOAD DATA LOCAL INFILE 'a\_b' INTO TABLE t`,
		`LOAD DATA LOCAL INFILE 'a\0' INTO TABLE t`,
		"LOAD DATA LOCAL INFILE 'a\x00b' INTO TABLE t",
		`LOAD DATA LOCAL INFILE N'a' INTO TABLE t`,
		`LOAD DATA LOCAL INFILE _utf8'a' INTO TABLE t`,
		`LOAD DATA LOCAL INFILE x'61' INTO TABLE t`,
		`LOAD DATA LOCAL INFILE ? INTO TABLE t`,
		`LOAD DATA INFILE 'a' INTO TABLE t`,
		`LOAD XML LOCAL INFILE 'a' INTO TABLE t`,
		`PREPARE s FROM 'LOAD DATA LOCAL INFILE "a" INTO TABLE t'`,
		`EXECUTE IMMEDIATE 'LOAD DATA LOCAL INFILE "a" INTO TABLE t'`,
		`SELECT 'LOAD DATA LOCAL INFILE' AS infile, 'a'`,
	} {
		if got := newAnalyst(1<<10).fileOf([]byte(text), escapes); got != nil {
			t.Errorf("%s: %q", text, got)
		}
	}
}
