package grants

import (
	"context"
	"fmt"
	"strings"
)

const (
	postgresVersion = `SELECT current_setting('server_version')`

	postgresSchemas = `SELECT nspname::text FROM pg_namespace
 WHERE nspname <> 'information_schema' AND nspname !~ '^pg_' ORDER BY 1`

	// A sequence feeds a table where a column's default depends on it; the one of
	// an identity column depends on its column inwardly, and needs no right.
	postgresRelations = `SELECT n.nspname::text, c.relname::text, (c.relkind = 'S')::text, pg_get_userbyid(c.relowner)::text,
  coalesce(f.nspname::text, ''), coalesce(f.relname::text, '')
 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 LEFT JOIN LATERAL (SELECT tn.nspname, t.relname FROM pg_depend d
   JOIN pg_attrdef ad ON d.classid = 'pg_attrdef'::regclass AND d.objid = ad.oid
   JOIN pg_class t ON t.oid = ad.adrelid JOIN pg_namespace tn ON tn.oid = t.relnamespace
   WHERE c.relkind = 'S' AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid) f ON true
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
 ORDER BY 1, 2, 5, 6`
)

func inspectPostgres(ctx context.Context, q Querier) (Server, *Catalogue, error) {
	version, err := q.Rows(ctx, postgresVersion)
	if err != nil || len(version) != 1 {
		return Server{}, nil, fmt.Errorf("asking for the server's version: %w", err)
	}
	s := versionOf(Postgres, version[0][0])
	c := &Catalogue{}
	rows, err := q.Rows(ctx, postgresSchemas)
	if err != nil {
		return s, nil, fmt.Errorf("asking for the schemas: %w", err)
	}
	for _, row := range rows {
		c.Schemas = append(c.Schemas, row[0])
	}
	if rows, err = q.Rows(ctx, postgresRelations); err != nil {
		return s, nil, fmt.Errorf("asking for the tables: %w", err)
	}
	for _, row := range rows {
		c.Relations = append(c.Relations, Relation{
			Schema: row[0], Name: row[1], Sequence: row[2] == "true", Owner: row[3], FeedsSchema: row[4], FeedsTable: row[5],
		})
	}
	return s, c, nil
}

// postgresMember is the role and those that it is a member of, inherited or
// not: SET ROLE reaches the others.
const postgresMember = `WITH RECURSIVE member(oid) AS (
 SELECT oid FROM pg_roles WHERE rolname = $1
 UNION SELECT m.roleid FROM pg_auth_members m JOIN member ON m.member = member.oid) `

// The queries of what a role has: level, schema, name, column, privilege,
// grantee ("" for PUBLIC), whether it may be passed on. What an owner has is its
// own by being the owner.
const (
	postgresRole = `SELECT rolsuper::text, rolcreatedb::text, rolcreaterole::text, rolreplication::text, rolbypassrls::text
 FROM pg_roles WHERE rolname = $1`

	// With each role comes the one of the account's own that brings it.
	postgresRoles = `WITH RECURSIVE member(oid, root) AS (
 SELECT m.roleid, m.roleid FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1
 UNION SELECT m.roleid, member.root FROM pg_auth_members m JOIN member ON m.member = member.oid)
SELECT r.rolname::text, min(root.rolname)::text, r.rolsuper::text, r.rolcreaterole::text, r.rolcreatedb::text, r.rolbypassrls::text
 FROM member JOIN pg_roles r ON r.oid = member.oid JOIN pg_roles root ON root.oid = member.root
 GROUP BY 1, 3, 4, 5, 6 ORDER BY 1`

	postgresHeld = postgresMember + `, acl(level, schema, name, col, owner, item) AS (
 SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, n.nspname, c.relname, '', c.relowner,
   aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r'::"char" END, c.relowner)))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
 UNION ALL SELECT 'table', n.nspname, c.relname, a.attname, c.relowner, aclexplode(a.attacl)
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
 UNION ALL SELECT 'schema', n.nspname, '', '', n.nspowner, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) FROM pg_namespace n
 UNION ALL SELECT 'routine', n.nspname, quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')', '', p.proowner,
   aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 UNION ALL SELECT 'database', '', d.datname, '', d.datdba, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba)))
  FROM pg_database d WHERE d.datname = current_database())
 SELECT acl.level, acl.schema::text, acl.name::text, acl.col::text, (acl.item).privilege_type::text,
  coalesce(g.rolname::text, ''), (acl.item).is_grantable::text
 FROM acl LEFT JOIN pg_roles g ON g.oid = (acl.item).grantee
 WHERE ((acl.item).grantee = 0 OR (acl.item).grantee IN (SELECT oid FROM member))
  AND (acl.item).grantee <> acl.owner
  AND acl.schema <> 'information_schema' AND acl.schema !~ '^pg_'
 ORDER BY 1, 2, 3, 4, 5, 6`

	postgresOwned = postgresMember + `SELECT n.nspname::text, c.relname::text, r.rolname::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles r ON r.oid = c.relowner
  WHERE c.relowner IN (SELECT oid FROM member) AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname !~ '^pg_'
 UNION ALL SELECT n.nspname::text, '', r.rolname::text FROM pg_namespace n JOIN pg_roles r ON r.oid = n.nspowner
  WHERE n.nspowner IN (SELECT oid FROM member) AND n.nspname !~ '^pg_'
 UNION ALL SELECT '', '', r.rolname::text FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba
  WHERE d.datname = current_database() AND d.datdba IN (SELECT oid FROM member)
 ORDER BY 1, 2, 3`

	postgresDefaults = postgresMember + `SELECT coalesce(n.nspname::text, ''), d.defaclobjtype::text, (d.item).privilege_type::text,
  coalesce(g.rolname::text, ''), m.rolname::text, (d.item).is_grantable::text
 FROM (SELECT defaclnamespace, defaclrole, defaclobjtype, aclexplode(defaclacl) AS item FROM pg_default_acl) d
 JOIN pg_roles m ON m.oid = d.defaclrole LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
 LEFT JOIN pg_roles g ON g.oid = (d.item).grantee
 WHERE d.defaclobjtype IN ('r', 'S', 'f') AND (d.item).grantee <> d.defaclrole
  AND ((d.item).grantee IN (SELECT oid FROM member) OR (d.item).grantee = 0 AND d.defaclobjtype <> 'f')
 ORDER BY 1, 2, 3, 4, 5`
)

// How a power says the role that it comes from.
const (
	memberOf = "member of "
	through  = " through "
)

var postgresLevels = map[string]Level{"table": OnTable, "sequence": OnSequence, "schema": OnSchema, "routine": OnRoutine, "database": OnDatabase,
	"r": OnTable, "S": OnSequence, "f": OnRoutine}

// readPostgres reads a role. What everybody may read of the catalogue is
// enough.
func (s *State) readPostgres(ctx context.Context, q Querier, t *Target, user string) error {
	rows, err := q.Rows(ctx, postgresRole, user)
	if err != nil {
		return fmt.Errorf("asking for the role %s: %w", user, err)
	}
	if len(rows) == 0 {
		return nil
	}
	a := Account{User: user}
	for i, power := range []string{"SUPERUSER", "CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS"} {
		if rows[0][i] == "true" {
			a.power(power)
		}
	}
	if rows, err = q.Rows(ctx, postgresRoles, user); err != nil {
		return fmt.Errorf("asking for the roles of %s: %w", user, err)
	}
	roots := map[string]string{"": "PUBLIC", user: ""}
	for _, row := range rows {
		roots[row[0]] = row[1]
		a.Roles = append(a.Roles, row[0])
		if strings.HasPrefix(row[0], "pg_") { // what these may is in no list of rights
			a.power(memberOf + row[0] + through + row[1])
		}
		for i, power := range []string{"SUPERUSER", "CREATEROLE", "CREATEDB", "BYPASSRLS"} {
			if row[i+2] == "true" {
				a.power(power + through + row[1])
			}
		}
	}
	if rows, err = q.Rows(ctx, postgresHeld, user); err != nil {
		return fmt.Errorf("asking for the rights of %s: %w", user, err)
	}
	for _, row := range rows {
		h := Held{Right: Right{Level: postgresLevels[row[0]], Schema: row[1], Name: row[2], Column: row[3], Privilege: row[4]},
			Via: roots[row[5]], Grantable: row[6] == "true"}
		if h.Via == "PUBLIC" && h.Level == OnRoutine {
			continue // every function is everybody's to call, unless somebody has changed that
		}
		a.Held = append(a.Held, h)
	}
	if rows, err = q.Rows(ctx, postgresOwned, user); err != nil {
		return fmt.Errorf("asking for what %s owns: %w", user, err)
	}
	for _, row := range rows {
		a.Owns = append(a.Owns, Owned{Schema: row[0], Name: row[1], Owner: row[2]})
	}
	if rows, err = q.Rows(ctx, postgresDefaults, user); err != nil {
		return fmt.Errorf("asking for the default privileges: %w", err)
	}
	for _, row := range rows {
		a.Held = append(a.Held, Held{Right: Right{Level: postgresLevels[row[1]], Schema: row[0], Name: "*", Privilege: row[2]},
			Via: roots[row[3]], Grantable: row[5] == "true", Default: true, Maker: row[4]})
	}
	s.Accounts = []Account{a}
	return nil
}
