package postgres

import "strings"

// firstMade is the first OID that a server gives to what is made after initdb:
// FirstNormalObjectId of its sources.
const firstMade = "16384"

// trustedExtensions are those whose functions, operators, casts and types compute
// from their operands and from chance alone, by code in C that comes with them.
// What else is in C nobody has read.
const trustedExtensions = `'citext', 'cube', 'hstore', 'intarray', 'isn', 'ltree', 'pg_trgm', 'pgcrypto', 'postgis', 'seg', 'uuid-ossp', 'vector'`

// codeNames begins a query about what runs stored code, in words that the rest of
// it uses: code, the functions that are more than a pure function of the server's
// own or of a trusted extension; operators, casts and types that run one; holders,
// the types by whose values those of another come along.
//
// An operator that is called = or <> is taken to compare whole values for
// equality, one that is called like another comparison to say no more than whether
// it holds: what does otherwise counts as code, whatever its function. What an
// operator's commutator or negator does, the planner may do in its place.
func codeNames(major int) string {
	const query = `WITH RECURSIVE pure AS (SELECT p.prosrc FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
	WHERE p.oid < MADE AND l.lanname = 'internal' AND (p.provolatile = 'i' OR p.oid IN (SELECT unnest(ARRAY[t.typinput, t.typoutput, t.typreceive, t.typsend]) FROM pg_type t
		WHERE t.oid < MADE AND t.typtype = 'b'))),
trusted AS (SELECT p.oid FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
	JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
	JOIN pg_extension e ON e.oid = d.refobjid
	WHERE l.lanname = 'c' AND e.extname IN (TRUSTED)),
code AS (SELECT p.oid FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
	WHERE CASE WHEN p.oid < MADE THEN p.provolatile <> 'i' WHEN l.lanname = 'internal' THEN p.prosrc NOT IN (SELECT prosrc FROM pure)
		ELSE p.oid NOT IN (SELECT oid FROM trusted) END),
coded AS (SELECT o.oid FROM pg_operator o WHERE o.oid >= MADE AND (o.oprcode IN (SELECT oid FROM code)
	OR o.oprrest >= MADE AND o.oprrest IN (SELECT oid FROM code) OR o.oprjoin >= MADE AND o.oprjoin IN (SELECT oid FROM code)
	OR o.oprname IN ('=', '<>') AND o.oprcode NOT IN (SELECT oid FROM trusted)
	OR o.oprname IN ('<', '>', '<=', '>=', '~~', '~~*', '!~~', '!~~*', '~', '~*', '!~', '!~*', '^@') AND o.oprresult <> 'bool'::regtype)),
operators AS (SELECT o.* FROM pg_operator o WHERE o.oid IN (SELECT oid FROM coded)
	OR o.oprcom IN (SELECT oid FROM coded) OR o.oprnegate IN (SELECT oid FROM coded)),
casts AS (SELECT c.*, c.castfunc IN (SELECT oid FROM code) AS runs FROM pg_cast c
	WHERE c.oid >= MADE AND (c.castcontext = 'i' OR c.castfunc IN (SELECT oid FROM code))),
compared AS (SELECT unnest(ARRAY[a.amproclefttype, a.amprocrighttype]) AS oid FROM pg_amproc a
	JOIN pg_opfamily f ON f.oid = a.amprocfamily JOIN pg_am m ON m.oid = f.opfmethod
	WHERE m.amname IN ('btree', 'hash') AND a.amproc >= MADE AND a.amproc IN (SELECT oid FROM code)),
running AS (SELECT t.oid FROM pg_type t, unnest(ARRAY[t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout]) u (f)
	WHERE t.typtype = 'b' AND t.oid >= MADE AND u.f >= MADE AND u.f IN (SELECT oid FROM code)
	UNION SELECT r.rngtypid FROM pg_range r, unnest(ARRAY[r.rngcanonical, r.rngsubdiff]) u (f) WHERE u.f >= MADE AND u.f IN (SELECT oid FROM code)
	UNION SELECT r.rngtypid FROM pg_range r JOIN pg_opclass k ON k.oid = r.rngsubopc JOIN pg_amproc a ON a.amprocfamily = k.opcfamily
		WHERE r.rngtypid >= MADE AND a.amproc >= MADE AND a.amproc IN (SELECT oid FROM code)
	UNION SELECT oid FROM compared),
types AS (SELECT t.*, t.oid IN (SELECT oid FROM running) AS runs FROM pg_type t WHERE t.oid IN (SELECT oid FROM running)
	OR t.oid >= MADE AND (t.oid IN (SELECT contypid FROM pg_constraint WHERE contype = 'c')
		OR t.oid IN (SELECT unnest(ARRAY[oprleft, oprright]) FROM operators) OR t.oid IN (SELECT unnest(ARRAY[castsource, casttarget]) FROM casts))),
parts AS (SELECT t.oid, u.part FROM pg_type t, unnest(ARRAY[t.typelem, t.typbasetype]) u (part) WHERE t.oid >= MADE AND u.part <> 0
	UNION ALL SELECT rngtypid, rngsubtype FROM pg_range UNION ALL SELECT MULTI, rngtypid FROM pg_range
	UNION ALL SELECT c.reltype, a.atttypid FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE a.atttypid >= MADE AND NOT a.attisdropped AND a.attnum > 0 AND c.reltype <> 0),
holders AS (SELECT oid, oid AS held FROM types UNION SELECT p.oid, h.held FROM holders h JOIN parts p ON p.part = h.oid)
`
	multi := "rngtypid"
	if major >= 14 {
		multi = "rngmultitypid"
	}
	return strings.NewReplacer("MADE", firstMade, "TRUSTED", trustedExtensions, "MULTI", multi).Replace(query)
}

// codeQueries are the queries about what runs stored code where nothing calls it.
func codeQueries(major int) [5]string {
	names := codeNames(major)
	return [...]string{
		// The conditions of a domain, as one expression.
		names + `SELECT t.oid, n.nspname, t.typname, t.runs, t.typispreferred AND t.oid >= ` + firstMade + ` OR t.oid < ` + firstMade + `,
(SELECT string_agg(pg_get_expr(k.conbin, 0), ' AND ' ORDER BY k.oid) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c')
FROM types t JOIN pg_namespace n ON n.oid = t.typnamespace`,
		names + `SELECT h.oid, t.typname, h.held FROM holders h JOIN pg_type t ON t.oid = h.oid`,
		names + `SELECT a.attrelid, h.held FROM holders h JOIN pg_attribute a ON a.atttypid = h.oid JOIN pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND ` + storedRelations + `
UNION SELECT c.oid, h.held FROM holders h JOIN pg_class c ON c.reltype = h.oid WHERE ` + storedRelations,
		names + `SELECT n.nspname, o.oprname, o.oprkind = 'l', o.oprleft, o.oprright,
NOT EXISTS (SELECT FROM pg_operator x WHERE x.oid < ` + firstMade + ` AND x.oprname = o.oprname AND x.oprkind = o.oprkind)
FROM operators o JOIN pg_namespace n ON n.oid = o.oprnamespace`,
		names + `SELECT s.nspname, f.typname, n.nspname, t.typname, c.castcontext, c.runs FROM casts c
JOIN pg_type f ON f.oid = c.castsource JOIN pg_namespace s ON s.oid = f.typnamespace
JOIN pg_type t ON t.oid = c.casttarget JOIN pg_namespace n ON n.oid = t.typnamespace`,
	}
}

// viewsCall tells of a view, c, whether its definition calls stored code.
const viewsCall = `EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid WHERE r.ev_class = c.oid
	AND d.refclassid = 'pg_proc'::regclass AND d.refobjid IN (SELECT oid FROM code))`

// viewsRun tells of a view, c, whether it applies what runs stored code without
// its definition saying so in each case: an implicit cast stands in none.
const viewsRun = `EXISTS (SELECT FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid WHERE r.ev_class = c.oid
	AND (d.refclassid = 'pg_operator'::regclass AND d.refobjid IN (SELECT oid FROM operators)
	OR d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT oid FROM types WHERE runs OR typtype = 'd')
	OR d.refclassid = 'pg_proc'::regclass AND d.refobjid IN (SELECT castfunc FROM casts WHERE runs)))`
