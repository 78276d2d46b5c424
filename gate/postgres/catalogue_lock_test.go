package postgresgate

import (
	"strings"
	"testing"
	"time"
)

// TestReadingGivesWay has an administrator who has one table and wants the other
// while the door reads the views of both, in both orders. The server would end
// whoever notices the deadlock, and here that is the administrator.
func TestReadingGivesWay(t *testing.T) {
	h := startGuarded(t, "")
	h.direct("CREATE TABLE a (n int)", "CREATE TABLE b (n int)", "CREATE VIEW of_a AS SELECT n FROM a", "CREATE VIEW of_b AS SELECT n FROM b")
	if err := h.db.Instance.Exec(t.Context(), "ALTER ROLE "+h.db.User+" SET deadlock_timeout = '700ms'"); err != nil {
		t.Fatal(err)
	}
	c, admin := h.conn(), h.owner()
	for _, order := range [][2]string{{"a", "b"}, {"b", "a"}} {
		exec(t, admin, "BEGIN")
		exec(t, admin, "LOCK TABLE "+order[0])
		h.door.catalogue.Stale()
		answer := make(chan string, 1)
		go func() {
			got, err := cells(t, c, "SELECT email FROM users WHERE id = 1")
			if err != nil {
				got = err.Error()
			}
			answer <- got
		}()
		h.waits(t, order[0])
		exec(t, admin, "LOCK TABLE "+order[1])
		exec(t, admin, "COMMIT")
		if got := <-answer; strings.Contains(got, "ann") || !strings.Contains(got, "*") {
			t.Errorf("%v: when the tables are free again, the app gets %s", order, got)
		}
	}
}

// waits returns when somebody waits for a table.
func (h *harness) waits(t *testing.T, table string) {
	t.Helper()
	c := h.owner()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		n, err := cells(t, c, "SELECT count(*) FROM pg_locks WHERE relation = $1::regclass AND NOT granted", table)
		if err != nil {
			t.Fatal(err)
		}
		if n != "0" {
			return
		}
	}
	t.Fatalf("nobody waits for %s", table)
}
