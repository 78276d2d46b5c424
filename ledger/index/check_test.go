package index

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCheck flips a bit at many places of every file, one at a time: each that
// means something is told, and of that file only. A file that is in order but for what it says of
// one entry is told as well.
func TestCheck(t *testing.T) {
	dir, m := t.TempDir(), randomLog(3, 2*small+50)
	if _, err := rebuild(t.Context(), dir, m, small); err != nil {
		t.Fatal(err)
	}
	sound := func() {
		t.Helper()
		if found, err := Check(t.Context(), dir, m); err != nil || len(found) > 0 {
			t.Fatalf("of a sound index: %v, %v", found, err)
		}
	}
	sound()
	files, err := filepath.Glob(filepath.Join(dir, Dir, "*.parquet"))
	if err != nil || len(files) != 3 {
		t.Fatalf("files %v, %v", files, err)
	}
	flips, told := 0, 0
	for _, f := range files {
		whole, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for at := 4; at < len(whole); at += len(whole) / 60 { // the magic before is nobody's to say
			bad := append([]byte(nil), whole...)
			bad[at] ^= 1
			if err := os.WriteFile(f, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			flips++
			found, err := Check(t.Context(), dir, m)
			switch {
			case err != nil:
				t.Fatal(err)
			case len(found) > 0:
				told++
				if len(found) > 1 || filepath.Join(dir, found[0].File) != f {
					t.Errorf("byte %d of %s: %v", at, filepath.Base(f), found)
				}
			default: // a byte without a meaning, in the head of a page
				x := openSmall(t, dir, m)
				if diff := cmp.Diff(want(m, parse(t, "")), pages(t, x, parse(t, ""), 1000)); diff != "" {
					t.Errorf("byte %d of %s is not told, and searches differ:\n%s", at, filepath.Base(f), diff)
				}
			}
		}
		if err := os.WriteFile(f, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sound()
	if told < flips*4/5 {
		t.Errorf("%d of %d changed bytes are told", told, flips)
	}

	old := m.entries[small+7].Door
	m.entries[small+7].Door = "elsewhere"
	found, err := Check(t.Context(), dir, m)
	if err != nil || len(found) != 1 || found[0].From != small {
		t.Errorf("of an entry that differs: %v, %v", found, err)
	}
	m.entries[small+7].Door = old
	m.dropped = small + 20
	m.entries[small+7].Door = "elsewhere" // nobody can know any more
	sound()
}
