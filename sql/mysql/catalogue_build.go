package mysql

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// Catalogue is what was read. Its version is a digest of all of it, the same for
// the same content in whatever order it came.
func (c *CatalogueReader) Catalogue() *sql.Catalogue {
	d := digest{sha256.New()}
	d.add(c.session.Version)
	out := &sql.Catalogue{}
	names := slices.SortedFunc(maps.Keys(c.relations), func(a, b sql.Name) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	for _, name := range names {
		r := c.relations[name]
		relation := c.relation(name, r)
		out.Relations = append(out.Relations, relation)
		d.flag(relation.Partial)
		d.add(name.Schema, name.Name, r.definition)
		d.number(int(r.kind))
		d.number(len(r.columns))
		for _, p := range r.columns {
			d.add(p.name)
			d.flag(p.hidden)
			d.add(p.computed)
			d.flag(p.generated)
		}
		d.flag(r.triggers)
	}
	slices.SortFunc(c.routines, compareRoutines)
	out.Routines = slices.Clone(c.routines)
	for _, r := range out.Routines {
		d.add(r.Schema, r.Name)
		d.flag(r.Definer)
		d.flag(r.Known)
		d.number(len(r.Tables))
		for _, t := range r.Tables {
			d.add(t.Schema, t.Name)
			d.number(int(t.Access))
		}
	}
	out.Version = hex.EncodeToString(d.Sum(nil)[:16])
	return out
}

// relation is one of the catalogue. Without columns it is not known what it is: a
// view that is broken, or one that the login has no rights on.
func (c *CatalogueReader) relation(name sql.Name, r *stored) sql.Relation {
	slices.SortStableFunc(r.columns, func(a, b place) int { return cmp.Compare(a.at, b.at) })
	out := sql.Relation{Schema: name.Schema, Name: name.Name, Kind: r.kind, Triggers: r.triggers, Partial: !c.rights.whole(name)}
	for _, p := range r.columns {
		if p.hidden {
			out.Hidden = append(out.Hidden, p.name)
		} else {
			out.Columns = append(out.Columns, p.name)
		}
	}
	if len(r.columns) == 0 {
		out.Kind = sql.RelationUnknown
	}
	if out.Kind != sql.RelationView { // one's columns are what Query says
		out.Computed = c.computed(r.columns)
	}
	if out.Kind == sql.RelationView {
		out.Query, out.Coded = c.view(r.definition)
		out.Path = []string{name.Schema}
	}
	return out
}

// view is what a view computes; nil where its definition is empty, as it is for a
// login without the right to see it, or not understood. A server prints
// definitions in its default mode, whatever the mode in which they were made. coded
// tells that it calls stored code.
func (c *CatalogueReader) view(definition string) (q *sql.Query, coded bool) {
	st, err := c.analyzer.Analyze([]byte(definition), &c.session)
	if err != nil || st.Err != nil || st.Kind != sql.KindSelect {
		return nil, false
	}
	return st.Query, st.Has(sql.DangerStoredCode)
}

// digest hashes a sequence of values so that no two sequences are written alike.
type digest struct{ hash.Hash }

func (d digest) number(n int) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	d.Write(b[:])
}

func (d digest) add(texts ...string) {
	for _, t := range texts {
		d.number(len(t))
		d.Write([]byte(t))
	}
}

func (d digest) flag(set bool) {
	if set {
		d.number(1)
	} else {
		d.number(0)
	}
}

func compareRoutines(a, b sql.Routine) int {
	return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name), slices.CompareFunc(a.Tables, b.Tables, func(a, b sql.Table) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Access, b.Access))
	}))
}

// routine takes a stored function or procedure.
func (c *CatalogueReader) routine(name sql.Name, row [][]byte) error {
	if systemSchemas[name.Schema] {
		return nil
	}
	if len(c.routines) >= maxRelations {
		return errCatalogueTooLarge
	}
	r := sql.Routine{Schema: name.Schema, Name: name.Name, Definer: string(row[2]) != "INVOKER"}
	r.Tables, r.Known = c.body(string(row[3]), string(row[4]))
	c.routines = append(c.routines, r)
	return nil
}

// body is what a routine touches, known where it is one statement, or one RETURN
// of an expression, that calls no other code.
func (c *CatalogueReader) body(mode, text string) ([]sql.Table, bool) {
	const word = "return"
	if len(text) > len(word) && strings.EqualFold(text[:len(word)], word) && strings.ContainsRune(" \t\r\n(", rune(text[len(word)])) {
		text = "do " + text[len(word):]
	}
	s := c.session
	s.SetSQLMode(mode)
	st, err := c.analyzer.Analyze([]byte(text), &s)
	if err != nil || st.Err != nil || st.Has(sql.DangerStoredCode) || st.Has(sql.DangerDynamicSQL) {
		return nil, false
	}
	switch st.Kind {
	case sql.KindSelect, sql.KindInsert, sql.KindUpdate, sql.KindDelete, sql.KindReplace, sql.KindDo:
		return st.Tables, true
	}
	return nil, false
}
