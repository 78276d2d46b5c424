package gate

import (
	"errors"
	"testing"
)

func TestMemoryHasAShareForEach(t *testing.T) {
	const one = 2 << 10
	s := NewMemory(3*one, one, 1<<10)
	for _, tc := range []struct {
		caller string
		n      int64
		want   error
	}{
		{"a", one, nil}, {"a", 1, ErrCallerFull}, {"b", one, nil}, {"c", one, nil}, {"d", 1, ErrDoorFull},
	} {
		if err := s.take(tc.caller, tc.n); !errors.Is(err, tc.want) || tc.want == nil && err != nil {
			t.Errorf("%s taking %d: %v, want %v", tc.caller, tc.n, err, tc.want)
		}
	}
	s.give("a", one)
	if err := s.take("d", one); err != nil {
		t.Error("what was given back is not lent again:", err)
	}
	for _, caller := range []string{"b", "c", "d"} {
		s.give(caller, one)
	}
	if s.lent != 0 || len(s.callers) != 0 {
		t.Errorf("%d bytes stay lent, to %v", s.lent, s.callers)
	}
}

// TestTheLargestCommandHasRoom holds the bounds against the limit of a
// statement, whatever the policy says of memory.
func TestTheLargestCommandHasRoom(t *testing.T) {
	for _, statement := range []int{1 << 10, 16 << 20, 1 << 30} {
		for _, given := range [][2]int64{{0, 0}, {1, 1}, {1 << 20, 0}} {
			s := NewMemory(given[0], given[1], statement)
			if least := 2 * int64(statement); s.each < least || s.all < s.each {
				t.Errorf("statement %d, memory %v: %d in all, %d to each", statement, given, s.all, s.each)
			}
		}
	}
}
