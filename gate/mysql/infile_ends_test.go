package mysqlgate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

const rowsLoad = "LOAD DATA LOCAL INFILE 'rows' INTO TABLE t FIELDS TERMINATED BY ','"

// loading is a client that is asked for its file and has sent one row of it, which
// the database has.
func (h *harness) loading(t *testing.T) *rawClient {
	t.Helper()
	c := h.quiet(t, wire.ClientLocalFiles)
	if p := c.command(wire.AppendQuery(nil, rowsLoad, rawCaps)); string(p) != "\xfbrows" {
		t.Fatalf("answered %q", p)
	}
	c.send([]byte("1,ann\n"))
	owner := h.owner()
	exec(t, owner, "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED")
	for deadline := time.Now().Add(rawTime); scan1(t, owner, "SELECT COUNT(*) FROM t") != "1"; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the row does not reach the database")
		}
	}
	return c
}

// TestLocalInfileBreaksOff ends the session amid a file: the record says what has
// passed, and the database keeps none of it.
func TestLocalInfileBreaksOff(t *testing.T) {
	server := loader(t)
	const limits = files + "    limits: {statement: 1MiB%s}\n"
	sent := uint64(1 + len(rowsLoad) + len("1,ann\n"))
	for name, tt := range map[string]struct {
		limits string
		stall  time.Duration
		end    func(h *harness, c *rawClient)
		told   string         // by the last packet; "" for none
		error  wire.ErrorCode // of it; 0 for any
		code   string         // of the crossing
	}{
		"the app goes": {end: func(h *harness, c *rawClient) { c.nc.Close() }},
		"the app goes amid a packet": {end: func(h *harness, c *rawClient) {
			c.nc.Write([]byte{9, 0, 0, 3, '2'})
			c.nc.Close()
		}},
		"the app falls silent": {limits: ", idle: 1s", end: func(h *harness, c *rawClient) {}, told: "silent for too long"},
		"a packet does not arrive": {stall: time.Second, end: func(h *harness, c *rawClient) {
			c.nc.Write([]byte{9, 0, 0, 3, '2'})
			c.c.SetSequence(4)
		}, told: "did not arrive", error: 1159},
		"a packet is too long": {end: func(h *harness, c *rawClient) {
			c.nc.Write([]byte{0xff, 0xff, 0xff, 3, '2'})
			c.c.SetSequence(4)
		}, told: "a packet of the file is longer than", error: 1153, code: "protocol"},
		"a packet out of sequence": {end: func(h *harness, c *rawClient) {
			c.nc.Write([]byte{1, 0, 0, 9, '2'})
			c.c.SetSequence(10)
		}, told: "out of sequence", code: "protocol"},
		"killed":  {end: func(h *harness, c *rawClient) { h.guard.Kill(guard.Kill{Caller: "app"}) }, told: "killed", code: "killed"},
		"drained": {end: func(h *harness, c *rawClient) { h.end() }, told: "draining"},
		"the database goes": {end: func(h *harness, c *rawClient) {
			if err := server.Exec(t.Context(), fmt.Sprintf("KILL CONNECTION %d", h.thread("LOAD DATA LOCAL INFILE 'rows'"))); err != nil {
				t.Error(err)
			}
		}, told: "the connection to the database was lost"},
	} {
		t.Run(name, func(t *testing.T) {
			h := startLoading(t, setup{server: server, allow: loads, more: fmt.Sprintf(limits, tt.limits), stall: tt.stall, optional: true})
			c := h.loading(t)
			tt.end(h, c)
			if tt.told != "" {
				e, err := wire.DecodeError(c.read())
				if err != nil || !strings.Contains(e.Message, tt.told) || tt.error != 0 && e.Code != tt.error {
					t.Errorf("told %v, %v", e, err)
				}
			}
			e := h.recorded(1)[0]
			if e.Act.Verb != "load" || e.Out.Bytes != sent || e.Act.Affected != 0 || e.Code() != tt.code && tt.code != "" {
				t.Errorf("recorded as %s", e.Text)
			}
			if tt.code == "" && !strings.Contains(e.Text, "ended by an error of the connection") {
				t.Errorf("recorded as %s", e.Text)
			}
			h.running("LOAD DATA LOCAL INFILE 'rows'", 0)
			if got := scan1(t, h.owner(), "SELECT COUNT(*) FROM t"); got != "0" {
				t.Errorf("the table has %s rows", got)
			}
		})
	}
}

// TestLocalInfileEndsWell sends packets of every sort of length: they are content.
func TestLocalInfileEndsWell(t *testing.T) {
	h := startLoading(t, setup{server: loader(t), allow: loads, more: files + largeLimits, optional: true})
	c := h.loading(t)
	sent := 1 + len(rowsLoad) + len("1,ann\n")
	send := func(p string) {
		c.send([]byte(p))
		sent += len(p)
	}
	for i, n := range largeSizes[:3] {
		begin := fmt.Sprintf("%d,", 2+i)
		send(begin + strings.Repeat("x", n-len(begin)-1) + "\n")
	}
	for i, p := range []string{"\xff\x15\x04#28000no", "\x00\x00\x00\x02", "\xfbother", "\x03SELECT 1"} {
		send(p)
		send(fmt.Sprintf("\n%d,bob\n", 5+i))
	}
	c.send(nil)
	if p := c.read(); p[0] != wire.HeaderOK {
		t.Fatalf("answered %q", p)
	}
	if last := h.recorded(1)[0]; last.Act.Error != "" || last.Effect != "allow" || last.Out.Bytes != uint64(sent) {
		t.Errorf("recorded as %s, and %d bytes were sent", last.Text, sent)
	}
	if got := scan1(t, h.owner(), "SELECT GROUP_CONCAT(id ORDER BY id) FROM t WHERE id > 0"); got != "1,2,3,4,5,6,7,8" {
		t.Errorf("the table has %s", got)
	}
	c.only(c.command(wire.AppendQuery(nil, "SELECT 7", rawCaps)))
}

// TestLocalInfileKilledQuery ends the statement, and not the session, at the
// database: it reads the file to its end and says so.
func TestLocalInfileKilledQuery(t *testing.T) {
	h := startLoading(t, setup{server: loader(t), allow: loads, more: files, optional: true})
	c := h.loading(t)
	if err := h.db.Instance.Exec(t.Context(), fmt.Sprintf("KILL QUERY %d", h.thread("LOAD DATA LOCAL INFILE 'rows'"))); err != nil {
		t.Fatal(err)
	}
	for i := range 1000 {
		c.send(fmt.Appendf(nil, "%d,bob\n", 2+i))
	}
	c.send(nil)
	if e, err := wire.DecodeError(c.read()); err != nil || e.Code != 1317 {
		t.Errorf("answered %v, %v", e, err)
	}
	if e := h.recorded(1)[0]; e.Act.Error != "1317" || e.Effect != "allow" {
		t.Errorf("recorded as %s", e.Text)
	}
	c.only(c.command(wire.AppendQuery(nil, "SELECT 7", rawCaps)))
}
