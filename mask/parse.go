package mask

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxSpec is how long a spec may be, in bytes.
const maxSpec = 512

// SpecError is what is wrong with a spec. Its texts hold nothing but the spec.
type SpecError struct {
	Spec    string
	Message string // what is wrong
	Hint    string // what to write instead
}

// Error is one line: the spec, what is wrong with it, and what to write.
func (e *SpecError) Error() string {
	const most = 60
	spec := e.Spec
	if len(spec) > most {
		spec = strings.ToValidUTF8(spec[:most], "") + "…"
	}
	return fmt.Sprintf("mask: masker %q: %s: %s", spec, e.Message, e.Hint)
}

// Parse reads a spec, such as "last4" or "partial(2, 2)". Blanks around it and
// around what stands in brackets do not count, other than in constant(TEXT).
// The error is a *SpecError.
func Parse(text string) (Spec, error) {
	fail := func(message, hint string) (Spec, error) {
		return Spec{}, &SpecError{Spec: text, Message: message, Hint: hint}
	}
	if len(text) > maxSpec || !utf8.ValidString(text) {
		return fail(fmt.Sprintf("is over %d bytes long or no UTF-8", maxSpec), "write one of "+list())
	}
	name, arg, bracketed := strings.Cut(strings.TrimSpace(text), "(")
	name = strings.TrimSpace(name)
	if name == "" {
		return fail("no masker is named", "write one of "+list())
	}
	k := find(name)
	if k == nil {
		if near, ok := nearest(name); ok {
			return fail("is not known", "did you mean "+near+"?")
		}
		return fail("is not known", "write one of "+list())
	}
	if bracketed {
		inner, closed := strings.CutSuffix(arg, ")")
		if !closed {
			return fail("the bracket does not end the spec", "write "+k.usage())
		}
		arg = inner
	}
	s := Spec{kind: k}
	switch {
	case k.parse == nil && bracketed:
		return fail("takes nothing in brackets", "write "+k.usage())
	case k.parse == nil, k.bare && !bracketed:
		return s, nil
	case !bracketed:
		return fail("needs something in brackets", "write "+k.usage())
	}
	if err := k.parse(&s, arg); err != nil {
		err.Spec = text
		return Spec{}, err
	}
	return s, nil
}

func find(name string) *kind {
	for i := range kinds {
		if kinds[i].name == name {
			return &kinds[i]
		}
	}
	return nil
}

func (k *kind) usage() string {
	if k.form != "" {
		return k.form
	}
	return k.name
}

// list is all names as a hint shows them.
func list() string {
	var forms []string
	for _, d := range Names() {
		forms = append(forms, d.Form)
	}
	return strings.Join(forms, ", ")
}

// whole reads a number of plain digits from 0 to most.
func whole(text string, most int) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 31)
	return int(n), err == nil && text[0] != '+' && int(n) <= most
}
