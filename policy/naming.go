package policy

import "strings"

// naming is how a kind of database reads the names of tables: which schemas
// `*` and an unqualified name never mean, and which schema an unqualified name
// does mean where the door does not say.
type naming struct {
	// system tells a system schema, and gives its name as it is compared.
	system func(schema string) (folded string, system bool)
	// foldTables are the schemas in which letter case of a table does not count.
	foldTables string
	// home is the schema that an unqualified pattern and an unqualified table
	// of a statement mean; "" for the door's or the session's database.
	home string
}

// mysqlNames: letter case counts, as it does on servers with
// lower_case_table_names=0; only the names of system schemas and what is in
// information_schema are compared without it, since every server does so.
var mysqlNames = &naming{system: mysqlSystem, foldTables: "information_schema"}

// postgresNames: the server has folded what stood without quotes, so names are
// compared as they are. Every schema whose name begins with pg_ is the
// server's (manual, "CREATE SCHEMA"), those of temporary tables included.
var postgresNames = &naming{system: postgresSystem, home: "public"}

func mysqlSystem(s string) (folded string, system bool) {
	for _, name := range []string{"mysql", "information_schema", "performance_schema", "sys"} {
		if len(s) == len(name) && strings.EqualFold(s, name) {
			return name, true
		}
	}
	return s, false
}

func postgresSystem(s string) (folded string, system bool) {
	return s, s == "information_schema" || strings.HasPrefix(s, "pg_")
}
