package classes

import "testing"

// every is the set of all built-in classes.
func every(t testing.TB, names ...string) *Set {
	t.Helper()
	s, err := Builtin(names...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// scan is the hits of all classes in a text that is written in one piece.
func scan(t testing.TB, text []byte) (hits []Hit) {
	t.Helper()
	s := New(every(t), func(h Hit) { hits = append(hits, h) })
	s.Write(text)
	s.Close()
	return hits
}
