package export

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"github.com/sallyport/sallyport/ledger"
)

// NDJSON writes one JSON object a line: the entry as it stands in the log with
// its place, "index", in front. Characters that could steer a terminal are
// escaped, which is the same JSON. Call Flush at the end.
type NDJSON struct {
	w   *bufio.Writer
	buf bytes.Buffer
	out []byte
}

// NewNDJSON writes to w.
func NewNDJSON(w io.Writer) *NDJSON { return &NDJSON{w: bufio.NewWriterSize(w, 64<<10)} }

// Write writes one entry.
func (n *NDJSON) Write(r ledger.Record) error {
	n.buf.Reset()
	if err := json.Compact(&n.buf, r.Raw); err != nil {
		return fmt.Errorf("exporting entry %d: %w", r.Index, err)
	}
	raw := n.buf.Bytes()
	if len(raw) < 2 || raw[0] != '{' {
		return fmt.Errorf("exporting entry %d: it is not a JSON object", r.Index)
	}
	n.out = append(n.out[:0], `{"index":`...)
	n.out = strconv.AppendUint(n.out, r.Index, 10)
	if raw[1] != '}' {
		n.out = append(n.out, ',')
	}
	n.out = appendSafe(n.out, raw[1:])
	_, err := n.w.Write(append(n.out, '\n'))
	return err
}

// Flush writes out what is buffered.
func (n *NDJSON) Flush() error { return n.w.Flush() }

// appendSafe appends JSON, in which whatever is not ASCII stands in strings,
// with the characters escaped that are not visible.
func appendSafe(dst, raw []byte) []byte {
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		switch {
		case r >= ' ' && r < 0x7f:
			dst = append(dst, byte(r))
		case r == utf8.RuneError && size == 1:
			dst = append(dst, `\ufffd`...)
		case visible(r):
			dst = append(dst, raw[:size]...)
		case r > 0xffff:
			r -= 0x10000
			dst = fmt.Appendf(dst, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			dst = fmt.Appendf(dst, `\u%04x`, r)
		}
		raw = raw[size:]
	}
	return dst
}
