package guard

import (
	"strconv"
	"sync"
	"testing"
)

// More keys than there are slots, asked for at once by several: each answer is
// that of its key, whoever took the slot meanwhile.
func TestMemoAnswersForItsKey(t *testing.T) {
	m := newMemo[int, string]()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 3 {
				for key := range 4 * memoSlots {
					if got, want := m.of(key, strconv.Itoa), strconv.Itoa(key); got != want {
						t.Errorf("of %d it is %s", key, got)
						return
					}
				}
			}
		})
	}
	wg.Wait()
}

// A key that is asked for again is not worked out again.
func TestMemoRemembers(t *testing.T) {
	m := newMemo[string, int]()
	asked := 0
	for range 5 {
		m.of("the same", func(string) int { asked++; return asked })
	}
	if asked != 1 {
		t.Errorf("it was worked out %d times", asked)
	}
}
