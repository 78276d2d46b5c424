package postgres

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// cutOperators is the rule of the manual, word by word: the longest run, without
// the signs at its end unless one of the other characters is in it.
func cutOperators(run string) (out []string) {
	for run != "" {
		op := run
		for !strings.ContainsAny(op, "~!@#^&|`?%") && len(op) > 1 && strings.ContainsRune("+-", rune(op[len(op)-1])) {
			op = op[:len(op)-1]
		}
		out, run = append(out, op), run[len(op):]
	}
	return out
}

func TestRunsOfOperators(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteByte("+-+-+-*<>=/@~"[r.IntN(13)])
		}
		run := b.String()
		if strings.Contains(run, "--") || strings.Contains(run, "/*") {
			continue
		}
		got, err := cut(t, "a"+run+"b", &sql.Session{})
		if err != nil {
			t.Fatalf("%s: %v", run, err)
		}
		if want := "a | " + strings.Join(cutOperators(run), " | ") + " | b"; got != want {
			t.Fatalf("%s is cut into %s, want %s", run, got, want)
		}
	}
}
