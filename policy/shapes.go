package policy

import (
	"errors"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy/shapes"
)

// Shapes are the only shapes that a rule's statements may have. The zero Shapes
// asks for nothing; a file without shapes does not load.
type Shapes struct {
	File
	At  sallyport.Position
	set shapes.Set
}

// includes tells whether s asks for no more than o does: of two lists, whether
// it has all that o has.
func (s *Shapes) includes(o Shapes) bool {
	return s.set == nil || o.set != nil && o.set.Within(s.set)
}

// shapes reads `file:path`, a list that `sallyport learn --shapes` wrote.
func (r *reader) shapes(v value) Shapes {
	const hint = "write it with `sallyport learn --shapes FILE`"
	if v.node.Value == "pinned" {
		v.errorf(CodeShapes, "write `shapes: file:PATH`, and the file with `sallyport learn --shapes PATH`", "shapes are pinned to those of a file")
		return Shapes{}
	}
	f, _, ok := r.file(v)
	if !ok {
		return Shapes{}
	}
	set, err := shapes.Parse(f.Data)
	if at := (*shapes.Error)(nil); errors.As(err, &at) {
		v.errorf(CodeShapes, hint, "the file is no list of shapes: %s", at)
		return Shapes{}
	}
	return Shapes{File: f, At: v.at(), set: set}
}

// grantOf is the grant of rules that cover a statement. Where one of them knows
// shapes and not this one, it says where: of several, the first of the file.
func (m *doorMatcher) grantOf(f *found, s *sallyport.Statement) (sallyport.Grant, bool) {
	g, ok := m.grant(f)
	first := len(m.rules)
	look := func(rules []int) {
		for _, i := range rules {
			if known := m.rules[i].Shapes.set; known != nil && i < first && !known.Has(s.Shape) {
				first, g.Shape = i, m.rules[i].Shapes.At
			}
		}
	}
	look(f.rules[:min(f.n, len(f.rules))])
	look(f.more)
	return g, ok
}
