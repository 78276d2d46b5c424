package policy

import (
	"strings"

	"github.com/sallyport/sallyport"
)

// A table pattern is
//
//	name      that table of the door's `database:` or, where the door names
//	          none, of the session's, unless that is a system schema; at a
//	          postgres door that of the schema public
//	schema.name
//	schema.*  all tables of the schema
//	*         all tables of all schemas but the system schemas
//
// each name of which may stand in quotes.
type tablePattern struct{ schema, name string }

func (n *naming) fold(schema, name string) (tablePattern, bool) {
	if schema == "" {
		schema = n.home
	}
	schema, system := n.system(schema)
	if schema != "" && schema == n.foldTables {
		name = strings.ToLower(name)
	}
	return tablePattern{schema, name}, system
}

// parse reads a pattern, or says what is wrong and what to write.
func (n *naming) parse(s string) (p tablePattern, what, hint string) {
	const form = "write table, schema.table, schema.* or *"
	parts, what, hint := nameParts(s)
	switch {
	case what != "":
		return p, what, hint
	case len(parts) > 2:
		return p, "it has too many parts", form + "; " + quoteHint
	}
	schema, name := namePart{}, parts[len(parts)-1]
	if len(parts) == 2 {
		schema = parts[0]
	}
	switch {
	case len(parts) == 1 && name.wild():
		return tablePattern{"*", "*"}, "", ""
	case schema.wild():
		return p, "a table of every schema cannot be named", "write * for all tables of all schemas, or schema.*"
	case len(parts) == 2 && !schema.named() || !name.named():
		return p, "it is no name of a table", form
	case !schema.quoted && strings.Contains(schema.text, "*"), !name.quoted && !name.wild() && strings.Contains(name.text, "*"):
		return p, "a part of a name cannot be a wildcard", form
	}
	p, _ = n.fold(schema.text, name.text)
	return p, "", ""
}

// use is a table that a statement touches, with the schema that is meant.
// home tells whether an unqualified pattern means this schema.
type use struct {
	tablePattern
	system, home bool
}

// use fills in the schema for an unqualified table: the one that the kind of
// database has for them, or the session's. An unqualified pattern means the
// door's database, or the session's where the door names none.
func (n *naming) use(t sallyport.TableUse, session, door string) use {
	schema := t.Schema
	if schema == "" && n.home == "" {
		schema = session
	}
	home := door
	if home == "" {
		home = session
	}
	p, system := n.fold(schema, t.Name)
	folded, _ := n.system(home)
	return use{p, system, !system && folded == p.schema}
}

// covers tells whether a pattern means the table. A use of the name "*" is all
// tables of its schema, which only a pattern of that kind covers.
func (p tablePattern) covers(u use) bool {
	switch {
	case p.schema == "*":
		return !u.system
	case p.schema == "":
		return u.home && p.name == u.name && u.name != "*"
	case p.schema != u.schema:
		return false
	}
	return p.name == "*" || p.name == u.name
}

// includes tells whether every table that q means is meant by p.
func (n *naming) includes(p, q tablePattern) bool {
	if p == q {
		return true
	}
	if p.schema == "*" {
		_, system := n.system(q.schema)
		return !system
	}
	return p.schema == q.schema && p.name == "*" && p.schema != ""
}
