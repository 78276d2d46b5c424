package mask

import (
	"bytes"
	"testing"

	"github.com/sallyport/sallyport/guard"
)

// testKey is a key of documentation and tests.
var testKey = []byte("an example key, of 32 bytes long")

// build makes the masker of a spec for a family, in the domain "example".
func build(t testing.TB, spec string, f Family) guard.Masker {
	t.Helper()
	s, err := Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.For(f); err != nil {
		t.Fatal(err)
	}
	m, err := s.Masker(testKey, "example")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// cannot stands in tables for a masker that says false.
const cannot = "NULL"

// run masks one value twice: into nothing, and behind something that must
// stay. Both have to give the same.
func run(t testing.TB, m guard.Masker, cell string) string {
	t.Helper()
	in := []byte(cell)
	out, ok := m.Mask(nil, in)
	before := make([]byte, 6, 64)
	copy(before, "before")
	behind, again := m.Mask(before, in)
	if string(in) != cell {
		t.Fatalf("%s changed the cell %q to %q", m.Name(), cell, in)
	}
	rest, kept := bytes.CutPrefix(behind, []byte("before"))
	switch {
	case !kept || again != ok || !bytes.Equal(rest, out):
		t.Fatalf("%s of %q is %q, %v, and behind other bytes %q, %v", m.Name(), cell, out, ok, behind, again)
	case !ok && len(out) > 0:
		t.Fatalf("%s refuses %q and gives %q", m.Name(), cell, out)
	case ok && out == nil:
		t.Fatalf("%s of %q is nil, which is NULL", m.Name(), cell)
	}
	if !ok {
		return cannot
	}
	return string(out)
}

// check runs a masker over values and what they have to become.
func check(t *testing.T, spec string, f Family, want [][2]string) {
	t.Helper()
	m := build(t, spec, f)
	for _, w := range want {
		if got := run(t, m, w[0]); got != w[1] {
			t.Errorf("%s of %q is %q, want %q", spec, w[0], got, w[1])
		}
	}
}
