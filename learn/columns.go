package learn

import (
	"maps"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/ledger"
)

// columns are what the statements of one shape use, as rules name them.
type columns struct {
	used   map[column]bool
	untold bool // some entry does not have all of them
}

// column is one of a table; "*" is any of it.
type column struct{ table, name string }

func (c *columns) add(e *ledger.Entry, named func(table string) (string, bool)) {
	if !e.Act.Traced {
		c.untold, c.used = true, nil
	}
	if c.untold {
		return
	}
	if c.used == nil {
		c.used = map[column]bool{}
	}
	for _, of := range e.Act.Columns {
		table, ok := named(of.Table)
		if !ok {
			continue // no rule can list columns of it
		}
		name := of.Name
		if !plainName(name) {
			name = "*"
		}
		c.used[column{table, name}] = true
	}
}

// folded is a name by which columns of a rule are compared: a mysql door takes
// names that differ in letter case for one.
func (s *statement) folded(name string) string {
	if s.proto == "postgres" {
		return name
	}
	return strings.ToLower(name)
}

// list sets the columns of the rule: for each table all that the statements use
// that it covers, and none where one of them leaves the table's columns open. A
// rule with any columns covers no statement that does not tell what it uses.
func (r *rule) list(all []*statement) {
	if r.everywhere {
		return
	}
	used, open := map[string]map[string]column{}, map[string]bool{}
	bare := map[string]string{}
	for _, s := range all {
		if !r.covers(&s.use) {
			continue
		}
		if s.columns.untold {
			return
		}
		for c := range s.columns.used {
			table := s.folded(c.table)
			if used[table] == nil {
				used[table] = map[string]column{}
			}
			name := s.folded(c.name)
			if old, known := used[table][name]; !known || c.table+c.name < old.table+old.name {
				used[table][name] = c
			}
			open[table] = open[table] || c.name == "*"
		}
		for _, t := range s.tables {
			bare[s.folded(t)] = t
		}
	}
	for table, list := range used {
		if open[table] {
			continue
		}
		delete(bare, table)
		for c := range maps.Values(list) {
			r.columns = append(r.columns, c.table+"."+c.name)
		}
	}
	slices.Sort(r.columns)
	r.open = slices.Sorted(maps.Values(bare))
}
