package ledger

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestForgedAreNotProven: who has the public key only is told that what is not
// signed proves nothing, however right its checksums are.
func TestForgedAreNotProven(t *testing.T) {
	dir, path := crashedLog(t, 5, 4)
	write(t, path, append(read(t, path), forge(forgedEntry, 9, 9, nil)...))
	r := mustReport(t, dir, publicKey(t, dir), nil)
	if r.Size != 5 || r.Tail != 5 || !strings.Contains(strings.Join(r.Notes, "\n"), "5 entries after checkpoint size 5 are not signed") {
		t.Errorf("%+v", r)
	}
	if _, err := Prove(dir, 9); err == nil {
		t.Error("a forged entry is proven")
	}
}

// TestForgedDrop: an entry that says that keep: dropped a bundle is believed
// where it is signed, and nowhere else.
func TestForgedDrop(t *testing.T) {
	const drop = `{"type":"ledger.drop","count":256,"until":256}`
	dir, path := crashedLog(t, 600, 2)
	write(t, path, append(read(t, path), forge(drop, 602, 600, nil)...))
	if err := os.Remove(filepath.Join(dir, tilePath(entriesLevel, 0, tileWidth))); err != nil {
		t.Fatal(err)
	}
	r := mustReport(t, dir, publicKey(t, dir), nil)
	if len(r.Dropped) > 0 || len(r.Faults) != 1 || r.Faults[0].Kind != Missing || !strings.Contains(r.Faults[0].What, "is not signed") {
		t.Errorf("a drop in the unsealed tail: %+v", r)
	}
	if l, err := Open(testOptions(dir)); err == nil {
		mustClose(t, l)
		t.Error("it starts")
	}

	// In a bundle that is signed as another it says nothing either.
	dir, _ = crashedLog(t, 600, 0)
	bundle := filepath.Join(dir, tilePath(entriesLevel, 2, 88))
	entries, err := parseBundle(read(t, bundle))
	if err != nil {
		t.Fatal(err)
	}
	entries[7] = []byte(drop)
	var b []byte
	for _, raw := range entries {
		b = appendBundled(b, raw)
	}
	write(t, bundle, b)
	if err := os.Remove(filepath.Join(dir, tilePath(entriesLevel, 0, tileWidth))); err != nil {
		t.Fatal(err)
	}
	r = mustReport(t, dir, publicKey(t, dir), nil)
	if len(r.Dropped) > 0 || !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Kind == Missing && f.From == 0 && f.To == 256 }) {
		t.Errorf("a drop in a changed bundle: %+v", r)
	}
}
