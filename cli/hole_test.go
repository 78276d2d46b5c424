package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

// TestHole: a bundle that is missing between others is not called the oldest, and
// whoever asks for an entry of it is told that it is missing.
func TestHole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	l, err := ledger.Open(ledger.Options{Dir: dir, Origin: "sallyport.example.com/test"})
	if err != nil {
		t.Fatal(err)
	}
	for range 800 {
		if err := l.Append(&ledger.Entry{Type: ledger.Crossed, Time: time.Now()}, ledger.Buffered); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "tile", "entries", "001")); err != nil {
		t.Fatal(err)
	}
	p := &Program{Source: policy.System()}
	for _, c := range []struct{ args, want string }{
		{"ledger find -n 1000", "note: entries 256 to 511 are missing: see ledger verify"},
		{"explain 300", "the ledger has no entry 300 any more: entries 300 to 511 are missing: see ledger verify"},
		{"explain 9000", "the ledger has no entry 9000\n"},
	} {
		var out, errs bytes.Buffer
		p.Run(t.Context(), append(strings.Fields(c.args), "--ledger", dir), &out, &errs)
		if !strings.Contains(errs.String(), c.want) {
			t.Errorf("%s: %s\nwant %s", c.args, errs.String(), c.want)
		}
	}
}
