package postgresgate

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/sallyport/sallyport/gate/gatetest"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// begun is what comes of a COPY by Execute before it: ParseComplete,
// BindComplete and NoData.
const begun = "12n"

// executed is the messages that run a statement up to its Execute.
func executed(text string) []byte {
	parse := wire.Parse{Query: []byte(text)}
	bind := wire.Bind{}
	b := bind.Append(parse.Append(nil))
	b = wire.Object{Kind: wire.Portal}.AppendDescribe(b)
	return wire.Execute{}.Append(b)
}

// copied is a stream of n rows for users, a CopyData each, and its end.
func copied(n int) (b []byte) {
	for range n {
		b = wire.AppendCopyData(b, []byte("7\tcopied\n"))
	}
	return wire.AppendEmpty(b, wire.MsgCopyDone)
}

// TestCopyByExecute sends each message of a COPY at its time, and all at once.
func TestCopyByExecute(t *testing.T) {
	h := narrowDoor(t, "    audit: strict")
	sync, flush := wire.AppendEmpty(nil, wire.MsgSync), wire.AppendEmpty(nil, wire.MsgFlush)
	for _, tt := range []struct {
		name string
		send [][]byte
		want string // the types of what comes, up to ReadyForQuery
		rows string // of users that are new
		code string // of the reason
		sent uint64 // rows that are recorded as sent
	}{
		{"in", [][]byte{executed("COPY users FROM STDIN"), copied(5), sync}, begun + "GCZI", "5", "rule", 5},
		{"in, with Flush and a Sync ahead, as libpq sends it", [][]byte{executed("COPY users FROM STDIN"), flush, sync, copied(2), flush, sync}, begun + "GCZI", "2", "rule", 2},
		{"in, over the limit", [][]byte{executed("COPY users FROM STDIN"), copied(6), sync}, begun + "GE(54000)ZI", "0", "row-limit", 6},
		{"in, far over the limit", [][]byte{executed("COPY users FROM STDIN"), sync, copied(20_000), sync}, begun + "GE(54000)ZI", "0", "row-limit", 6},
		{"in, broken off", [][]byte{executed("COPY users FROM STDIN"), wire.AppendCopyData(nil, []byte("1\tx\n")), wire.AppendCopyFail(nil, "no more"), sync},
			begun + "GE(57014)ZI", "0", "rule", 1},
		{"in, of what is no row", [][]byte{executed("COPY users FROM STDIN"), wire.AppendCopyData(nil, []byte("x\n")), wire.AppendEmpty(nil, wire.MsgCopyDone), sync},
			begun + "GE(22P02)ZI", "0", "rule", 1},
		{"in, refused", [][]byte{executed("COPY colours FROM STDIN"), copied(1), sync}, "E(42501)ZI", "0", "no-rule", 0},
		{"in, into what there is not", [][]byte{executed("COPY users (nothing) FROM STDIN"), copied(1), sync}, begun + "E(42703)ZI", "0", "rule", 0},
		{"in, and what follows in the pipeline", [][]byte{executed("COPY users FROM STDIN"), copied(3), executed("SELECT id FROM users WHERE name = 'copied'"), sync},
			begun + "GC12TDDDCZI", "3", "rule", 3},
		{"in, over the limit, and what follows", [][]byte{executed("COPY users FROM STDIN"), copied(9), executed("SELECT 1"), sync}, begun + "GE(54000)ZI", "0", "row-limit", 6},
		{"in, after a write of the same pipeline", [][]byte{executed("INSERT INTO users VALUES (1, 'copied')"), executed("COPY users FROM STDIN"), copied(9), sync},
			"12nC" + begun + "GE(54000)ZI", "0", "row-limit", 6},
		{"out", [][]byte{executed("COPY (SELECT id FROM users LIMIT 5) TO STDOUT"), sync}, begun + "HdddddcCZI", "0", "rule", 0},
		{"out, by Flush", [][]byte{executed("COPY (SELECT id FROM users LIMIT 1) TO STDOUT"), flush, sync}, begun + "HdcCZI", "0", "rule", 0},
		{"out, over the limit", [][]byte{executed("COPY users TO STDOUT"), executed("SELECT 1"), sync}, begun + "HdddddE(54000)ZI", "0", "row-limit", 0},
		{"out, and what follows in the pipeline", [][]byte{executed("COPY (SELECT 1) TO STDOUT"), executed("SELECT id FROM users LIMIT 2"), sync},
			begun + "HdcC12TDDCZI", "0", "rule", 0},
	} {
		for _, together := range []bool{false, true} {
			name := tt.name
			if together {
				name += ", at once"
			}
			t.Run(name, func(t *testing.T) {
				c := h.raw(t).secure(h).login()
				if together {
					c.send(bytes.Join(tt.send, nil))
				} else {
					for _, b := range tt.send {
						c.send(b)
					}
				}
				if got := c.until(); got != tt.want {
					t.Errorf("got %s, want %s", got, tt.want)
				}
				c.send(wire.AppendQuery(nil, "SELECT count(*) FROM users WHERE name = 'copied'"))
				if got := c.until(); got != "TDCZI" {
					t.Errorf("afterwards: %s", got)
				}
				owner := h.owner()
				if got := scan1(t, owner, "WITH gone AS (DELETE FROM users WHERE name = 'copied' RETURNING 1) SELECT count(*) FROM gone"); got != tt.rows {
					t.Errorf("%s rows were copied, want %s", got, tt.rows)
				}
				owner.Close(context.Background())
				e := h.lastCopy(t)
				effect, affected := "allow", tt.rows
				if tt.code != "rule" {
					effect, affected = "deny", "0"
				}
				if e.Code() != tt.code || e.Effect != effect || e.Out.Rows != tt.sent || fmt.Sprint(e.Act.Affected) != affected {
					t.Errorf("recorded as %s", e.Text)
				}
			})
		}
	}
}

// lastCopy is the newest entry of a COPY.
func (h *harness) lastCopy(t *testing.T) gatetest.Entry {
	t.Helper()
	for _, e := range slices.Backward(h.book.All()) {
		if e.Act.Verb == "copy" {
			return e
		}
	}
	t.Fatal("no entry of a COPY")
	return gatetest.Entry{}
}
