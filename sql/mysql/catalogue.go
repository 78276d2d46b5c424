package mysql

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// What a catalogue may come to at most: relations, and bytes of rows.
const (
	maxRelations      = 100_000
	maxCatalogueBytes = 64 << 20
)

// The lists that a catalogue is made of.
const (
	listTables = iota
	listColumns
	listViews
	listTriggers
	listRoutines
	listRights
	listCount
)

// catalogueQueries are the queries of the lists, with how many cells a row has.
var catalogueQueries = [listCount]struct {
	text  string
	cells int
}{
	listTables:   {"SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES", 4},
	listColumns:  {"SELECT TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, EXTRA, COLUMN_DEFAULT, GENERATION_EXPRESSION FROM information_schema.COLUMNS", 7},
	listViews:    {"SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS", 3},
	listTriggers: {"SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS", 2},
	listRoutines: {"SELECT ROUTINE_SCHEMA, ROUTINE_NAME, SECURITY_TYPE, SQL_MODE, ROUTINE_DEFINITION FROM information_schema.ROUTINES", 5},
	listRights:   {rightsQuery, 3},
}

// CatalogueQueries are the statements that a CatalogueReader takes the rows of.
// Whoever runs them sees what the login has rights on: a login with fewer rights
// than those whose statements are resolved makes a catalogue in which tables are
// missing, and so unknown, and others are Partial.
func CatalogueQueries() []string {
	var list []string
	for _, q := range catalogueQueries {
		list = append(list, q.text)
	}
	return list
}

// A CatalogueReader makes a catalogue of the rows of CatalogueQueries.
//
// Temporary tables are not among them: each is seen by the session alone that
// made it, where it hides a table or view of its name. A door has to remember
// what a session makes by CREATE TEMPORARY TABLE (its analysis has the detail
// "temporary table"), and to take a statement that names it for unknown as long as
// the session lasts.
//
// The names of databases and tables are as the server stores them. Where its
// lower_case_table_names is not 0, whoever resolves names has to fold them.
type CatalogueReader struct {
	session   sql.Session // that definitions are read in
	analyzer  *sql.Analyzer
	relations map[sql.Name]*stored
	routines  []sql.Routine
	rights    rights
	bytes     int
}

// stored is a relation as far as it is read.
type stored struct {
	kind       sql.RelationKind
	engine     bool // the server says which
	columns    []place
	definition string
	triggers   bool
}

// place is a column with its position.
type place struct {
	at     int
	name   string
	hidden bool
	// computed is the expression that the server fills it by, "" for none that
	// is told; generated is set where there is one in any case.
	computed  string
	generated bool
}

// NewCatalogueReader makes a reader for a server of a version, as its greeting
// says it.
func NewCatalogueReader(version string) *CatalogueReader {
	return &CatalogueReader{
		session:   sql.Session{Version: version},
		analyzer:  NewAnalyzer(sql.Options{CacheEntries: 16}),
		relations: map[sql.Name]*stored{},
		rights:    newRights(),
	}
}

// errCatalogueTooLarge is what ends the reading of a catalogue beyond the bounds.
var errCatalogueTooLarge = errors.New("the server holds more tables, or more bytes of definitions, than a catalogue may")

// Add takes a row of the query at a place of CatalogueQueries; NULL is nil. The
// row is borrowed. The error says that it is no such row, or that there are too
// many: then there is no catalogue.
func (c *CatalogueReader) Add(query int, row [][]byte) error {
	if query < 0 || query >= listCount || len(row) != catalogueQueries[query].cells {
		return fmt.Errorf("a row of %d cells for query %d of the catalogue", len(row), query)
	}
	for _, cell := range row {
		c.bytes += len(cell)
	}
	if c.bytes > maxCatalogueBytes {
		return errCatalogueTooLarge
	}
	if query == listRights {
		return c.rights.add(string(row[0]), string(row[1]), string(row[2]))
	}
	name := canonical(string(row[0]), string(row[1]))
	if query == listRoutines {
		return c.routine(name, row)
	}
	r := c.relations[name]
	if r == nil {
		if len(c.relations) >= maxRelations {
			return errCatalogueTooLarge
		}
		r = &stored{}
		c.relations[name] = r
	}
	switch query {
	case listTables:
		r.kind, r.engine = kindOf(name.Schema, string(row[2]), string(row[3])), len(row[3]) > 0
	case listColumns:
		at, err := strconv.Atoi(string(row[2]))
		if err != nil {
			return fmt.Errorf("the position of a column: %w", err)
		}
		p := place{at: at, name: string(row[3]), hidden: strings.Contains(string(row[4]), "INVISIBLE")}
		if !systemSchemas[name.Schema] {
			p.computed, p.generated = c.filled(string(row[4]), string(row[5]), string(row[6]))
		}
		r.columns = append(r.columns, p)
	case listViews:
		r.definition = string(row[2])
	case listTriggers:
		r.triggers = true
	}
	return nil
}

// Skipped tells whether the server said nothing of some relation beside its name,
// as it does of one that is being defined meanwhile: then it is worth reading all
// anew. A broken table is skipped each time.
func (c *CatalogueReader) Skipped() bool {
	for _, r := range c.relations {
		if r.kind == sql.RelationUnknown && !r.engine {
			return true
		}
	}
	return false
}

// systemSchemas hold what is the server's own.
var systemSchemas = stringSet(informationSchema + " performance_schema mysql sys")

// ownEngines keep rows that only the table itself has. A table of MERGE or
// OQGRAPH shows the rows of others, and nothing tells here of which.
var ownEngines = stringSet(`innodb myisam aria memory heap archive blackhole rocksdb csv ndb ndbcluster
tokudb columnstore mroonga`)

// kindOf is the kind of a relation. One of an engine that is not known is foreign.
func kindOf(schema, tableType, engine string) sql.RelationKind {
	if systemSchemas[schema] {
		return sql.RelationSystem
	}
	engine = strings.ToLower(engine)
	switch tableType {
	case "VIEW":
		return sql.RelationView
	case "SEQUENCE":
		return sql.RelationSequence
	case "BASE TABLE", "SYSTEM VERSIONED":
		switch {
		case engine == "" || engine == "mrg_myisam" || engine == "oqgraph":
			return sql.RelationUnknown
		case ownEngines[engine]:
			return sql.RelationTable
		}
		return sql.RelationForeign
	}
	return sql.RelationUnknown
}
