package mask

import (
	"fmt"

	"github.com/sallyport/sallyport/guard"
)

// Spec is a masker as a policy names it. The zero Spec makes no masker. Specs
// may be compared with ==.
type Spec struct {
	kind   *kind
	family Family
	text   string   // constant
	n, m   int      // partial; n of date-shift
	step   stepSize // round
	alnum  bool     // fpe
}

// String is the spec as it is written canonically; Parse reads it back. It is
// also the Name of the masker, and "" for the zero Spec.
func (s Spec) String() string {
	if s.kind == nil {
		return ""
	}
	if s.kind.arg != nil {
		if arg, some := s.kind.arg(s); some {
			return s.kind.name + "(" + arg + ")"
		}
	}
	return s.kind.name
}

// Keyed tells whether Masker needs a key.
func (s Spec) Keyed() bool { return s.kind != nil && s.kind.key }

// Single tells whether all values of a column have one mask, so that masked
// ones cannot be told apart.
func (s Spec) Single() bool { return s.kind != nil && s.kind.single }

// Fits tells whether there is a masker of this kind for columns of the family.
// For may still refuse a spec that does not suit it in detail.
func (s Spec) Fits(f Family) bool { return s.kind != nil && s.kind.fits.has(f) }

// For is the spec for columns of the family. It errs, as a *SpecError, where
// the masker does not fit: another type, a constant that is no value of the
// type, or a step that would leave whole numbers as they are.
func (s Spec) For(f Family) (Spec, error) {
	if s.kind == nil {
		return Spec{}, &SpecError{Message: "no masker is named", Hint: "write one of " + list()}
	}
	if !s.Fits(f) {
		return Spec{}, &SpecError{Spec: s.String(), Message: "does not fit a column of type " + f.String(), Hint: "use " + fitting(f)}
	}
	if s.kind.suits != nil {
		if err := s.kind.suits(s, f); err != nil {
			err.Spec = s.String()
			return Spec{}, err
		}
	}
	s.family = f
	return s, nil
}

// fitting lists the maskers for a family.
func fitting(f Family) string {
	words := ""
	for _, k := range kinds {
		if k.fits.has(f) {
			if words != "" {
				words += ", "
			}
			words += k.name
		}
	}
	return words
}

// Masker builds the masker of a spec that For has fitted to a family; without
// For only null can be built. A keyed one needs a key of KeySize bytes, such as
// DeriveKey gives, and a domain: the class of the value, or the column where it
// has none. Equal values have equal masks in the same domain and unrelated ones
// in another, other than with date-shift, which moves all domains of a key
// alike. Masker keeps neither key nor domain.
func (s Spec) Masker(key []byte, domain string) (guard.Masker, error) {
	s, err := s.For(s.family)
	if err != nil {
		return nil, err
	}
	if s.kind.key {
		if len(key) != KeySize {
			return nil, fmt.Errorf("mask: %s: the key has %d bytes and needs %d", s, len(key), KeySize)
		}
		if domain == "" && s.kind.name != "date-shift" {
			return nil, fmt.Errorf("mask: %s: no domain is given: name the class or the column", s)
		}
	}
	do, err := s.kind.build(s, key, domain)
	if err != nil {
		return nil, fmt.Errorf("mask: building %s: %w", s, err)
	}
	return &masker{name: s.String(), do: do}, nil
}

// masker is every guard.Masker of this package.
type masker struct {
	name string
	do   apply
}

var _ guard.Masker = (*masker)(nil)

// Name is the canonical spec.
func (m *masker) Name() string { return m.name }

// Mask appends the replacement of cell to dst. The result is never nil where
// it is true, since nil is NULL; where it is false nothing was appended.
func (m *masker) Mask(dst, cell []byte) ([]byte, bool) {
	out, ok := m.do(dst, cell)
	if !ok {
		return dst, false
	}
	if out == nil {
		out = []byte{}
	}
	return out, true
}
