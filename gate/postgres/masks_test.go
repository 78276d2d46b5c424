package postgresgate

import (
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
)

// stars is a masker for tests.
type stars struct{ of guard.Type }

func (stars) Name() string { return "stars" }

func (s stars) Mask(dst, cell []byte) ([]byte, bool) {
	if s.of.Family == guard.Integer {
		return append(dst, '0'), true
	}
	return append(dst, strings.Repeat("*", len(cell))...), true
}

// starsOnly knows one masker.
type starsOnly struct{}

func (starsOnly) Masker(_ string, m sallyport.Masking, t guard.Type) guard.Masker {
	if m.Masker == "stars" {
		return stars{t}
	}
	return nil
}
