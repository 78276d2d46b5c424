package mysqlgate

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/gate/sessions"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// TestACommandThatTricklesIsEnded sends a byte now and then: what arrives too
// slowly is ended like what does not arrive at all.
func TestACommandThatTricklesIsEnded(t *testing.T) {
	h := start(t, setup{allow: openPolicy, optional: true, plain: true, stall: time.Second})
	for name, begin := range map[string]func(*rawClient){
		"a query": func(c *rawClient) { c.begin(1<<20, 100) },
		"long data": func(c *rawClient) {
			c.c.NewExchange()
			p := c.command(wire.AppendCommand(nil, wire.ComStmtPrepare, "SELECT ?"))
			ok, err := wire.DecodePrepareOK(p)
			if err != nil {
				t.Fatal(err)
			}
			for range 4 { // a definition each of a parameter and a column, and their ends
				c.read()
			}
			head := []byte{0, 0, 0x10, 0}
			c.nc.Write(append(head, wire.LongData{StatementID: ok.StatementID, Data: make([]byte, 100)}.Append(nil)...))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := h.quiet(t)
			begin(c)
			stop := make(chan struct{})
			trickled := make(chan struct{})
			go func() {
				defer close(trickled)
				for {
					select {
					case <-stop:
						return
					case <-time.After(50 * time.Millisecond):
						c.more(1)
					}
				}
			}()
			c.c.SetSequence(1)
			e, err := wire.DecodeError(c.read())
			close(stop)
			<-trickled
			if err != nil || e.Code != wire.ER_NET_READ_INTERRUPTED || !strings.Contains(e.Message, "did not arrive") {
				t.Errorf("told %v, %v", e, err)
			}
			if last := h.book.Last(t, "sql"); last.Code() != "protocol" || last.Effect != "deny" {
				t.Errorf("recorded as %s", last.Text)
			}
		})
	}
}

// TestACommandThatComesSlowlyButSteadilyIsServed takes several times what one
// stride may take.
func TestACommandThatComesSlowlyButSteadilyIsServed(t *testing.T) {
	h := start(t, setup{allow: openPolicy, optional: true, plain: true, stall: time.Second})
	const strides = 60
	text := "SELECT " + strings.Repeat(" ", strides*sessions.MinStride) + "17"
	p := wire.AppendQuery(nil, text, 0)
	c := h.quiet(t)
	head := []byte{byte(len(p)), byte(len(p) >> 8), byte(len(p) >> 16), 0}
	c.nc.Write(head)
	for begin := time.Now(); len(p) > 0; {
		n := min(len(p), sessions.MinStride)
		if _, err := c.nc.Write(p[:n]); err != nil {
			t.Fatalf("%v after %v", err, time.Since(begin))
		}
		p = p[n:]
		time.Sleep(60 * time.Millisecond)
	}
	c.c.SetSequence(1)
	if p := c.read(); p[0] != 1 {
		t.Errorf("answered %x", p)
	}
}

// TestALongStatementIsNotIdleness has a statement run longer than a session may
// be idle.
func TestALongStatementIsNotIdleness(t *testing.T) {
	h := start(t, setup{allow: openPolicy, optional: true, more: "    limits: {idle: 1s}"})
	c := h.conn()
	exec(t, c, "SELECT SLEEP(2)")
	time.Sleep(500 * time.Millisecond)
	exec(t, c, "DO 1")
}

// TestLargeStatementsWithinTheLimit sends what is just below a limit and just
// above it, in one frame and in several.
func TestLargeStatementsWithinTheLimit(t *testing.T) {
	for _, limit := range []int{1 << 20, 20 << 20} {
		h := start(t, setup{allow: openPolicy, more: sprintf("    limits: {statement: %dB}", limit)})
		if err := h.db.Instance.Exec(t.Context(), "SET GLOBAL max_allowed_packet = 1 << 26"); err != nil {
			t.Fatal(err)
		}
		c := h.raw(t).login(0)
		for _, n := range []int{limit / 2, limit - 10} {
			if p := c.command(wire.AppendQuery(nil, "SELECT '"+strings.Repeat("x", n-9)+"'", 0)); p[0] != 1 {
				t.Fatalf("%d bytes of %d: answered %x", n, limit, p[:min(len(p), 200)])
			}
			for range 2 { // the definition and its end
				c.read()
			}
			if p := c.read(); len(p) < n-9 {
				t.Errorf("%d bytes of %d: a row of %d", n, limit, len(p))
			}
			c.read()
		}
		e, err := wire.DecodeError(c.command(wire.AppendQuery(nil, "SELECT '"+strings.Repeat("x", limit+2<<10)+"'", 0)))
		if err != nil || e.Code != wire.ER_NET_PACKET_TOO_LARGE {
			t.Errorf("more than %d: told %v, %v", limit, e, err)
		}
		if last := h.book.Last(t, "sql"); last.Code() != "protocol" {
			t.Errorf("recorded as %s", last.Text)
		}
	}
}
