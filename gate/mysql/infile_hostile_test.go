package mysqlgate

import (
	"io"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// TestHostileDatabaseAndFiles has a database ask for files that no statement names,
// of an app that would send any: it gets the one, once.
func TestHostileDatabaseAndFiles(t *testing.T) {
	const secret = "what nobody is to have"
	provide(t, "mine", "1\n")
	provide(t, "mine2", secret)
	provide(t, "Mine", secret)
	provide(t, "passwd", secret)
	const load = "LOAD DATA LOCAL INFILE 'Reader::mine' INTO TABLE t"
	ask := func(c *wire.Conn, name string) string {
		c.Send(append([]byte{wire.HeaderLocalInfile}, name...))
		var all []byte
		for {
			p, err := c.ReadPacket()
			if err != nil || len(p) == 0 {
				return string(all)
			}
			all = append(all, p...)
		}
	}
	ok := func(status wire.Status) []byte { return (&wire.OK{Status: status}).Append(nil, evilCaps) }
	for _, tt := range []struct {
		name, text string
		answer     func(c *wire.Conn) (got string)
		got        string
		reason     string
		finding    string
	}{
		{"another file", load, func(c *wire.Conn) string { return ask(c, "Reader::passwd") }, "", "local-file", "local-infile"},
		{"a longer name", load, func(c *wire.Conn) string { return ask(c, "Reader::mine2") }, "", "local-file", "local-infile"},
		{"another case", load, func(c *wire.Conn) string { return ask(c, "Reader::Mine") }, "", "local-file", "local-infile"},
		{"no name", load, func(c *wire.Conn) string { return ask(c, "") }, "", "local-file", "local-infile"},
		{"in answer to a SELECT", "SELECT 1", func(c *wire.Conn) string { return ask(c, "Reader::passwd") }, "", "local-file", "local-infile"},
		{"in answer to a SELECT that names it", "SELECT 'LOAD DATA LOCAL INFILE', 'Reader::mine'", func(c *wire.Conn) string { return ask(c, "Reader::mine") }, "", "local-file", "local-infile"},
		{"again in a further result", load, func(c *wire.Conn) string {
			got := ask(c, "Reader::mine")
			c.WritePacket(ok(wire.StatusMoreResultsExists))
			return got + ask(c, "Reader::mine")
		}, "1\n", "local-file", "local-infile"},
		{"again at once", load, func(c *wire.Conn) string { return ask(c, "Reader::mine") + ask(c, "Reader::mine") }, "1\n", "upstream", "malformed"},
		{"answers ahead of the file", load, func(c *wire.Conn) string {
			c.WritePacket(append([]byte{wire.HeaderLocalInfile}, "Reader::mine"...))
			c.Send(ok(0))
			p, _ := c.ReadPacket() // as the count of the packets goes, the answer was the file
			return string(p)
		}, "", "upstream", "malformed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := make(chan string, 1)
			server := &evil{answer: func(c *wire.Conn, q string) (bool, error) {
				got <- tt.answer(c)
				return true, io.EOF
			}}
			h := start(t, setup{allow: "\n      - {who: app, statements: [load, select], tables: ['*']}", more: files, plain: true, port: server.listen(t)})
			c := h.conn(func(c *driver.Config) { c.AllowAllFiles = true })
			_, err := c.ExecContext(t.Context(), tt.text)
			wantRefused(t, err, tt.reason)
			if got := <-got; got != tt.got {
				t.Errorf("the database got %q, want %q", got, tt.got)
			}
			last := h.book.Last(t, "sql")
			if last.Code() != tt.reason || len(last.Finds) != 1 || last.Finds[0].Code != tt.finding || last.Effect != "deny" {
				t.Errorf("recorded as %s", last.Text)
			}
			if err := c.PingContext(t.Context()); err == nil {
				t.Error("the session goes on")
			}
		})
	}
}

func wantRefused(t *testing.T, err error, reason string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "refused by sallyport: "+reason) {
		t.Errorf("the app got %v, want %s", err, reason)
	}
}
