package mysqlgate

import (
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// TestCursorThatBreaksOff has a database that ends a fetch with an error and
// would give rows to the next one. The crossing was over with the error, so no
// row may come any more that it does not count.
func TestCursorThatBreaksOff(t *testing.T) {
	fetches := 0
	server := &evil{packet: func(c *wire.Conn, p []byte) bool {
		if wire.Command(p[0]) == wire.ComStmtFetch {
			if fetches++; fetches == 2 {
				return c.Send(wire.NewError(wire.ER_QUERY_INTERRUPTED, "Query execution was interrupted").Append(nil)) == nil
			}
		}
		return answerStatement(c, p)
	}}
	h := start(t, setup{allow: openPolicy, plain: true, optional: true, port: server.listen(t)})
	c := h.raw(t)
	c.enter()
	c.prepare(onlyText)
	ends := make([]wire.PacketKind, 0, 3)
	rows := uint64(0)
	ask := func(p []byte) {
		var scan wire.ResultScanner
		c.each(&scan, rawCaps, p, func(kind wire.PacketKind, _ []byte) {
			if scan.Done() {
				ends = append(ends, kind)
			}
		})
		rows += scan.Rows()
	}
	ask(wire.AppendExecute(nil, 1, wire.CursorReadOnly, value(), 0))
	ends = ends[:0]
	for range 3 {
		ask(wire.Fetch{StatementID: 1, Rows: 1}.Append(nil))
	}
	if len(ends) != 3 || ends[0] != wire.KindRowsEnd || ends[1] != wire.KindErr || ends[2] != wire.KindErr || rows != 1 {
		t.Errorf("%d rows, the fetches ended by %v", rows, ends)
	}
	if fetches != 2 {
		t.Errorf("the database was asked for rows %d times", fetches)
	}
	if e := h.book.Last(t, "sql"); e.Code() != "protocol" {
		t.Errorf("the fetch of no cursor is recorded as %s", e.Text)
	}
	recorded := uint64(0)
	for _, e := range h.book.All() {
		recorded += e.In.Rows
	}
	if recorded != rows {
		t.Errorf("%d rows are recorded, %d passed", recorded, rows)
	}
}
