package classes

import (
	"strings"
	"sync"
	"testing"
)

// sets is the sets that were made, by their names: fuzzing makes few anew.
var sets sync.Map

// every is the set of the named classes, or of all.
func every(t testing.TB, names ...string) *Set {
	t.Helper()
	key := strings.Join(names, ",")
	if s, ok := sets.Load(key); ok {
		return s.(*Set)
	}
	s, err := Builtin(names...)
	if err != nil {
		t.Fatal(err)
	}
	sets.Store(key, s)
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
