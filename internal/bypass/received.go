package bypass

import (
	"bytes"
	"fmt"
	"net"
	"regexp"
	"strings"
	"sync"
)

// Received is everything that a client received while it played one case: the
// bytes as they came, and what they mean. Its connection writes to it from a
// goroutine of its own; everything else is for the player alone.
type Received struct {
	mu  sync.Mutex
	raw bytes.Buffer

	cells []string        // every cell of every row, in order
	down  []string        // the cells of each column, one row after the other
	lines strings.Builder // the transcript
}

// note adds a line to the transcript.
func (r *Received) note(format string, args ...any) {
	fmt.Fprintf(&r.lines, format+"\n", args...)
}

// row adds one row of a result.
func (r *Received) row(cells []string) {
	r.cells = append(r.cells, cells...)
	for i, c := range cells {
		if i == len(r.down) {
			r.down = append(r.down, "")
		}
		r.down[i] += c + " "
	}
	r.note("row %q", cells)
}

// mark returns how many bytes have come so far.
func (r *Received) mark() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.raw.Len()
}

// since returns a copy of the bytes that came after a mark.
func (r *Received) since(mark int) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Clone(r.raw.Bytes()[mark:])
}

func (r *Received) bytes() []byte { return r.since(0) }

// crossing is the name of one exchange in a product's refusals: a UUID, which
// is another each time and tells nothing.
var crossing = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// ownName is the name of a world's database, in text or in hexadecimal.
var ownName = regexp.MustCompile(`bypass_[abc]|6279706173735f6[123]`)

// Transcript returns what the client could read, without what differs from
// one database to the other by its name alone.
func (r *Received) Transcript() string {
	return ownName.ReplaceAllString(crossing.ReplaceAllString(r.lines.String(), "UUID"), "bypass")
}

// Difference returns the first line in which two transcripts differ, as both
// have it, and "" where they are the same.
func Difference(a, b *Received) string {
	left, right := strings.Split(a.Transcript(), "\n"), strings.Split(b.Transcript(), "\n")
	for i := range max(len(left), len(right)) {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		if l != r {
			return fmt.Sprintf("%q and %q", l, r)
		}
	}
	return ""
}

// tap is a connection of a client of which everything that comes in is kept.
type tap struct {
	net.Conn
	to *Received
}

// Read reads from the connection and keeps what it read.
func (t tap) Read(b []byte) (int, error) {
	n, err := t.Conn.Read(b)
	t.to.mu.Lock()
	t.to.raw.Write(b[:n])
	t.to.mu.Unlock()
	return n, err
}
