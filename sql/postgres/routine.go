package postgres

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

func (b *CatalogueBuilder) routine(text []string) error {
	b.routines = append(b.routines, routineRow{
		Routine:  sql.Routine{Schema: text[0], Name: text[1], Definer: text[2] == "t"},
		language: text[3], body: text[4],
	})
	return nil
}

// bodyTables are the tables that a routine's SQL touches, and whether that is
// all: it is one statement, and calls nothing that runs code of its own.
func bodyTables(body, version string) ([]sql.Table, bool) {
	body = strings.TrimSpace(body)
	if inner, ok := strings.CutPrefix(body, "BEGIN ATOMIC"); ok {
		inner, ok = strings.CutSuffix(strings.TrimSpace(inner), "END")
		if !ok {
			return nil, false
		}
		body = inner
	} else if value, ok := strings.CutPrefix(body, "RETURN "); ok {
		body = "SELECT " + value
	}
	a := understood(body, version)
	if a == nil {
		return nil, false
	}
	return a.Tables, body != "" && len(a.Dangers) == 0
}

// Routines finds the stored functions of a catalogue by name. It is made once
// for a version and safe for concurrent use.
type Routines struct {
	byName map[string][]*sql.Routine
}

// NewRoutines makes the routines of a catalogue ready to be searched.
func NewRoutines(c *sql.Catalogue) *Routines {
	r := &Routines{byName: make(map[string][]*sql.Routine, len(c.Routines))}
	for i := range c.Routines {
		name := strings.ToLower(c.Routines[i].Name)
		r.byName[name] = append(r.byName[name], &c.Routines[i])
	}
	return r
}

// Called is every stored function that a name of Analysis.Functions may mean
// where names without a schema are looked for in path. That one has the name of a
// native function is no accident to count on: the one whose arguments fit better
// is called, wherever pg_catalog stands in the path. A column that is read as
// t.name may be a call as well.
func (r *Routines) Called(functions, path []string) []*sql.Routine {
	var called []*sql.Routine
	for _, f := range functions {
		schema, name, qualified := strings.Cut(f, ".")
		if !qualified {
			schema, name = "", f
		}
		for _, s := range r.byName[name] {
			switch {
			case qualified && strings.EqualFold(s.Schema, schema):
				called = append(called, s)
			case !qualified && slices.Contains(path, s.Schema):
				called = append(called, s)
			}
		}
	}
	return called
}
