package postgresgate

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	wire "github.com/sallyport/sallyport/wire/postgres"
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
	parse, bind := wire.Parse{Query: []byte("SELECT $1")}, wire.Bind{Params: wire.NewValues([]byte("x"))}
	sync := wire.AppendEmpty(nil, wire.MsgSync)
	run := wire.Execute{MaxRows: 1}.Append(nil)
	for _, messages := range [][][]byte{
		{wire.AppendQuery(nil, "SELECT 1")},
		{parse.Append(nil), bind.Append(nil), wire.Object{Kind: wire.Portal}.AppendDescribe(nil), run, run, sync},
		{parse.Append(nil), wire.Object{Kind: wire.PreparedStatement}.AppendClose(nil), wire.AppendEmpty(nil, wire.MsgFlush), bind.Append(nil)},
		{wire.AppendQuery(nil, "COPY t FROM STDIN"), wire.AppendCopyData(nil, []byte("1\n")), wire.AppendEmpty(nil, wire.MsgCopyDone)},
		{wire.AppendQuery(nil, "COPY t FROM STDIN"), wire.AppendCopyData(nil, []byte("1\n")), wire.AppendCopyFail(nil, "x"), sync},
		{wire.AppendQuery(nil, "COPY t FROM STDIN"), wire.AppendCopyData(nil, []byte("1\n")), wire.AppendQuery(nil, "SELECT 1")},
		{executed("COPY t FROM STDIN"), sync, wire.AppendCopyData(nil, []byte("1\n")), wire.AppendEmpty(nil, wire.MsgCopyDone), sync},
		{executed("COPY t TO STDOUT"), executed("COPY t FROM STDIN"), wire.AppendCopyFail(nil, "x"), sync},
		{{'F', 0, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}, {'p', 0, 0, 0, 4}},
		{{'B', 0, 0, 0, 9, 0, 0, 0, 0, 0}, {'d', 0, 0, 0, 4}, {0xff, 0, 0, 0, 0}},
		{wire.AppendEmpty(nil, wire.MsgTerminate)},
	} {
		f.Add(bytes.Join(messages, nil))
	}
	seen := new(faults)
	h := start(f, setup{allow: openPolicy, plain: true, optional: true, log: slog.New(seen)})
	h.direct("CREATE TABLE t (n INT)")
	h.book.Hush()
	h.conn(inTheClear) // the door is open once it has the grammar
	f.Fuzz(func(t *testing.T, said []byte) {
		c := h.raw(t).login()
		c.nc.Write(said)
		c.nc.(*net.TCPConn).CloseWrite()
		if _, err := io.Copy(io.Discard, c.nc); err != nil && strings.Contains(err.Error(), "timeout") {
			t.Fatal("the session did not end:", err)
		}
		if n := seen.n.Load(); n > 0 {
			t.Fatalf("the door had %d faults", n)
		}
	})
}

// FuzzOptions reads the command line of a login: nothing that it sets is other
// than harmless, or a search_path, and no value can become another setting.
func FuzzOptions(f *testing.F) {
	for _, s := range []string{"-c TimeZone=UTC", "--extra-float-digits=3", "-cDateStyle=iso", "-c search_path=x", `-c a=b\ c`, "-c", "--=", "-d 1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		params, bad := options(line)
		for _, p := range params {
			if !bad && (!harmless[p.Name] && p.Name != searchPath || strings.ContainsAny(p.Value, " \t\n\\")) {
				t.Errorf("%q sets %v", line, p)
			}
		}
	})
}
