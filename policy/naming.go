package policy

import (
	"strings"

	"github.com/sallyport/sallyport"
)

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
	// caseless is set where letter case of a column does not count.
	caseless bool
	// values tells a relation of the server that holds values of other tables.
	values func(schema, name string) bool
	// bounds is the column, and bound the function, by which the server tells
	// between which values of its key a partition is; "" for none.
	bounds sallyport.Origin
	bound  string
}

// mysqlNames: letter case counts, as it does on servers with
// lower_case_table_names=0; only the names of system schemas and what is in
// information_schema are compared without it, since every server does so.
var mysqlNames = &naming{system: mysqlSystem, foldTables: "information_schema", caseless: true, values: mysqlValues}

// postgresNames: the server has folded what stood without quotes, so names are
// compared as they are. Every schema whose name begins with pg_ is the
// server's (manual, "CREATE SCHEMA"), those of temporary tables included.
var postgresNames = &naming{system: postgresSystem, home: "public", values: postgresValues,
	bounds: sallyport.Origin{Schema: "pg_catalog", Table: "pg_class", Column: "relpartbound"}, bound: "pg_get_partition_constraintdef"}

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

// mysqlValues: histograms, how many rows each partition has, and the words of columns with a full-text index.
func mysqlValues(schema, name string) bool {
	switch strings.ToLower(schema + "." + name) {
	case "mysql.column_stats", "mysql.column_statistics", "information_schema.column_statistics", "information_schema.partitions",
		"information_schema.innodb_ft_index_table", "information_schema.innodb_ft_index_cache":
		return true
	}
	return false
}

// postgresValues: the statistics of ANALYZE, with the most common values of each
// column, and what is too large for its own table.
func postgresValues(schema, name string) bool {
	switch name {
	case "pg_statistic", "pg_stats", "pg_statistic_ext_data", "pg_stats_ext", "pg_stats_ext_exprs":
		return schema == "pg_catalog"
	}
	return schema == "pg_toast"
}
