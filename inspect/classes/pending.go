package classes

import "slices"

// pending is a hit that is told when none before it can come any more.
type pending struct {
	class      class
	confidence Confidence
	offset     int64
	length     int
}

// found notes that the class stands in the window at [from, to). Hits of one
// class do not overlap: the one that was found first stays.
func (s *Scanner) found(c class, from, to int, how Confidence) {
	p := pending{class: c, confidence: how, offset: s.base + int64(from), length: min(to-from, MaxLength)}
	stop := s.base + int64(to)
	if how == High && numbers&c.mask() != 0 {
		s.claimed = max(s.claimed, stop)
	}
	if s.set.on&c.mask() == 0 || p.offset < s.until[c] {
		return
	}
	s.until[c] = stop
	at := len(s.pending)
	for at > 0 && after(s.pending[at-1], p) {
		at--
	}
	s.pending = slices.Insert(s.pending, at, p)
}

// after tells whether a is told after b.
func after(a, b pending) bool {
	return a.offset > b.offset || a.offset == b.offset && a.class > b.class
}

// tell tells the hits that begin before the offset.
func (s *Scanner) tell(before int64) {
	n := 0
	for n < len(s.pending) && s.pending[n].offset < before {
		p := s.pending[n]
		s.emit(Hit{Class: builtin[p.class].name, Offset: p.offset, Length: p.length, Confidence: p.confidence})
		n++
	}
	if n > 0 {
		s.pending = append(s.pending[:0], s.pending[n:]...)
	}
}
