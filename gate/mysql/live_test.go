package mysqlgate

import (
	"bytes"
	"context"
	databasesql "database/sql"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// running waits until the database runs n statements with the marker in it.
func (h *harness) running(marker string, n int) {
	h.t.Helper()
	db := h.db.Instance.Admin()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	for {
		var have int
		err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE ? AND id <> CONNECTION_ID()", "%"+marker+"%").Scan(&have)
		if err != nil {
			h.t.Fatal(err)
		}
		if have == n {
			return
		}
	}
}

// sleeping starts a statement that runs long, and waits until it does.
func (h *harness) sleeping(c *databasesql.Conn, marker string) chan error {
	h.t.Helper()
	ended := make(chan error, 1)
	go func() {
		_, err := c.ExecContext(context.Background(), "SELECT SLEEP(60) AS "+marker)
		ended <- err
	}()
	h.running("SLEEP(60) AS "+marker, 1)
	return ended
}

// told checks that a session was ended with a reason, on the statement that
// ran or, where the driver found out earlier, by a broken connection.
func told(t *testing.T, err error, word string) {
	t.Helper()
	var e *driver.MySQLError
	if errors.As(err, &e) {
		if !strings.Contains(e.Message, word) {
			t.Errorf("%v does not say %q", e, word)
		}
		return
	}
	t.Errorf("the client got %v, which says nothing of %q", err, word)
}

func TestKillCutsWhatRuns(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	busy, idle := h.conn(), h.raw(t).login(0)
	ended := h.sleeping(busy, "killed")
	h.guard.Kill(guard.Kill{Caller: "app"})
	told(t, <-ended, "killed")
	if e, err := wire.DecodeError(farewellOf(t, idle)); err != nil || e.Code != 1053 || !strings.Contains(e.Message, "killed") {
		t.Errorf("the idle session was told %v, %v", e, err)
	}
	h.running("SLEEP(60) AS killed", 0)
	if e := h.book.Last(t, "sql"); e.Code() != "killed" || e.Effect != "deny" {
		t.Errorf("recorded as %s", e.Text)
	}
	if err := open(t, h.config()).PingContext(t.Context()); err == nil {
		t.Error("a killed caller came in again")
	}
	h.guard.Unkill(guard.Kill{Caller: "app"})
	if err := open(t, h.config()).PingContext(t.Context()); err != nil {
		t.Error(err)
	}
}

// farewellOf reads the last packet of a session that waits. It stands where
// the answer to the next command would.
func farewellOf(t *testing.T, c *rawClient) []byte {
	t.Helper()
	c.c.SetSequence(1)
	p := c.read()
	if _, err := c.c.ReadPacket(); !errors.Is(err, io.EOF) {
		t.Errorf("the connection did not end: %v", err)
	}
	return p
}

// TestWhoWaitsForAnalysisCanBeEnded has long statements wait for their turn: a
// kill and a client that hangs up end them there, and nothing stays lent.
func TestWhoWaitsForAnalysisCanBeEnded(t *testing.T) {
	stuck := stuckDialect(make(chan struct{}))
	defer close(stuck)
	texts := sql.NewAnalyzer(stuck, sql.Options{MaxBytes: 16 << 20})
	h := start(t, setup{allow: openPolicy, optional: true, plain: true, texts: texts})
	for i := range runtime.GOMAXPROCS(0) {
		go texts.Analyze(bytes.Repeat([]byte{byte(i)}, 1<<20), nil)
	}
	ask := func() *rawClient {
		c := h.quiet(t)
		c.c.NewExchange()
		c.send(wire.AppendQuery(nil, "SELECT '"+strings.Repeat("x", 8<<20)+"'", 0))
		return c
	}
	wait := func(what string, done func() bool) {
		t.Helper()
		for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("%s: %d sessions, %d bytes lent", what, len(h.door.sessions.List()), h.lent())
			}
		}
	}
	killed, vanished := ask(), ask()
	wait("both are to have arrived", func() bool { return h.lent() > 16<<20 })
	vanished.nc.Close()
	wait("the one that hung up is to end", func() bool { return len(h.door.sessions.List()) == 1 })
	h.guard.Kill(guard.Kill{Caller: "app"})
	if e, err := wire.DecodeError(killed.read()); err != nil || e.Code != 1053 || !strings.Contains(e.Message, "killed") {
		t.Errorf("told %v, %v", e, err)
	}
	wait("both are to end", func() bool { return len(h.door.sessions.List()) == 0 && h.lent() == 0 })
}

// stuckDialect analyses nothing before it is closed.
type stuckDialect chan struct{}

func (stuckDialect) Scan(out *sql.Scan, text []byte, _ *sql.Session) error {
	out.Key = append(out.Key, text[0])
	return nil
}

func (d stuckDialect) Analyze([]byte) (*sql.Analysis, string) {
	<-d
	return new(sql.Analysis), ""
}

// TestKillEndsACommandThatArrives kills a session amid a large command.
func TestKillEndsACommandThatArrives(t *testing.T) {
	h := start(t, setup{allow: openPolicy, optional: true, plain: true})
	c := h.quiet(t)
	c.begin(8<<20, 4<<20)
	for h.lent() < 4<<20 {
		time.Sleep(time.Millisecond)
	}
	h.guard.Kill(guard.Kill{Caller: "app"})
	c.c.SetSequence(1)
	if e, err := wire.DecodeError(c.read()); err != nil || e.Code != 1053 {
		t.Errorf("told %v, %v", e, err)
	}
	c.gone()
	for h.lent() != 0 {
		time.Sleep(time.Millisecond)
	}
}

func TestReloadCutsWhoHasNoStandingAnyMore(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).login(0)
	h.reload(setup{allow: "\n      - {who: far, tables: [x]}\n"})
	if e, err := wire.DecodeError(farewellOf(t, c)); err != nil || !strings.Contains(e.Message, "policy-changed") {
		t.Errorf("told %v, %v", e, err)
	}
}

func TestReloadCutsAStatementThatIsNotAllowedAnyMore(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	ended := h.sleeping(c, "reloaded")
	h.reload(setup{allow: "\n      - {who: app, tables: [x]}\n"})
	told(t, <-ended, "policy-changed")
	h.running("SLEEP(60) AS reloaded", 0)
}

func TestAnAppThatIsGoneKillsItsStatement(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).login(0)
	c.c.NewExchange()
	c.send(wire.AppendQuery(nil, "SELECT SLEEP(60) AS vanished", 0))
	h.running("SLEEP(60) AS vanished", 1)
	c.nc.Close()
	h.running("SLEEP(60) AS vanished", 0)
}

func TestADatabaseThatIsGoneEndsItsSession(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).login(0)
	if err := h.db.Instance.Exec(t.Context(), "KILL CONNECTION USER '"+h.db.User+"'"); err != nil {
		t.Fatal(err)
	}
	if e, err := wire.DecodeError(farewellOf(t, c)); err != nil || e.Code != wire.ER_NET_READ_ERROR {
		t.Errorf("told %v, %v", e, err)
	}
}

func TestIdleSessionsEnd(t *testing.T) {
	h := start(t, setup{allow: openPolicy, more: "    limits: {idle: 300ms}"})
	c := h.raw(t).login(0)
	if e, err := wire.DecodeError(farewellOf(t, c)); err != nil || e.Code != wire.ER_CLIENT_INTERACTION_TIMEOUT {
		t.Errorf("told %v, %v", e, err)
	}
}

// TestWaitingLongIsHarmless lets the watch take the buffers of a session away
// and goes on using it.
func TestWaitingLongIsHarmless(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	for range 2 {
		if got := scan1(t, c, "SELECT REPEAT('x', 300)"); len(got) != 300 {
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
	idle, inside, busy := h.raw(t).login(0), h.conn(), h.conn()
	exec(t, inside, "BEGIN")
	exec(t, inside, "INSERT INTO t VALUES (1)")
	ended := make(chan error, 1)
	go func() {
		_, err := busy.ExecContext(context.Background(), "SELECT SLEEP(1) AS drained")
		ended <- err
	}()
	h.running("SLEEP(1) AS drained", 1)
	h.stop()
	if e, err := wire.DecodeError(farewellOf(t, idle)); err != nil || e.Code != 1053 || !strings.Contains(e.Message, "draining") {
		t.Errorf("the idle session was told %v, %v", e, err)
	}
	if err := <-ended; err != nil {
		t.Error("what ran was not let finish:", err)
	}
	exec(t, inside, "INSERT INTO t VALUES (2)")
	exec(t, inside, "COMMIT")
	if err := <-h.ended; err != nil {
		t.Error(err)
	}
	h.ended <- nil
	var n int
	if err := h.db.OpenDB(t).QueryRow("SELECT COUNT(*) FROM t").Scan(&n); err != nil || n != 2 {
		t.Errorf("%d rows, %v", n, err)
	}
}

func TestDrainEndsInTime(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	ended := h.sleeping(h.conn(), "late")
	h.end()
	told(t, <-ended, "draining")
	h.running("SLEEP(60) AS late", 0)
}
