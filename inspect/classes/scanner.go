package classes

import "io"

const (
	// behind is how many bytes before an anchor a detector may look at: a
	// local part and a scheme with its userinfo are shorter, as is the
	// distance to a word that names what follows.
	behind = 320
	// ahead is how many bytes from its anchor on a detector may look at, save
	// tokens and keys, which are waited for up to MaxLength.
	ahead = 320
	// window is what a Scanner keeps of the stream. It holds all that is
	// looked at around an anchor, and enough beyond that moving it costs
	// little.
	window = 16 << 10
)

// usualPending is how many hits wait for their turn before it is looked whether
// they have to: more only where so many begin within one word.
const usualPending = 64

// Scanner looks for the classes of a set in a stream that is written to it.
// What it holds is bounded by its window of 16 KiB; hits that are not in order
// yet are those that begin in the last 320 bytes.
//
// It is for one goroutine. Reset makes it ready for the next stream.
type Scanner struct {
	set  *Set
	emit func(Hit)

	buf  [window + ahead]byte // zeros before the stream's beginning and behind end
	base int64                // offset in the stream of buf[0]
	pos  int                  // where to look on
	end  int                  // the end of what was written

	claimed int64           // digits before it belong to a number that is certain
	until   [builtins]int64 // the end of the last hit of each class
	pending []pending       // in order, not told yet
	words   context
}

// New is a scanner that tells its hits to emit.
func New(set *Set, emit func(Hit)) *Scanner {
	s := &Scanner{set: set, emit: emit, pending: make([]pending, 0, 2*usualPending)}
	s.Reset()
	return s
}

// Reset forgets the stream.
func (s *Scanner) Reset() {
	clear(s.buf[:])
	s.base, s.pos, s.end = -behind, behind, behind
	s.claimed, s.until, s.pending = 0, [builtins]int64{}, s.pending[:0]
	s.words = newContext()
}

// Write looks at the next bytes of the stream and tells the hits that are
// certain by now. It keeps nothing of p, and takes all of it.
func (s *Scanner) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if s.end == window {
			s.move()
		}
		took := copy(s.buf[s.end:window], p)
		p = p[took:]
		s.end += took
		s.run(false)
	}
	return n, nil
}

// Close ends the stream and tells the hits that had to wait for it.
func (s *Scanner) Close() error {
	s.run(true)
	s.tell(s.base + int64(s.end) + 1)
	return nil
}

// Settled is the offset before which all hits were told: no hit to come begins
// before it.
func (s *Scanner) Settled() int64 { return s.base + int64(s.settled()) }

// Value is the bytes of a hit, in the window: they are there while the hit is
// told, and no longer.
func (s *Scanner) Value(h Hit) []byte {
	from := int(h.Offset - s.base)
	return s.buf[from : from+h.Length]
}

// move makes room for more of the stream.
func (s *Scanner) move() {
	from := s.pos - behind
	copy(s.buf[:], s.buf[from:s.end])
	s.base += int64(from)
	s.pos -= from
	s.end -= from
}

var _ io.WriteCloser = (*Scanner)(nil)
