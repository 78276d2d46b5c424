package postgres

import "github.com/sallyport/sallyport/sql"

// computedQuery asks for the expressions of generated columns, and whether they call stored code: that
// a function is declared IMMUTABLE is believed of none. One is NULL where it applies what runs stored
// code without saying so in each case, as viewsRun tells of views.
func computedQuery(major int) string {
	if major > 0 && major < 12 { // it has no generated columns
		return "SELECT 0, '', '', false WHERE false"
	}
	return codeNames(major) + `SELECT a.attrelid, a.attname, CASE WHEN NOT EXISTS (SELECT FROM pg_depend d
	WHERE (d.classid = 'pg_class'::regclass AND d.objid = a.attrelid AND d.objsubid = a.attnum OR d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid)
	AND (d.refclassid = 'pg_operator'::regclass AND d.refobjid IN (SELECT oid FROM operators)
	OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT oid FROM types WHERE runs OR typtype = 'd')
	OR d.refclassid = 'pg_proc'::regclass AND d.refobjid IN (SELECT castfunc FROM casts WHERE runs))) THEN pg_get_expr(f.adbin, f.adrelid) END, EXISTS (SELECT FROM pg_depend d
	WHERE (d.classid = 'pg_class'::regclass AND d.objid = a.attrelid AND d.objsubid = a.attnum OR d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid)
	AND d.refclassid = 'pg_proc'::regclass AND d.refobjid IN (SELECT oid FROM code))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
WHERE a.attgenerated <> '' AND NOT a.attisdropped AND ` + storedRelations + ` ORDER BY a.attrelid, a.attnum`
}

// computedColumn is a generated column; expression is "" where it applies what runs
// stored code, and coded is set there too, and where it calls some.
type computedColumn struct {
	name, expression string
	coded            bool
}

// value is what the column is computed from, nil where that is not understood.
func (c computedColumn) value(version string) *sql.Expr {
	if c.expression == "" {
		return &sql.Expr{Opaque: "a column that stored code computes"}
	}
	a := understood("SELECT "+c.expression, version)
	if a == nil || a.Kind != sql.KindSelect {
		return nil
	}
	return sql.ComputedBy(a.Query)
}
