package postgresgate

import (
	"errors"
	"io"
	"strings"
	"testing"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// TestEveryMessageHasAVerdict sends every type of message there can be to a
// door that allows nothing: nothing but the door's own answers comes back, and
// each refusal is recorded before it is answered.
func TestEveryMessageHasAVerdict(t *testing.T) {
	h := start(t, setup{allow: "\n      - {who: app, tables: [none]}\n"})
	for b := range 256 {
		switch typ := wire.MessageType(b); typ {
		case wire.MsgTerminate, wire.MsgSync, wire.MsgFlush, wire.MsgCopyData, wire.MsgCopyDone, wire.MsgCopyFail:
			continue // they carry neither text nor a result
		default:
			c := h.raw(t).secure(h).login()
			c.c.W.WriteMessage(typ, []byte("P\x00SELECT * FROM users\x00\x00\x00"))
			c.send(wire.AppendEmpty(nil, wire.MsgSync))
			told := false
			for {
				got, p, err := c.c.ReadMessage()
				if errors.Is(err, io.EOF) || got == wire.MsgReadyForQuery {
					break
				}
				e, bad := wire.DecodeError(p)
				if err != nil || got != wire.MsgErrorResponse || bad != nil || !strings.Contains(e.Message, "refused by sallyport: ") {
					t.Fatalf("%q was answered by %s %q, %v", rune(b), wire.Backend.Name(got), p, err)
				}
				told = true
			}
			// Close of what there is not is no error.
			if !told && typ != wire.MsgClose {
				t.Errorf("%q was not answered", rune(b))
			}
			c.nc.Close()
		}
	}
}

func TestMessagesThatAreNotServed(t *testing.T) {
	h := start(t, setup{allow: openPolicy, more: "    limits: {statement: 64KiB}"})
	c := h.raw(t).secure(h).login()
	say := func(want string, b []byte) {
		t.Helper()
		c.send(b)
		if got := c.until(); got != want {
			t.Errorf("answered by %s, want %s", got, want)
		}
	}
	sync := wire.AppendEmpty(nil, wire.MsgSync)
	long := strings.Repeat(" ", 70<<10)
	parse := wire.Parse{Query: []byte("SELECT 1" + long)}
	say("E(0A000)ZI", []byte{'F', 0, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	say("E(54000)ZI", wire.AppendQuery(nil, "SELECT 1"+long))
	say("E(54000)ZI", append(parse.Append(nil), sync...))
	say("E(34000)ZI", append(wire.Execute{Portal: []byte(asking)}.Append(nil), sync...))
	say("E(26000)ZI", append((&wire.Bind{Statement: []byte(asking)}).Append(nil), sync...))
	say("E(26000)ZI", append(wire.Object{Kind: wire.PreparedStatement, Name: []byte("x")}.AppendDescribe(nil), sync...))
	say("3ZI", append(wire.Object{Kind: wire.PreparedStatement, Name: []byte("x")}.AppendClose(nil), sync...))
	say("IZI", wire.AppendQuery(nil, ""))
	say("ZI", sync)
	say("TDCZI", wire.AppendQuery(nil, "SELECT 1"))
	c.send([]byte{'B', 0, 0, 0, 12, 0, 0, 0, 9, 0, 0, 0, 0})
	c.refused("08P01", "Bind is malformed")
	if e := h.book.Last(t, "sql"); e.Code() != "protocol" || e.Effect != "deny" {
		t.Errorf("recorded as %s", e.Text)
	}
}
