package daemon

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/ledger"
)

func TestHeld(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	if err := held(dir); err != nil {
		t.Fatalf("where there is no ledger: %v", err)
	}
	log, err := ledger.Open(ledger.Options{Dir: dir, Origin: "sallyport/test"})
	if err != nil {
		t.Fatal(err)
	}
	var e *heldError
	if err := held(dir); !errors.As(err, &e) || e.pid != os.Getpid() || e.lock != filepath.Join(dir, "lock") {
		t.Errorf("while it is written: %v", err)
	}
	if _, err := ledger.Open(ledger.Options{Dir: dir}); err == nil || strings.Contains(err.Error(), "no such file") {
		t.Errorf("asking has let a second writer in: %v", err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := held(dir); err != nil {
		t.Errorf("when it is closed: %v", err)
	}
}
