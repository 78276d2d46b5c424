package mysqlgate

import (
	"errors"
	"strings"
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// TestCommandsOutOfSequence: a command that begins with another number than 0
// is answered in the client's own count, recorded, and ends the session.
func TestCommandsOutOfSequence(t *testing.T) {
	h := start(t, setup{allow: allowAll})
	for _, sequence := range []uint8{1, 5, 254, 255} {
		c := h.raw(t).login(0)
		c.c.SetSequence(sequence)
		c.send(wire.AppendQuery(nil, "SELECT 1", 0))
		if sequence == 255 {
			c.c.SetSequence(1) // an answer is never the first of an exchange
		}
		e, err := wire.DecodeError(c.read())
		if err != nil || e.Code != wire.ER_MALFORMED_PACKET || !strings.Contains(e.Message, "protocol") {
			t.Fatalf("at %d the answer is %v, %v", sequence, e, err)
		}
		if last := h.book.Last(t, "sql"); last.Code() != "protocol" || !strings.Contains(last.Text, "out of sequence") {
			t.Errorf("at %d it is recorded as %s", sequence, last.Text)
		}
		if _, err := c.c.ReadPacket(); err == nil {
			t.Errorf("at %d the session goes on", sequence)
		} else if sequence := (*wire.SequenceError)(nil); errors.As(err, &sequence) {
			t.Errorf("at %d there is more than one answer", sequence.Got)
		}
	}
}
