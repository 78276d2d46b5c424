package postgres

import "github.com/sallyport/sallyport/sql"

// CatalogueSetup are the statements that a door runs before the queries of
// CatalogueQueries, in a transaction of their own on a connection of its own,
// which it ends with ROLLBACK. The queries then see one moment, and what they
// answer names everything with its schema.
//
// A view's text is had under a lock of each of its tables, and who drops those
// takes the same locks in another order. The server looks for a deadlock when
// somebody has waited for deadlock_timeout, a second by default, and ends whoever
// looked. So the door waits for much less and gives way with 55P03
// (lock_not_available): the statement of an administrator is never the one that
// is ended.
var CatalogueSetup = []string{
	"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	"SET LOCAL search_path = pg_catalog",
	"SET LOCAL client_encoding = 'UTF8'",
	"SET LOCAL standard_conforming_strings = on",
	"SET LOCAL quote_all_identifiers = off",
	"SET LOCAL lock_timeout = '100ms'",
}

// The queries of a catalogue, by their places in CatalogueQueries.
const (
	askRelations = iota
	askColumns
	askViews
	askParents
	askRoutines
	askTypes
	askHolders
	askHeld
	askOperators
	askCasts
	askComputed
	askDefaults
	catalogueQueries
)

// storedRelations says which rows of pg_class, c, are relations that sessions
// share. Those of pg_temp_N are seen by one session alone, and pg_toast_N's by
// nobody.
const storedRelations = `c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'`

// triggersFill says which rows of pg_trigger, t, may give a row that is written
// other values than the statement does, by the bits of pg_trigger.h: those of each
// row, before it is inserted or updated or instead of that. One that runs after the
// row, or once for the statement, comes too late for what RETURNING says, or too
// early; what is deleted it cannot change. Constraints are always after.
const triggersFill = `t.tgtype & 1 <> 0 AND t.tgtype & (2 | 64) <> 0 AND t.tgtype & (4 | 16) <> 0`

// CatalogueQueries are the queries whose rows a Catalogue is made of, for a
// server of a version as its greeting says it. They read nothing but pg_catalog,
// which every login may.
func CatalogueQueries(version string) []string {
	body, major := "''", majorVersion(&sql.Session{Version: version})
	if major >= 14 {
		body = "pg_get_function_sqlbody(p.oid)"
	}
	code := codeQueries(major)
	return []string{
		askComputed: computedQuery(major),
		askDefaults: defaultsQuery(major),
		askTypes:    code[0], askHolders: code[1], askHeld: code[2], askOperators: code[3], askCasts: code[4],
		askRelations: `SELECT c.oid, n.nspname, c.relname, c.relkind,
EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND ` + triggersFill + `),
EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ` + storedRelations,
		askColumns: `SELECT a.attrelid, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND ` + storedRelations + ` ORDER BY a.attrelid, a.attnum`,
		askViews: codeNames(major) + `SELECT c.oid, CASE WHEN NOT ` + viewsRun + ` THEN pg_get_viewdef(c.oid) END, ` + viewsCall + ` FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')`,
		askParents: `SELECT i.inhrelid, i.inhparent FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE ` + storedRelations,
		askRoutines: `SELECT n.nspname, p.proname, p.prosecdef, l.lanname,
CASE WHEN l.lanname = 'sql' THEN coalesce(nullif(p.prosrc, ''), ` + body + `) END
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') OR p.oid >= ` + firstMade,
	}
}

// CatalogueStamp is a query of one value, a text, that is another whenever what
// CatalogueQueries answers may be: each definition is a row that a transaction
// made, so where no fewer rows are there the sum of the transactions' numbers
// has grown. VACUUM and ANALYZE change rows in place and leave the sum alone, as
// does freezing, which keeps the number. What only looks like a definition, as
// TRUNCATE and REFRESH that give a table another file, changes it as well: then
// the Catalogue has the Version that it had.
//
// It needs no transaction. It reads each row of those catalogues: 0.15 s were
// measured on two busy processors where there are 10,000 tables of ten columns
// (BenchmarkCatalogueStamp), and all of the CatalogueQueries took 1.1 s there, so
// a door that asks it each second does so where there are some hundred, and else
// less often. The server's own counters of rows changed would cost nothing, and
// come up to ten seconds late.
const CatalogueStamp = `SELECT concat_ws(' ', current_setting('server_version_num'),
(SELECT count(*) || '.' || coalesce(sum(n.xmin::text::bigint), 0) FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_(temp|toast_temp)_'),
(SELECT count(*) || '.' || coalesce(sum(c.xmin::text::bigint), 0) FROM pg_catalog.pg_class c WHERE c.relpersistence <> 't'),
(SELECT count(*) || '.' || coalesce(sum(a.xmin::text::bigint), 0) FROM pg_catalog.pg_attribute a
	WHERE a.attnum > 0 AND a.attrelid IN (SELECT c.oid FROM pg_catalog.pg_class c WHERE ` + storedRelations + `)),
(SELECT count(*) || '.' || coalesce(sum(d.xmin::text::bigint), 0) FROM pg_catalog.pg_attrdef d
	WHERE d.adrelid IN (SELECT c.oid FROM pg_catalog.pg_class c WHERE ` + storedRelations + `)),
(SELECT count(*) || '.' || coalesce(sum(r.xmin::text::bigint), 0) FROM pg_catalog.pg_rewrite r),
(SELECT count(*) || '.' || coalesce(sum(t.xmin::text::bigint), 0) FROM pg_catalog.pg_trigger t),
(SELECT count(*) || '.' || coalesce(sum(i.xmin::text::bigint), 0) FROM pg_catalog.pg_inherits i),
(SELECT count(*) || '.' || coalesce(sum(p.xmin::text::bigint), 0) FROM pg_catalog.pg_proc p),
(SELECT count(*) || '.' || coalesce(sum(o.xmin::text::bigint), 0) FROM pg_catalog.pg_operator o WHERE o.oid >= ` + firstMade + ` OR o.oprcom >= ` + firstMade + ` OR o.oprnegate >= ` + firstMade + `),
(SELECT count(*) || '.' || coalesce(sum(k.xmin::text::bigint), 0) FROM pg_catalog.pg_cast k WHERE k.oid >= ` + firstMade + `),
(SELECT count(*) || '.' || coalesce(sum(t.xmin::text::bigint), 0) FROM pg_catalog.pg_type t
	WHERE t.oid >= ` + firstMade + ` AND t.typtype IN ('b', 'd', 'r') AND t.typcategory <> 'A'),
(SELECT count(*) || '.' || coalesce(sum(k.xmin::text::bigint), 0) FROM pg_catalog.pg_constraint k WHERE k.contypid <> 0),
(SELECT count(*) || '.' || coalesce(sum(a.xmin::text::bigint), 0) FROM pg_catalog.pg_amproc a WHERE a.oid >= ` + firstMade + `),
(SELECT count(*) || '.' || coalesce(sum(k.xmin::text::bigint), 0) FROM pg_catalog.pg_opclass k WHERE k.oid >= ` + firstMade + `))`
