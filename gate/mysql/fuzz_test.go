package mysqlgate

import (
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// faults counts what the door logs of faults of its own.
type faults struct{ n atomic.Int64 }

func (f *faults) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelError }
func (f *faults) WithAttrs([]slog.Attr) slog.Handler           { return f }
func (f *faults) WithGroup(string) slog.Handler                { return f }
func (f *faults) Handle(_ context.Context, r slog.Record) error {
	if strings.Contains(r.Message, "fault") {
		f.n.Add(1)
	}
	return nil
}

// FuzzClient lets a client say anything after its login. Whatever it says, the
// door has no fault and the session ends when the client has gone.
func FuzzClient(f *testing.F) {
	frame := func(p []byte) []byte {
		return append([]byte{byte(len(p)), byte(len(p) >> 8), byte(len(p) >> 16), 0}, p...)
	}
	value := []wire.Value{{ParamType: wire.ParamType{Type: wire.TypeVarString}, Raw: []byte("x")}}
	for _, p := range [][]byte{
		wire.AppendQuery(nil, "SELECT 1", 0), wire.AppendCommand(nil, wire.ComStmtPrepare, "SELECT ?"), wire.AppendExecute(nil, 1, 0, value, 0),
		wire.Fetch{StatementID: 1, Rows: 1}.Append(nil), wire.LongData{StatementID: 1, Data: []byte("x")}.Append(nil),
		wire.AppendStatementCommand(nil, wire.ComStmtReset, 0xFFFFFFFF), wire.AppendCommand(nil, wire.ComFieldList, "t\x00"),
		{byte(wire.ComSetOption), 1, 0}, {byte(wire.ComResetConnection)}, {byte(wire.ComPing)}, {byte(wire.ComChangeUser)}, {},
	} {
		f.Add(append(frame(p), frame([]byte{byte(wire.ComPing)})...))
	}
	seen := new(faults)
	server := &evil{}
	h := start(f, setup{allow: openPolicy, plain: true, optional: true, port: server.listen(f), log: slog.New(seen)})
	h.book.Hush()
	f.Fuzz(func(t *testing.T, said []byte) {
		nc, err := net.Dial("tcp", h.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(20 * time.Second))
		c := wire.NewConn(nc, 1<<20)
		p, err := c.ReadPacket()
		if err != nil {
			t.Fatal(err)
		}
		g, err := wire.DecodeGreeting(p)
		if err != nil {
			t.Fatal(err)
		}
		in := wire.Response{Capabilities: g.Capabilities & rawCaps, User: []byte("app"), AuthPlugin: []byte(wire.CachingSHA2Password),
			AuthData: wire.SHA2Scramble(doorPassword, g.Nonce), Collation: 45}
		if err := c.Send(in.Append(nil)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := c.ReadPacket(); err != nil {
				t.Fatal(err)
			}
		}
		nc.Write(said)
		nc.(*net.TCPConn).CloseWrite()
		if _, err := io.Copy(io.Discard, nc); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatal("the session did not end:", err)
		}
		if n := seen.n.Load(); n > 0 {
			t.Fatalf("the door had %d faults", n)
		}
	})
}

// FuzzSessionChange reads what a database says of the session in an OK packet.
func FuzzSessionChange(f *testing.F) {
	f.Add(wire.AppendSessionSchema(wire.AppendSessionVariable(nil, "sql_mode", "ANSI_QUOTES"), "shop"))
	f.Add(wire.AppendSessionVariable(nil, "character_set_client", "utf8mb4"))
	f.Add([]byte{0, 3, 1, 'a', 0xfb})
	f.Fuzz(func(t *testing.T, change []byte) {
		s := &session{}
		s.heed(&wire.OK{Session: change})
		if s.sql.Database != s.context.Database || s.sql.Charset != s.context.Charset {
			t.Errorf("the session is %+v and is recorded as %+v", s.sql, s.context)
		}
	})
}
