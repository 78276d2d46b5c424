package grants

import (
	"slices"
)

// table is a table that a rule covers; the name "*" is all of its schema.
type table struct{ schema, name string }

// tables resolves the tables of a rule.
func (d *deriver) tables(n *Need) []table {
	patterns := n.Tables
	if patterns == nil {
		patterns = []string{"*"}
	}
	var list []table
	for _, p := range patterns {
		if p == "*" {
			for _, s := range d.everySchema(n) {
				list = append(list, table{s, "*"})
			}
			continue
		}
		schema, name := split(p, d.home(n))
		if schema == "" {
			d.note(n.At, "%s is a table of the session's database, which the policy does not name: say `database:` at the door", p)
			continue
		}
		if d.server.openSchema(schema) {
			d.note(n.At, "%s is the server's own, which shows each login what it may see: no right is granted on it", schema)
			continue
		}
		list = append(list, table{schema, name})
	}
	return list
}

// home is the schema of unqualified tables; "" where it is the session's.
func (d *deriver) home(n *Need) string {
	if d.server.Flavour == Postgres {
		return "public"
	}
	return n.Database
}

// everySchema is what `*` means: what the server has, and where nobody asked
// it, what the policy names.
func (d *deriver) everySchema(n *Need) []string {
	if d.catalogue != nil {
		return d.catalogue.Schemas
	}
	var list []string
	for _, s := range d.known {
		if !d.server.systemSchema(s) {
			list = append(list, s)
		}
	}
	d.note(n.At, "`*` is every schema of the server; here are only those that the policy names: --from-server has them all")
	return list
}

// knownSchemas are the schemas that the policy names for a server, in
// alphabetical order.
func knownSchemas(t *Target) []string {
	var list []string
	if t.Kind == "postgres" {
		list = append(list, "public")
	}
	for _, l := range t.Logins {
		for _, n := range l.Needs {
			if t.Kind != "postgres" && n.Database != "" {
				list = append(list, n.Database)
			}
			for _, p := range n.Tables {
				if schema, _ := split(p, ""); schema != "" {
					list = append(list, schema)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// schemas are those whose stored code a rule reaches: of its tables, and where
// it names none that of the door.
func (d *deriver) schemas(n *Need, tables []table) []string {
	var list []string
	for _, t := range tables {
		list = append(list, t.schema)
	}
	if home := d.home(n); home != "" {
		list = append(list, home)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// columnPrivileges are those that can be on a column.
var columnPrivileges = []string{"SELECT", "INSERT", "UPDATE", "REFERENCES"}

// onRelation wants a privilege on a table: on its columns where the rule names
// some. What turns out to be a sequence has other privileges in PostgreSQL.
func (d *deriver) onRelation(n *Need, t table, privilege string, why Because) {
	r := Right{Privilege: privilege, Level: OnTable, Schema: t.schema, Name: t.name}
	if d.server.Flavour != Postgres {
		if t.name == "*" {
			r.Level, r.Name = OnSchema, ""
		}
	} else if x := d.catalogue.find(t.schema, t.name); x != nil && x.Sequence {
		for _, p := range sequencePrivileges[privilege] {
			d.want(Right{Privilege: p, Level: OnSequence, Schema: t.schema, Name: t.name}, why)
		}
		return
	}
	if len(n.Columns) == 0 || t.name == "*" || !slices.Contains(columnPrivileges, privilege) {
		d.want(r, why)
		return
	}
	for _, column := range n.Columns {
		r.Column = column
		d.want(r, why)
	}
}

// sequencePrivileges are PostgreSQL's on a sequence for those on a table:
// nextval() and setval() count as an insert.
var sequencePrivileges = map[string][]string{"SELECT": {"SELECT"}, "INSERT": {"USAGE", "UPDATE"}, "UPDATE": {"UPDATE"}}

// sequences wants those that serial columns take their numbers from.
func (d *deriver) sequences(n *Need, tables []table) {
	why := Because{n.At, "insert"}
	for _, t := range tables {
		switch {
		case t.name == "*":
			d.want(Right{Privilege: "USAGE", Level: OnSequence, Schema: t.schema, Name: "*"}, why)
		case d.catalogue == nil:
			d.note(n.At, "a serial column of %s.%s takes its numbers from a sequence, which wants USAGE: --from-server finds it (identity columns want nothing)", t.schema, t.name)
		default:
			for _, r := range d.catalogue.Relations {
				if r.Sequence && r.FeedsSchema == t.schema && r.FeedsTable == t.name {
					d.enter(r.Schema, why)
					d.want(Right{Privilege: "USAGE", Level: OnSequence, Schema: r.Schema, Name: r.Name}, why)
				}
			}
		}
	}
}
