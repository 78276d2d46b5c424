package own

import (
	"io"

	"github.com/sallyport/sallyport/inspect/classes"
)

// Scanner looks for the words of a list in a stream that is written to it. It
// keeps the last bytes, as many as the longest word has, and allocates nothing.
// It is for one goroutine.
type Scanner struct {
	words  *Words
	emit   func(classes.Hit)
	state  uint32
	offset int64      // of the next byte
	recent [kept]byte // the last bytes, by their offset
}

// kept is how many bytes are remembered: more than the longest word has.
const kept = 2 * maxWord

// NewScanner is a scanner that tells its hits to emit, each as soon as the byte
// behind it is known: in the order of their ends, the longest first.
func (w *Words) NewScanner(emit func(classes.Hit)) *Scanner {
	return &Scanner{words: w, emit: emit}
}

// Write looks at the next bytes of the stream. It keeps nothing of p, and takes
// all of it.
func (s *Scanner) Write(p []byte) (int, error) {
	w, state := s.words, s.state
	for _, c := range p {
		if w.length[state] != 0 || w.shorter[state] != 0 {
			s.tell(state, ofWord[c])
		}
		s.recent[s.offset%kept] = c
		s.offset++
		state = w.next[int(state)*w.symbols+int(w.symbol[c])]
	}
	s.state = state
	return len(p), nil
}

// Close ends the stream.
func (s *Scanner) Close() error {
	s.tell(s.state, false)
	s.state = 0
	return nil
}

// tell tells the words that end in the state and stand by themselves: neither
// before nor behind them does a word go on.
func (s *Scanner) tell(state uint32, goesOn bool) {
	if goesOn && s.inWord(s.offset-1) {
		return
	}
	for ; state != 0; state = s.words.shorter[state] {
		n := int64(s.words.length[state])
		if n == 0 {
			continue
		}
		from := s.offset - n
		if from > 0 && s.inWord(from-1) && s.inWord(from) {
			continue
		}
		s.emit(classes.Hit{Class: s.words.class, Offset: from, Length: int(n), Confidence: classes.High})
	}
}

func (s *Scanner) inWord(offset int64) bool { return ofWord[s.recent[offset%kept]] }

// Value is a copy of a hit's bytes, which are there while it is told.
func (s *Scanner) Value(h classes.Hit) []byte {
	value := make([]byte, h.Length)
	for i := range value {
		value[i] = s.recent[(h.Offset+int64(i))%kept]
	}
	return value
}

// ofWord is the bytes that words go on with.
var ofWord = func() (t [256]bool) {
	for c := range t {
		b := byte(c)
		t[c] = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_' || b >= 0x80
	}
	return t
}()

var _ io.WriteCloser = (*Scanner)(nil)
