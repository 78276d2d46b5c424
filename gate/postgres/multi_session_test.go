package postgresgate

import (
	"strings"
	"testing"
)

// TestSeveralThatChangeTheSession have one in their midst that would make the next
// one mean something else: nothing is sent. The last one may, and what comes next
// is read by it.
func TestSeveralThatChangeTheSession(t *testing.T) {
	h := multiDoor(t)
	h.direct("CREATE SCHEMA other", "CREATE TABLE other.t (id int)", "INSERT INTO other.t VALUES (5)")
	c := h.conn()
	for _, middle := range []string{
		"SET search_path = other", "SET LOCAL search_path = other", "SET SCHEMA 'other'", "SET SESSION AUTHORIZATION DEFAULT", "SET NAMES 'latin1'",
		"SET standard_conforming_strings = off", "RESET ALL", "RESET search_path", "DISCARD ALL", "SELECT set_config('search_path', 'other', false)",
		"SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false)", "DO $$BEGIN SET search_path = other; END$$", "CALL p()",
		"UPDATE pg_settings SET setting = 'other' WHERE name = 'search_path'", "SET ROLE NONE", "ROLLBACK; BEGIN; SET search_path = other",
		"ALTER ROLE CURRENT_USER SET search_path = other", "CREATE TABLE fresh AS SELECT set_config('search_path', 'other', false)",
	} {
		_, err := h.together(t, c, "INSERT INTO t VALUES (1); "+middle+`; SELECT '\' AS a, id FROM t`)
		if err == nil || !strings.Contains(err.Error(), "refused by sallyport") {
			t.Errorf("%s: %v", middle, err)
		}
		h.inStep(t, c, middle)
	}
	if got := scan1(t, c, "SELECT count(*) || current_setting('search_path') || current_setting('standard_conforming_strings') FROM t"); got != `0"$user", publicon` {
		t.Errorf("something was sent: %s", got)
	}
	if got, err := h.together(t, c, "INSERT INTO t VALUES (1); SET search_path = other"); got != "INSERT 0 1; SET" || err != nil {
		t.Errorf("at the end: %q, %v", got, err)
	}
	if got, err := h.together(t, c, "SELECT 4; SELECT id FROM t"); got != "4,SELECT 1; 5,SELECT 1" || err != nil {
		t.Errorf("behind it: %q, %v", got, err)
	}
	if e := h.book.Last(t, "sql"); len(e.Act.Tables) != 1 || e.Act.Tables[0] != "other.t" {
		t.Errorf("recorded as %s", e.Text)
	}
}
