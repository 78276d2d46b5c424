package policy

import (
	"strings"

	"github.com/sallyport/sallyport"
)

// columnIndex finds, by a stored column, what patterns of columns at a door mean
// it. What a pattern belongs to is a number: of a class, or nothing.
//
// Columns are compared as the server does. Tables of a mysql door are compared
// without letter case as well, since some servers do so: it is for `tables:` to
// tell them apart, and to guard one too many is safe.
type columnIndex struct {
	names    *naming
	database string
	byTable  map[tablePattern][]ownedColumn
	tables   []tablePattern // the keys of byTable
}

type ownedColumn struct {
	column string // "*" for every one
	owner  int
}

func newColumnIndex(d *Door, names *naming) *columnIndex {
	x := &columnIndex{names: names, database: d.Database, byTable: map[tablePattern][]ownedColumn{}}
	if names.home != "" {
		x.database = names.home
	}
	return x
}

func (x *columnIndex) fold(s string) string {
	if x.names.caseless {
		return strings.ToLower(s)
	}
	return s
}

// key is where the columns of a table stand. The schema "" is every one.
func (x *columnIndex) key(schema, table string) tablePattern {
	return tablePattern{x.fold(schema), x.fold(table)}
}

func (x *columnIndex) add(p columnPattern, owner int) {
	if p.schema == "" {
		p.schema = x.database
	}
	at := x.key(p.schema, p.table)
	if _, known := x.byTable[at]; !known {
		x.tables = append(x.tables, at)
	}
	x.byTable[at] = append(x.byTable[at], ownedColumn{x.fold(p.column), owner})
}

// of visits what the index has of a table, until visit says false. The name "*"
// is every table of the schema.
func (x *columnIndex) of(schema, table string, visit func(ownedColumn) bool) {
	if table == "*" {
		for _, at := range x.tables {
			if at.schema == "" || at.schema == x.fold(schema) {
				for _, c := range x.byTable[at] {
					if !visit(c) {
						return
					}
				}
			}
		}
		return
	}
	for _, at := range [...]tablePattern{x.key(schema, table), x.key("", table)} {
		for _, c := range x.byTable[at] {
			if !visit(c) {
				return
			}
		}
	}
}

// has tells whether the index has anything of a table.
func (x *columnIndex) has(schema, table string) (found bool) {
	x.of(schema, table, func(ownedColumn) bool { found = true; return false })
	return found
}

// owners visits what each pattern that means the column belongs to. A column
// that is called "*" is any of its table.
func (x *columnIndex) owners(o sallyport.Origin, visit func(owner int)) {
	name := x.fold(o.Column)
	x.of(o.Schema, o.Table, func(c ownedColumn) bool {
		if c.column == "*" || c.column == name || name == "*" {
			visit(c.owner)
		}
		return true
	})
}

// relations visits every relation that a statement names or reaches, until visit
// says false.
func (m *doorMatcher) relations(c *sallyport.Crossing, s *sallyport.Statement, visit func(schema, name string) bool) {
	session := database(c, s)
	for _, t := range s.Tables {
		if u := m.names.use(t, session, m.door.Database); !visit(u.schema, u.name) {
			return
		}
	}
	if s.Lineage == nil {
		return
	}
	for _, r := range s.Lineage.Relations {
		if u := m.names.use(r, session, m.door.Database); !visit(u.schema, u.name) {
			return
		}
	}
}

// named is every column of the door that the policy speaks of.
func (m *doorMatcher) named() (all []sallyport.Origin) {
	add := func(x *columnIndex) {
		for _, at := range x.tables {
			for _, c := range x.byTable[at] {
				all = append(all, sallyport.Origin{Schema: at.schema, Table: at.name, Column: c.column})
			}
		}
	}
	if m.classes != nil {
		add(m.classes.columns)
	}
	for i := range m.rules {
		if m.rules[i].columns != nil {
			add(m.rules[i].columns)
		}
	}
	return all
}
