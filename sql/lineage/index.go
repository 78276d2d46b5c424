package lineage

import (
	"slices"
	"strings"
	"sync"

	"github.com/sallyport/sallyport/sql"
)

// Options say how a server takes names.
type Options struct {
	FoldColumns   bool // names of columns that differ in case alone are one: MySQL
	FoldRelations bool // those of tables too: MySQL with lower_case_table_names
}

// Index is a catalogue made ready to be searched. It is made once for a version
// and safe for concurrent use.
type Index struct {
	version   string
	options   Options
	relations map[sql.Name]*relation
	views     sync.Map            // *relation -> *viewColumns
	fills     map[Origin][]Origin // what the server computes from a column, where it does
}

// relation is one of the catalogue with its columns as they are read.
type relation struct {
	*sql.Relation
	columns, beside []column    // shared
	own             []column    // both as they are written: without what the server computes them from
	kin             []Relation  // that hold rows of it, or whose rows it holds
	heirs           []*relation // that hold rows of it
	coded           bool        // stored code computes a column of it, also of an heir
}

// viewColumns is what comes out of a view, and what it reaches.
type viewColumns struct {
	columns   []column
	relations map[Relation]bool
	unknown   string
	beyond    bool
}

// NewIndex makes an index of a catalogue, which must not be changed any more.
// Of two relations of one name the one that is temporary hides the other.
func NewIndex(c *sql.Catalogue, o Options) *Index {
	x := &Index{version: c.Version, options: o, relations: make(map[sql.Name]*relation, len(c.Relations))}
	for i := range c.Relations {
		r := &c.Relations[i]
		key := x.key(r.Schema, r.Name)
		if old := x.relations[key]; old == nil || old.Kind != sql.RelationTemporary {
			x.relations[key] = &relation{Relation: r, columns: stored(r, r.Columns), beside: stored(r, r.Hidden), coded: r.Coded}
		}
	}
	x.relate()
	x.compute()
	return x
}

func stored(r *sql.Relation, names []string) []column {
	origins, columns := make([]Origin, len(names)), make([]column, len(names))
	for i, name := range names {
		origins[i] = Origin{r.Schema, r.Name, name}
		columns[i] = column{name: name, origins: origins[i : i+1 : i+1]}
	}
	return columns
}

// Version is the catalogue's.
func (x *Index) Version() string { return x.version }

func (x *Index) key(schema, name string) sql.Name {
	if x.options.FoldRelations {
		schema, name = strings.ToLower(schema), strings.ToLower(name)
	}
	return sql.Name{Schema: schema, Name: name}
}

// find is the relation that a name means where unqualified names are looked for
// in path, in order; nil for none.
func (x *Index) find(n sql.Name, path []string) *relation {
	if n.Schema != "" {
		return x.relations[x.key(n.Schema, n.Name)]
	}
	for _, schema := range path {
		if r := x.relations[x.key(schema, n.Name)]; r != nil {
			return r
		}
	}
	return nil
}

// HasColumn tells whether a relation has a column of that name, hidden ones
// included. Of one that the catalogue does not have nothing is known.
func (x *Index) HasColumn(r Relation, name string) bool {
	found := x.relations[x.key(r.Schema, r.Name)]
	return found != nil && slices.ContainsFunc(slices.Concat(found.Columns, found.Hidden), func(c string) bool { return x.sameColumn(c, name) })
}

func (x *Index) sameColumn(a, b string) bool {
	return a == b || x.options.FoldColumns && strings.EqualFold(a, b)
}

func (x *Index) sameRelation(a, b string) bool {
	return a == b || x.options.FoldRelations && strings.EqualFold(a, b)
}

// Resolve is the lineage of a query where unqualified names of relations are
// looked for in path: PostgreSQL's search_path with what it implies, or the one
// current database of a MySQL session. A nil query touches nothing.
func (x *Index) Resolve(q *sql.Query, path []string) *Lineage {
	if q == nil {
		return &Lineage{}
	}
	w := &walk{index: x, path: path, tests: map[Origin]bool{}, writes: map[Write]bool{}, relations: map[Relation]bool{}}
	out := w.query(q, nil, nil)
	return w.lineage(out)
}
