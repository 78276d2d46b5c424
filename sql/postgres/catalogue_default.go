package postgres

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// defaultsQuery asks for the defaults of columns, those of their domains too. One is
// NULL where it runs stored code.
func defaultsQuery(major int) string {
	const runs = `EXISTS (SELECT FROM pg_depend d WHERE OF
	AND (d.refclassid = 'pg_proc'::regclass AND (d.refobjid IN (SELECT oid FROM code) OR d.refobjid IN (SELECT castfunc FROM casts WHERE runs))
	OR d.refclassid = 'pg_operator'::regclass AND d.refobjid IN (SELECT oid FROM operators)
	OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT oid FROM types WHERE runs)))`
	column := strings.ReplaceAll(runs, "OF", "d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid")
	domain := strings.ReplaceAll(runs, "OF", "d.classid = 'pg_type'::regclass AND d.objid = t.oid")
	stored := ""
	if major == 0 || major >= 12 { // before, no column is generated
		stored = "a.attgenerated = '' AND "
	}
	return codeNames(major) + `SELECT a.attrelid, CASE WHEN NOT ` + column + ` THEN pg_get_expr(f.adbin, f.adrelid) END
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
WHERE ` + stored + `NOT a.attisdropped AND ` + storedRelations + `
UNION SELECT a.attrelid, CASE WHEN NOT ` + domain + ` THEN pg_get_expr(t.typdefaultbin, 0) END
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
WHERE t.typtype = 'd' AND t.typdefaultbin IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped AND ` + storedRelations
}

// plainDefault tells whether a default brings nothing but what the server computes of
// itself; "" is one that runs stored code. What it calls that is not the server's,
// the query has looked at.
func plainDefault(expression, version string) bool {
	if expression == "" {
		return false
	}
	a := understood("SELECT "+expression, version)
	if a == nil {
		return false
	}
	e, calls := sql.ComputedBy(a.Query), a.Has(sql.DangerStoredCode)
	if e == nil || len(e.Queries) > 0 || slices.ContainsFunc(a.Dangers, func(d sql.Danger) bool { return d != sql.DangerStoredCode }) {
		return false
	}
	// A sequence is a table that an expression names without being opaque.
	return e.Opaque == "" || calls && len(a.Tables) == 0
}
