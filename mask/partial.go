package mask

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxPartial is how many characters partial keeps at either end at most.
const maxPartial = 64

func parsePartial(s *Spec, arg string) *SpecError {
	first, last, both := strings.Cut(arg, ",")
	n, ok1 := whole(strings.TrimSpace(first), maxPartial)
	m, ok2 := whole(strings.TrimSpace(last), maxPartial)
	switch {
	case !both || !ok1 || !ok2:
		return &SpecError{Message: "needs two numbers from 0 to 64", Hint: "write how many characters to keep at the beginning and at the end, such as partial(2, 2)"}
	case n+m == 0:
		return &SpecError{Message: "keeps nothing", Hint: "write full, which does not show the length either"}
	}
	s.n, s.m = n, m
	return nil
}

func partialArg(s Spec) (string, bool) { return fmt.Sprintf("%d, %d", s.n, s.m), true }

// buildPartial makes partial: it keeps the first n and the last m characters
// and makes each one between them a *. A character is a code point with its
// combining marks; none is split. Where n+m is more than half of the
// characters, where the UTF-8 is invalid, or where there was nothing but stars
// between the two ends, all becomes ****.
//
//	partial(2, 2)    Elisabeth    El*****th
//	partial(2, 2)    Ann          ****
//
// To be seen are the two ends and how many characters there were.
func buildPartial(s Spec, _ []byte, _ string) (apply, error) {
	first, last := s.n, s.m
	return func(dst, cell []byte) ([]byte, bool) {
		if !utf8.Valid(cell) {
			return hidden(dst)
		}
		total := 0
		for rest := cell; len(rest) > 0; total++ {
			_, n := character(rest)
			rest = rest[n:]
		}
		if 2*(first+last) > total {
			return hidden(dst)
		}
		start, i := len(dst), 0
		for rest := cell; len(rest) > 0; i++ {
			_, n := character(rest)
			if i < first || i >= total-last {
				dst = append(dst, rest[:n]...)
			} else {
				dst = append(dst, '*')
			}
			rest = rest[n:]
		}
		return changed(dst, start, cell)
	}, nil
}
