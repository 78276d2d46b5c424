package grants

import "strings"

// Catalogue is what a server has that rights can be on. A nil one is of a
// server that was not asked.
type Catalogue struct {
	Schemas   []string // those of the server itself left out
	Relations []Relation
}

// Relation is a table, a view or a sequence.
type Relation struct {
	Schema, Name string
	Sequence     bool
	// View is set for one; Definition is what it computes, as a MySQL prints it,
	// and "" where that is not shown.
	View       bool
	Definition string
	// FeedsSchema and FeedsTable are the table of which a column takes its
	// default from this sequence, as serial ones do; "" for none. An identity
	// column's own sequence needs no right and is not here.
	FeedsSchema, FeedsTable string
	Owner                   string // PostgreSQL: the role that owns it
}

// systemSchema tells whether `*` in a policy leaves the schema out.
func (s Server) systemSchema(name string) bool {
	if s.Flavour == Postgres {
		return name == "information_schema" || strings.HasPrefix(name, "pg_")
	}
	switch strings.ToLower(name) {
	case "mysql", "information_schema", "performance_schema", "sys":
		return true
	}
	return false
}

// openSchema tells of the schemas on which rights cannot be granted, or are
// everybody's.
func (s Server) openSchema(name string) bool {
	if s.Flavour == Postgres {
		return s.systemSchema(name)
	}
	return strings.EqualFold(name, "information_schema")
}

// relations is all that the server has, none where nobody asked it.
func (c *Catalogue) relations() []Relation {
	if c == nil {
		return nil
	}
	return c.Relations
}

// find is the relation by its name, nil where the server has none.
func (c *Catalogue) find(schema, name string) *Relation {
	if c == nil {
		return nil
	}
	for i := range c.Relations {
		if r := &c.Relations[i]; r.Schema == schema && r.Name == name {
			return r
		}
	}
	return nil
}
