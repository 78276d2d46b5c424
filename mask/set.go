package mask

import (
	"fmt"
	"sync"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
)

// Set makes the maskers that verdicts ask for, and keeps them: as many as a
// policy has classes and apps, times the families. It is safe for concurrent use.
type Set struct {
	keys map[string][]byte // of each app
	made sync.Map          // wanted -> guard.Masker, or noMasker
}

var _ guard.Maskers = (*Set)(nil)

// wanted is what a masker hangs on.
type wanted struct {
	app, spec, class string
	family           Family
}

type noMasker struct{}

// NewSet is a set with the master key of each app that has one, each of at least
// KeySize bytes. It keeps none of them, only what DeriveKey makes of them.
func NewSet(masters map[string][]byte) (*Set, error) {
	s := &Set{keys: make(map[string][]byte, len(masters))}
	for app, master := range masters {
		key, err := DeriveKey(master, app, "mask")
		if err != nil {
			return nil, fmt.Errorf("the masking key of the app %s: %w", app, err)
		}
		s.keys[app] = key
	}
	return s, nil
}

// Masker is the masker of m for values of the type: nil where the spec is none,
// does not fit the type, or needs a key that the app does not have. Maskers read
// text, so values in binary have one only where they are their own text.
func (s *Set) Masker(app string, m sallyport.Masking, t guard.Type) guard.Masker {
	if t.Binary && t.Family != Text && t.Family != Binary {
		return nil
	}
	w := wanted{app, m.Masker, m.Class, t.Family}
	made, known := s.made.Load(w)
	if !known {
		made, _ = s.made.LoadOrStore(w, s.build(w))
	}
	masker, _ := made.(guard.Masker)
	return masker
}

func (s *Set) build(w wanted) any {
	spec, err := Parse(w.spec)
	if err != nil {
		return noMasker{}
	}
	if spec, err = spec.For(w.family); err != nil {
		return noMasker{}
	}
	masker, err := spec.Masker(s.keys[w.app], w.class)
	if err != nil {
		return noMasker{}
	}
	return masker
}
