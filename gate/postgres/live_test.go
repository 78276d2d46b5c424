package postgresgate

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// running waits until the database runs n statements with the marker in it.
func (h *harness) running(marker string, n int) {
	h.t.Helper()
	c := h.owner()
	defer c.Close(context.Background())
	ctx, cancel := context.WithTimeout(h.t.Context(), testTime)
	defer cancel()
	for {
		var have int
		err := c.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%' || $1 || '%' AND pid <> pg_backend_pid()", marker).Scan(&have)
		if err != nil {
			h.t.Fatal(err)
		}
		if have == n {
			return
		}
	}
}

// sleeping starts a statement that runs long, and waits until it does.
func (h *harness) sleeping(c *pgx.Conn, marker string) chan error {
	h.t.Helper()
	ended := make(chan error, 1)
	go func() {
		_, err := c.Exec(context.Background(), "SELECT pg_sleep(60) AS "+marker)
		ended <- err
	}()
	h.running("AS "+marker, 1)
	return ended
}

// told checks that a session was ended with a reason.
func told(t *testing.T, err error, word string) {
	t.Helper()
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || !strings.Contains(e.Message, word) {
		t.Errorf("the client got %v, which says nothing of %q", err, word)
	}
}

func TestKillCutsWhatRuns(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	busy, idle := h.conn(), h.raw(t).secure(h).login()
	ended := h.sleeping(busy, "killed")
	h.guard.Kill(guard.Kill{Caller: "app"})
	told(t, <-ended, "killed")
	idle.refused("57P01", "killed")
	h.running("AS killed", 0)
	if e := h.book.Last(t, "sql"); e.Code() != "killed" || e.Effect != "deny" {
		t.Errorf("recorded as %s", e.Text)
	}
	if c, err := pgx.ConnectConfig(t.Context(), h.config()); err == nil {
		c.Close(t.Context())
		t.Error("a killed caller came in again")
	}
	h.guard.Unkill(guard.Kill{Caller: "app"})
	h.conn()
}

func TestReloadCutsWhoHasNoStandingAnyMore(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).secure(h).login()
	h.reload(setup{allow: "\n      - {who: far, tables: [x]}\n"})
	c.refused("57P01", "policy-changed")
}

func TestReloadCutsAStatementThatIsNotAllowedAnyMore(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	ended := h.sleeping(h.conn(), "reloaded")
	h.reload(setup{allow: "\n      - {who: app, tables: [x]}\n"})
	told(t, <-ended, "policy-changed")
	h.running("AS reloaded", 0)
}

// TestReloadCountsForWhatIsPrepared executes a statement that was prepared
// under another policy.
func TestReloadCountsForWhatIsPrepared(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE t (n INT)")
	c := h.conn()
	if _, err := c.Prepare(t.Context(), "later", "SELECT n FROM t WHERE n > $1"); err != nil {
		t.Fatal(err)
	}
	exec(t, c, "later", 1)
	h.reload(setup{allow: "\n      - {who: app, tables: [u]}\n"})
	_, err := c.Exec(t.Context(), "later", 1)
	wantError(t, err, "42501", "no-rule")
}

func TestAnAppThatIsGoneCancelsItsStatement(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).secure(h).login()
	c.send(wire.AppendQuery(nil, "SELECT pg_sleep(60) AS vanished"))
	h.running("AS vanished", 1)
	c.nc.Close()
	h.running("AS vanished", 0)
}

func TestADatabaseThatIsGoneEndsItsSession(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).secure(h).login()
	if err := h.db.Instance.Exec(t.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '"+h.db.User+"'"); err != nil {
		t.Fatal(err)
	}
	c.refused("57P01")
}

func TestIdleSessionsEnd(t *testing.T) {
	h := start(t, setup{allow: openPolicy, more: "    limits: {idle: 300ms}"})
	h.raw(t).secure(h).login().refused("57P05")
}

func TestQuotas(t *testing.T) {
	h := start(t, setup{allow: openPolicy, more: "    limits: {sessions-per-caller: 2}"})
	h.conn()
	h.conn()
	_, err := pgx.ConnectConfig(t.Context(), h.config())
	wantError(t, err, "53300", "quota")
}

// TestWaitingLongIsHarmless lets the watch take the buffers of a session away
// and goes on using it.
func TestWaitingLongIsHarmless(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	for range 2 {
		if got := scan1(t, c, "SELECT repeat('x', 300)"); len(got) != 300 {
			t.Fatal(len(got))
		}
		s := h.door.sessions.List()[0]
		for waited := false; !waited; {
			waited = s.Waiting()
		}
		s.Nudge()
	}
}

func TestDrain(t *testing.T) {
	h := start(t, setup{allow: openPolicy, drain: 30 * time.Second})
	h.direct("CREATE TABLE t (n INT)")
	idle, inside, busy := h.raw(t).secure(h).login(), h.conn(), h.conn()
	exec(t, inside, "BEGIN")
	exec(t, inside, "INSERT INTO t VALUES (1)")
	ended := make(chan error, 1)
	go func() {
		_, err := busy.Exec(context.Background(), "SELECT pg_sleep(1) AS drained")
		ended <- err
	}()
	h.running("AS drained", 1)
	h.stop()
	idle.refused("57P01", "draining")
	if err := <-ended; err != nil {
		t.Error("what ran was not let finish:", err)
	}
	exec(t, inside, "INSERT INTO t VALUES (2)")
	exec(t, inside, "COMMIT")
	if err := <-h.ended; err != nil {
		t.Error(err)
	}
	h.ended <- nil
	if got := scan1(t, h.owner(), "SELECT count(*) FROM t"); got != "2" {
		t.Errorf("%s rows", got)
	}
}

func TestDrainEndsInTime(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	ended := h.sleeping(h.conn(), "late")
	h.end()
	told(t, <-ended, "draining")
	h.running("AS late", 0)
}
