package index

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/ledger"
)

// TestUnreadableLog: a log that cannot be read is an error of every way into
// its index, and one that has not begun is empty.
func TestUnreadableLog(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	l, err := ledger.Open(ledger.Options{Dir: dir, Origin: "test.example.com/lost"})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "checkpoint"), 0); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"open":    opened(Open(t.Context(), dir, nil)),
		"rebuild": rebuilt(Rebuild(t.Context(), dir, nil)),
	} {
		if err == nil || !strings.Contains(err.Error(), "checkpoint") {
			t.Errorf("%s: %v, want an error that names the checkpoint", name, err)
		}
	}
	if err := opened(Open(t.Context(), t.TempDir(), nil)); err != nil {
		t.Errorf("an empty folder: %v", err)
	}
}

func opened(x *Index, err error) error {
	if err == nil {
		err = x.Close()
	}
	return err
}

func rebuilt(_ Rebuilt, err error) error { return err }
