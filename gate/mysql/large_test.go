package mysqlgate

import (
	"bytes"
	"crypto/md5"
	"errors"
	"fmt"
	"runtime"
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// The lengths at which a packet becomes one of several frames, and the last of
// them one that is empty.
var largeSizes = []int{1<<24 - 2, 1<<24 - 1, 1 << 24, 1<<25 - 2}

// largeLimits raises what a command may have for them.
const largeLimits = "    limits: {statement: 40MiB, memory: 256MiB, memory-per-caller: 256MiB}"

// large is a door with room for them, and a client with a statement prepared
// that returns the length of its parameter.
func large(t *testing.T) (h *harness, c *rawClient) {
	h = start(t, setup{allow: openPolicy, plain: true, optional: true, more: largeLimits})
	return h, h.quiet(t)
}

// prepare prepares a statement and reads its definitions.
func (r *rawClient) prepare(text string) wire.PrepareOK {
	r.t.Helper()
	ok, err := wire.DecodePrepareOK(r.command(wire.AppendCommand(nil, wire.ComStmtPrepare, text)))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, n := range []uint16{ok.Params, ok.Columns} {
		for ; n > 0; n-- {
			r.read()
			if n == 1 {
				r.read() // the EOF
			}
		}
	}
	return ok
}

// only reads a result of one column up to its one row, which is returned, and
// beyond it to its end. first is the result's first packet.
func (r *rawClient) only(first []byte) []byte {
	r.t.Helper()
	if len(first) != 1 || first[0] != 1 {
		r.t.Fatalf("answered %.200q", first)
	}
	r.read()
	r.read()
	p, err := r.c.ReadPacket()
	if err != nil {
		r.t.Fatal(err)
	}
	row := bytes.Clone(p)
	if p := r.read(); p[0] != wire.HeaderEOF {
		r.t.Fatalf("behind the row came %.200q", p)
	}
	return row
}

// TestLargeQueries sends statements of more than one frame.
func TestLargeQueries(t *testing.T) {
	h, c := large(t)
	for _, size := range largeSizes {
		const begin, end = "SELECT LENGTH('", "')"
		n := size - 1 - len(begin) - len(end)
		p := append(append(append([]byte{byte(wire.ComQuery)}, begin...), bytes.Repeat([]byte("x"), n)...), end...)
		row := c.only(c.command(p))
		if got, _ := wire.LenencString(row); string(got) != fmt.Sprint(n) {
			t.Errorf("a command of %d bytes was answered %q", size, row)
		}
		if e := h.book.Last(t, "sql"); e.Out.Bytes != uint64(size) || e.Effect != "allow" {
			t.Errorf("a command of %d bytes is recorded as %s", size, e.Text)
		}
	}
}

// cellOf is the length of the cell of which a payload of size bytes consists.
func cellOf(size int) int {
	if n := size - 4; n < 1<<24 {
		return n
	}
	return size - 9
}

// TestLargeRows fetches rows of more than one frame, by either protocol.
func TestLargeRows(t *testing.T) {
	h, c := large(t)
	prepared := c.prepare("SELECT REPEAT('x', ?)")
	for _, size := range append(largeSizes, 20<<20) {
		text, binary := cellOf(size), cellOf(size-2) // which begins with a byte and the bitmap of NULL
		value := wire.Value{ParamType: wire.ParamType{Type: wire.TypeLong}, Raw: []byte{byte(binary), byte(binary >> 8), byte(binary >> 16), byte(binary >> 24)}}
		for n, command := range map[int][]byte{
			text:   wire.AppendQuery(nil, fmt.Sprintf("SELECT REPEAT('x', %d)", text), 0),
			binary: wire.AppendExecute(nil, prepared.StatementID, 0, []wire.Value{value}, 0),
		} {
			row := c.only(c.command(command))
			if len(row) != size || bytes.Count(row[size-n:], []byte("x")) != n {
				t.Errorf("%s: a row of %d bytes came as %d", wire.Command(command[0]), size, len(row))
			}
			if e := h.book.Last(t, "sql"); e.In.Rows != 1 || e.In.Bytes < uint64(size) {
				t.Errorf("%s: a row of %d bytes is recorded as %s", wire.Command(command[0]), size, e.Text)
			}
		}
	}
}

// TestLargeParameters sends parameters of more than one frame, in the execution
// and ahead of it.
func TestLargeParameters(t *testing.T) {
	h, c := large(t)
	prepared := c.prepare("SELECT MD5(?)")
	value := wire.Value{ParamType: wire.ParamType{Type: wire.TypeLongBlob}}
	for _, size := range largeSizes {
		data := make([]byte, size)
		for i := range data {
			data[i] = byte(i) ^ byte(i>>8) ^ byte(i>>16)
		}
		value.Long, value.Raw = true, nil
		c.c.NewExchange()
		c.send(wire.LongData{StatementID: prepared.StatementID, Data: data[:size-7]}.Append(nil))
		ahead := c.only(c.command(wire.AppendExecute(nil, prepared.StatementID, 0, []wire.Value{value}, 0)))
		if want := fmt.Sprintf("%x", md5.Sum(data[:size-7])); string(ahead[3:]) != want {
			t.Errorf("long data of %d bytes is %q, want %s", size, ahead, want)
		}
		if e := h.book.Last(t, "sql"); e.Out.Bytes < uint64(size) {
			t.Errorf("long data of %d bytes is recorded as %s", size, e.Text)
		}
		empty := len(wire.AppendExecute(nil, prepared.StatementID, 0, []wire.Value{value}, 0))
		value.Long, value.Raw = false, data[:cellOf(size-empty)]
		p := wire.AppendExecute(nil, prepared.StatementID, 0, []wire.Value{value}, 0)
		if len(p) != size {
			t.Fatalf("the execution has %d bytes, want %d", len(p), size)
		}
		if within, want := c.only(c.command(p)), fmt.Sprintf("%x", md5.Sum(value.Raw)); string(within[3:]) != want {
			t.Errorf("an execution of %d bytes is %q, want %s", size, within, want)
		}
	}
}

// TestLargeRowsAreNotHeld counts what is allocated while rows pass that nobody
// looks at. The client, which skips them, counts too.
func TestLargeRowsAreNotHeld(t *testing.T) {
	h, c := large(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const rows, each = 4, 20 << 20
	c.command(wire.AppendQuery(nil, fmt.Sprintf("SELECT REPEAT('x', %d) FROM seq_1_to_%d", each, rows), 0))
	for range 2 + rows + 1 {
		if _, err := c.c.R.Next(); err != nil {
			t.Fatal(err)
		}
		if err := c.c.R.Skip(); err != nil {
			t.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	if e := h.book.Last(t, "sql"); e.In.Rows != rows || e.In.Bytes < rows*each {
		t.Errorf("recorded as %s", e.Text)
	}
	if took := after.TotalAlloc - before.TotalAlloc; took > each/4 {
		t.Errorf("%d KiB were allocated for %d rows of %d MiB", took>>10, rows, each>>20)
	}
}

// TestTooLarge goes beyond what a command may have where it is in several
// frames, whose end is not in sight.
func TestTooLarge(t *testing.T) {
	h := start(t, setup{allow: openPolicy, plain: true, optional: true})
	long := bytes.Repeat([]byte("x"), 1<<24+1<<16)
	for _, tc := range []struct {
		name string
		send func(c *rawClient, statement uint32)
		code wire.ErrorCode
	}{
		{"a statement", func(c *rawClient, _ uint32) { c.send(wire.AppendQuery(nil, long, 0)) }, wire.ER_NET_PACKET_TOO_LARGE},
		{"a statement to be prepared", func(c *rawClient, _ uint32) { c.send(wire.AppendCommand(nil, wire.ComStmtPrepare, long)) }, wire.ER_NET_PACKET_TOO_LARGE},
		{"long data", func(c *rawClient, id uint32) { c.send(wire.LongData{StatementID: id, Data: long}.Append(nil)) }, wire.ER_NET_PACKET_TOO_LARGE},
		{"frames out of sequence", func(c *rawClient, _ uint32) {
			c.nc.Write(append([]byte{0xff, 0xff, 0xff, 0, byte(wire.ComQuery)}, long[:1<<24-2]...))
			c.nc.Write([]byte{1, 0, 0, 9, 'x'})
			c.c.SetSequence(10)
		}, wire.ER_MALFORMED_PACKET},
		{"long data out of sequence", func(c *rawClient, id uint32) {
			first := wire.LongData{StatementID: id, Data: long[:1<<24-8]}
			c.nc.Write(first.Append([]byte{0xff, 0xff, 0xff, 0}))
			c.nc.Write([]byte{1, 0, 0, 9, 'x'})
			c.c.SetSequence(10)
		}, wire.ER_MALFORMED_PACKET},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := h.quiet(t)
			prepared := c.prepare("SELECT MD5(?)")
			c.c.NewExchange()
			tc.send(c, prepared.StatementID)
			p, err := c.c.ReadPacket()
			var sequence *wire.SequenceError
			if errors.As(err, &sequence) {
				t.Fatalf("the answer is out of sequence: %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			wantServerError(t, p, tc.code)
			if e := h.book.Last(t, "sql"); e.Code() != "protocol" {
				t.Errorf("recorded as %s", e.Text)
			}
			c.gone()
		})
	}
}
