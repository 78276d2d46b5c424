package classes

import "math/bits"

// run looks at each anchor that can be judged by now: not the last byte, for
// what follows it is not known, and none around which more has to be seen.
func (s *Scanner) run(final bool) {
	b, a := &s.buf, &s.set.sieve
	clear(b[s.end : s.end+ahead])
	limit := s.end
	if !final {
		limit--
	}
	for i := s.pos; i < limit; i += block {
		for m := a.pick(b, i); m != 0; m &= m - 1 {
			at := i + bits.TrailingZeros32(m)
			if at >= limit {
				break
			}
			if at+ahead > s.end && !final && !s.whole(at) || !s.look(at, final) {
				s.pos = at
				s.tell(s.Settled())
				return
			}
			if len(s.pending) >= usualPending {
				s.pos = at
				s.tell(s.Settled())
			}
		}
	}
	s.pos = max(s.pos, limit)
	s.tell(s.Settled())
}

// look asks the detectors of the anchor at i. It is false where more of the
// stream has to be seen.
func (s *Scanner) look(i int, final bool) bool {
	switch c := s.buf[i]; c {
	case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		if is(s.buf[i-1], letter) {
			s.lettered(i)
		} else {
			s.number(i)
		}
		return true
	case '@':
		s.address(i)
		return true
	case ':':
		s.colon(i)
		return true
	case 'J':
		return s.webToken(i, final)
	case '-':
		if s.buf[i+1] == '-' {
			return s.pem(i, final)
		}
		s.dash(i)
	}
	return s.token(i, final)
}

// whole tells whether something ends what may begin at i before the stream's
// present end, so that it can be judged.
func (s *Scanner) whole(i int) bool {
	for _, c := range s.buf[i:s.end] {
		if is(c, ends) {
			return true
		}
	}
	return false
}

// settled is the first byte in the window at which a hit to come can begin.
func (s *Scanner) settled() int {
	at := s.pos
	for at > s.pos-behind && !is(s.buf[at-1], apart) {
		at--
	}
	return max(at-4, s.pos-behind)
}
