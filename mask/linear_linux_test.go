//go:build linux

package mask

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/testclock"
)

// TestMasksAreLinear compares the work of values with ten times the other:
// linear work is about ten times as much, and quadratic a hundred times.
func TestMasksAreLinear(t *testing.T) {
	testclock.Alone(t)
	pieces := map[string]string{"letters": "abcdefgh", "digits": "12345678", "marks": "a" + acute + acute + acute, "marks alone": acute,
		"separators": " - . ", "stars": "**", "address": "a.", "bytes": bad}
	for _, m := range all(t) {
		for name, piece := range pieces {
			best := func(n int) time.Duration {
				cell := []byte(strings.Repeat(piece, n/len(piece)))
				dst, least := make([]byte, 0, 2*n+64), time.Duration(0)
				for range 5 {
					start := testclock.Spent(t)
					m.Mask(dst, cell)
					if d := testclock.Spent(t) - start; least == 0 || d < least {
						least = d
					}
				}
				return least
			}
			small, large := best(40_000), best(400_000)
			if large > 35*small && large > 10*time.Millisecond {
				t.Errorf("%s of %s: 40 kB take %v, 400 kB %v", m.spec, name, small, large)
			}
		}
	}
}
