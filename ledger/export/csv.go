package export

import (
	"bufio"
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// CSV writes entries by RFC 4180 with a header line. Text is Printable, and a
// text that begins like a formula (= + - @, a tab or a carriage return, the
// fullwidth forms of the signs, also behind spaces) gets a ' in front, as
// OWASP's "CSV Injection" asks. Columns of numbers hold numbers and nothing
// else. Lists are joined by "; ". Call Flush at the end.
type CSV struct {
	buf *bufio.Writer
	w   *csv.Writer
	row []string
}

// csvColumns are the columns with what stands in them; numbers are written as
// they are, everything else is made safe.
var csvColumns = []struct {
	name   string
	number bool
	value  func(n Numbered) string
}{
	{"index", true, func(n Numbered) string { return unsigned(n.Index) }},
	{"time", false, func(n Numbered) string { return n.Entry.Time.UTC().Format(time.RFC3339Nano) }},
	{"ns", true, func(n Numbered) string { return strconv.FormatInt(n.Entry.Nanos, 10) }},
	{"type", false, func(n Numbered) string { return string(n.Entry.Type) }},
	{"id", false, func(n Numbered) string { return identity(n.Entry.ID) }},
	{"session", false, func(n Numbered) string { return identity(n.Entry.Session) }},
	{"cause", false, func(n Numbered) string { return identity(n.Entry.Cause.ID) }},
	{"cause_how", false, func(n Numbered) string { return n.Entry.Cause.How }},
	{"app", false, func(n Numbered) string { return n.Entry.App }},
	{"door", false, func(n Numbered) string { return n.Entry.Door }},
	{"from_kind", false, func(n Numbered) string { return n.Entry.From.Kind }},
	{"from_name", false, func(n Numbered) string { return n.Entry.From.Name }},
	{"from_addr", false, func(n Numbered) string { return n.Entry.From.Addr }},
	{"from_proof", false, func(n Numbered) string { return n.Entry.From.Proof }},
	{"to_kind", false, func(n Numbered) string { return n.Entry.To.Kind }},
	{"to_name", false, func(n Numbered) string { return n.Entry.To.Name }},
	{"to_addr", false, func(n Numbered) string { return n.Entry.To.Addr }},
	{"act", false, func(n Numbered) string { return n.Entry.Act.Kind }},
	{"dir", false, func(n Numbered) string { return n.Entry.Act.Dir }},
	{"verb", false, func(n Numbered) string { return n.Entry.Act.Verb }},
	{"what", false, func(n Numbered) string { return n.Entry.Act.What }},
	{"host", false, func(n Numbered) string { return n.Entry.Act.Host }},
	{"tables", false, func(n Numbered) string { return strings.Join(n.Entry.Act.Tables, "; ") }},
	{"prepared", false, func(n Numbered) string { return strconv.FormatBool(n.Entry.Act.Prepared) }},
	{"status", true, func(n Numbered) string { return strconv.Itoa(n.Entry.Act.Status) }},
	{"error", false, func(n Numbered) string { return n.Entry.Act.Error }},
	{"affected", true, func(n Numbered) string { return unsigned(n.Entry.Act.Affected) }},
	{"in_bytes", true, func(n Numbered) string { return unsigned(n.Entry.In.Bytes) }},
	{"in_rows", true, func(n Numbered) string { return unsigned(n.Entry.In.Rows) }},
	{"in_classes", false, func(n Numbered) string { return strings.Join(n.Entry.In.Classes, "; ") }},
	{"out_bytes", true, func(n Numbered) string { return unsigned(n.Entry.Out.Bytes) }},
	{"out_rows", true, func(n Numbered) string { return unsigned(n.Entry.Out.Rows) }},
	{"out_classes", false, func(n Numbered) string { return strings.Join(n.Entry.Out.Classes, "; ") }},
	{"verdict", false, func(n Numbered) string { return n.Entry.Effect }},
	{"would", false, func(n Numbered) string { return n.Entry.Would }},
	{"reasons", false, func(n Numbered) string { return reasons(n.Entry, func(r ledger.Reason) string { return r.Code }) }},
	{"rules", false, func(n Numbered) string { return reasons(n.Entry, func(r ledger.Reason) string { return r.At }) }},
	{"policy", false, func(n Numbered) string { return n.Entry.Policy }},
	{"count", true, func(n Numbered) string { return unsigned(n.Entry.Count) }},
	{"note", false, func(n Numbered) string { return n.Entry.Note }},
}

func unsigned(n uint64) string { return strconv.FormatUint(n, 10) }

func identity(id sallyport.ID) string {
	if id.IsZero() {
		return ""
	}
	return id.String()
}

func reasons(e *ledger.Entry, part func(ledger.Reason) string) string {
	var all []string
	for _, r := range e.Reasons {
		all = append(all, part(r))
	}
	return strings.Join(all, "; ")
}

// NewCSV writes to w, the header line first.
func NewCSV(w io.Writer) (*CSV, error) {
	buf := bufio.NewWriterSize(w, 64<<10)
	c := &CSV{buf: buf, w: csv.NewWriter(buf)}
	for _, col := range csvColumns {
		c.row = append(c.row, col.name)
	}
	return c, c.w.Write(c.row)
}

// Write writes one entry.
func (c *CSV) Write(n Numbered) error {
	c.row = c.row[:0]
	for _, col := range csvColumns {
		v := col.value(n)
		if !col.number {
			v = Cell(v)
		}
		c.row = append(c.row, v)
	}
	return c.w.Write(c.row)
}

// Flush writes out what is buffered.
func (c *CSV) Flush() error {
	c.w.Flush()
	if err := c.w.Error(); err != nil {
		return err
	}
	return c.buf.Flush()
}

// Cell is a text as it may stand in a CSV cell: see CSV.
func Cell(s string) string {
	first := strings.TrimLeft(s, " \u00a0\u3000")
	if first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(first)[0]) {
		s = "'" + s
	}
	return Printable(s)
}
