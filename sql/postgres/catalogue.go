package postgres

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sallyport/sallyport/sql"
)

// What a catalogue may come to at most. Beyond it there is none, and a door that
// needs it has to refuse.
const (
	maxRelations      = 100_000
	maxCatalogueBytes = 64 << 20 // of the values in all rows
)

// systemColumns are the columns that every stored relation has beside its own.
var systemColumns = []string{"tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"}

// CatalogueBuilder makes a Catalogue of the rows of CatalogueQueries. It is not
// safe for concurrent use.
//
// A Catalogue has no temporary relations: they stand in a schema pg_temp_N that
// one session alone looks into, before all others. So a door must not trust a
// name without a schema, or in pg_temp, where its session has made any: after a
// CREATE, a SELECT INTO or code that nobody has read it asks the session for
// `SELECT pg_my_temp_schema()`, which is 0 where there is none, and else adds the
// relations of that schema as RelationTemporary with the schema first in the
// path, or takes all for unknown.
type CatalogueBuilder struct {
	version   string
	relations []relationRow
	byID      map[string]int // by oid
	routines  []routineRow
	bytes     int

	code       sql.Code
	codeRows   int
	made       map[string]sql.Name // code.Types by oid
	conditions []string            // of domains, which the digest hangs on
}

// relationRow is a relation with what only its digest needs.
type relationRow struct {
	sql.Relation
	partitioned bool
	view        string
	parents     []string // oids
	computed    []computedColumn
}

type routineRow struct {
	sql.Routine
	language, body string
}

// NewCatalogueBuilder starts a catalogue of a server of that version.
func NewCatalogueBuilder(version string) *CatalogueBuilder {
	return &CatalogueBuilder{version: version, byID: map[string]int{}}
}

var errRow = errors.New("a row of the catalogue that is not as it was asked for")

// Row takes in a row of query i of CatalogueQueries, its values as text, nil for
// NULL. The queries are answered in their order. The values are borrowed for the
// call. The error is that the row is malformed or the catalogue too large; the
// builder is of no use then.
func (b *CatalogueBuilder) Row(i int, values [][]byte) error {
	for _, v := range values {
		if b.bytes += len(v); b.bytes > maxCatalogueBytes {
			return fmt.Errorf("the catalogue has more than %d bytes", maxCatalogueBytes)
		}
	}
	if i < 0 || i >= catalogueQueries || len(values) != [catalogueQueries]int{6, 2, 3, 2, 5, 6, 3, 2, 6, 6, 4, 2}[i] {
		return errRow
	}
	text := make([]string, len(values))
	for j, v := range values {
		if v == nil && (i != askViews || j != 1) && (i != askRoutines || j != 4) && (i != askTypes || j != 5) && (i != askComputed || j != 2) && (i != askDefaults || j != 1) {
			return errRow
		}
		text[j] = string(v)
	}
	switch i {
	case askRoutines:
		return b.routine(text)
	case askRelations:
		return b.relation(text)
	case askTypes, askHolders, askOperators, askCasts:
		return b.codeRow(i, text)
	}
	at, ok := b.byID[text[0]]
	if !ok {
		// The server looks some definitions up at another moment than the rows.
		return nil
	}
	r := &b.relations[at]
	switch i {
	case askColumns:
		r.Columns = append(r.Columns, text[1])
	case askViews:
		r.view, r.Coded = text[1], text[2] == "t"
	case askParents:
		r.parents = append(r.parents, text[1])
	case askComputed:
		r.computed = append(r.computed, computedColumn{text[1], text[2], text[2] == "" || text[3] == "t"})
	case askDefaults:
		r.Filled = r.Filled || !plainDefault(text[1], b.version)
	case askHeld:
		if t, ok := b.made[text[1]]; ok {
			r.Types = append(r.Types, t)
		}
	}
	return nil
}

var relationKinds = map[string]sql.RelationKind{
	"r": sql.RelationTable, "p": sql.RelationTable, "v": sql.RelationView, "m": sql.RelationMaterialized,
	"f": sql.RelationForeign, "S": sql.RelationSequence,
}

func (b *CatalogueBuilder) relation(text []string) error {
	if len(b.relations) == maxRelations {
		return fmt.Errorf("the catalogue has more than %d relations", maxRelations)
	}
	if _, again := b.byID[text[0]]; again {
		return errRow
	}
	r := relationRow{Relation: sql.Relation{Schema: text[1], Name: text[2], Kind: relationKinds[text[3]],
		Triggers: text[4] == "t", Rules: text[5] == "t"}, partitioned: text[3] == "p"}
	if r.Kind != sql.RelationView {
		r.Hidden = systemColumns
	}
	if r.Schema == "pg_catalog" || r.Schema == "information_schema" {
		r.Kind = sql.RelationSystem
	}
	b.byID[text[0]] = len(b.relations)
	b.relations = append(b.relations, r)
	return nil
}

// Catalogue is what the rows come to. The builder is of no use afterwards.
func (b *CatalogueBuilder) Catalogue() *sql.Catalogue {
	for i := range b.relations {
		r := &b.relations[i]
		for _, id := range r.parents {
			if at, ok := b.byID[id]; ok {
				r.Partition = r.Partition || b.relations[at].partitioned
				r.Parents = append(r.Parents, sql.Name{Schema: b.relations[at].Schema, Name: b.relations[at].Name})
			}
		}
		slices.SortFunc(r.Parents, compareNames)
		slices.SortFunc(r.Types, compareNames)
	}
	b.sort()
	b.sortCode()
	c := &sql.Catalogue{Version: b.digest(), Code: b.code}
	for _, r := range b.relations {
		if r.view != "" {
			r.Query, r.Path = viewQuery(r.view, b.version), []string{"pg_catalog"}
		}
		for _, x := range r.computed {
			r.Computed = append(r.Computed, sql.Computed{Column: x.name, Value: x.value(b.version), Coded: x.coded})
		}
		c.Relations = append(c.Relations, r.Relation)
	}
	for _, r := range b.routines {
		r.Tables, r.Known = bodyTables(r.body, b.version)
		c.Routines = append(c.Routines, r.Routine)
	}
	return c
}

// viewQuery is what a view computes, nil where its definition is not understood.
func viewQuery(definition, version string) *sql.Query {
	a := understood(definition, version)
	if a == nil || a.Kind != sql.KindSelect {
		return nil
	}
	return a.Query
}

// understood analyses a text of the server's; nil where it is not understood.
func understood(text, version string) *sql.Analysis {
	if len(text) > maxDefinition {
		return nil
	}
	sc := &sql.Scan{MaxTokens: maxDefinition / 4, MaxBytes: maxDefinition}
	d := new(dialect)
	if d.Scan(sc, []byte(text), &sql.Session{Version: version}) != nil {
		return nil
	}
	if a, _ := d.Analyze(sc.Key); a.Err == nil {
		return a
	}
	return nil
}

// maxDefinition is the longest definition that is looked into, in bytes.
const maxDefinition = 512 << 10
