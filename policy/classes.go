package policy

import (
	"slices"

	"github.com/sallyport/sallyport"
)

// classes is what a door makes of the classes of its policy, ready to weigh a
// statement by.
type classes struct {
	door    *Door
	all     []doorClass
	columns *columnIndex // of the numbers of all
}

// doorClass is a class with what becomes of it at a door. What the door says
// nothing of is allowed.
type doorClass struct {
	*Class
	in, out     sallyport.Effect
	inAt, outAt sallyport.Position
	budgeted    bool // some rule of the door bounds how many of its values come in
}

// kept tells whether values of the class may not come in in clear.
func (c *doorClass) kept() bool { return c.in != sallyport.Allow }

// compileClasses is nil where no class has columns that the door could know.
func compileClasses(p *Policy, d *Door, names *naming) *classes {
	k := &classes{door: d, columns: newColumnIndex(d, names)}
	for i := range p.Classes {
		c := doorClass{Class: &p.Classes[i], in: sallyport.Allow, out: sallyport.Allow}
		for _, r := range d.In {
			if r.Class == c.Name {
				c.in, c.inAt = r.Effect, r.At
			}
		}
		for _, r := range d.Out {
			if r.Class == c.Name {
				c.out, c.outAt = r.Effect, r.At
			}
		}
		c.budgeted = slices.ContainsFunc(d.Allow, func(r Rule) bool { return budgetOf(r.Values, c.Name) != nil })
		for _, s := range c.Columns {
			if col, bad, _ := parseColumn(s); bad == "" {
				k.columns.add(col, len(k.all))
			}
		}
		k.all = append(k.all, c)
	}
	if len(k.columns.byTable) == 0 {
		return nil
	}
	return k
}

// restricts tells whether the door keeps any class from coming in in clear, or
// in any number.
func (k *classes) restricts() bool {
	for i := range k.all {
		if k.all[i].kept() || k.all[i].budgeted {
			return true
		}
	}
	return false
}

// reached is the first class, of those that are asked for, of which a statement
// may reach a column; nil for none.
func (k *classes) reached(m *doorMatcher, c *sallyport.Crossing, s *sallyport.Statement, asked func(*doorClass) bool) (found *doorClass) {
	bounds := m.readsBounds(s)
	if touchesNothing(s) && !bounds {
		return nil
	}
	anything := bounds || s.Lineage == nil || !s.Lineage.Named || untraced(s)
	if !anything {
		m.relations(c, s, func(schema, name string) bool {
			if m.names.values(schema, name) {
				anything = true
				return false
			}
			k.columns.of(schema, name, func(col ownedColumn) bool {
				if asked(&k.all[col.owner]) {
					found = &k.all[col.owner]
				}
				return found == nil
			})
			return found == nil
		})
	}
	if anything {
		for i := range k.all {
			if len(k.all[i].Columns) > 0 && asked(&k.all[i]) {
				return &k.all[i]
			}
		}
	}
	return found
}

// of is the classes of a stored column.
func (k *classes) of(o sallyport.Origin) (all []*doorClass) {
	k.columns.owners(o, func(i int) { all = append(all, &k.all[i]) })
	return all
}
