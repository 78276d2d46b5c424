package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// objectWords name what a definition is about.
var objectWords = map[pg.ObjectType]string{
	pg.ObjectType_OBJECT_TABLE: "table", pg.ObjectType_OBJECT_VIEW: "view", pg.ObjectType_OBJECT_MATVIEW: "materialized view",
	pg.ObjectType_OBJECT_INDEX: "index", pg.ObjectType_OBJECT_SEQUENCE: "sequence", pg.ObjectType_OBJECT_FOREIGN_TABLE: "foreign table",
	pg.ObjectType_OBJECT_TYPE: "type", pg.ObjectType_OBJECT_DOMAIN: "domain", pg.ObjectType_OBJECT_SCHEMA: "schema",
	pg.ObjectType_OBJECT_FUNCTION: "function", pg.ObjectType_OBJECT_PROCEDURE: "procedure", pg.ObjectType_OBJECT_ROUTINE: "routine",
	pg.ObjectType_OBJECT_AGGREGATE: "aggregate", pg.ObjectType_OBJECT_TRIGGER: "trigger", pg.ObjectType_OBJECT_RULE: "rule",
	pg.ObjectType_OBJECT_POLICY: "policy", pg.ObjectType_OBJECT_COLUMN: "column", pg.ObjectType_OBJECT_EXTENSION: "extension",
}

// relation reports whether objects of a type are named like tables, and whether
// they are parts of a table that is named before them.
func relation(t pg.ObjectType) (whole, part bool) {
	switch t {
	case pg.ObjectType_OBJECT_TABLE, pg.ObjectType_OBJECT_VIEW, pg.ObjectType_OBJECT_MATVIEW, pg.ObjectType_OBJECT_INDEX,
		pg.ObjectType_OBJECT_SEQUENCE, pg.ObjectType_OBJECT_FOREIGN_TABLE:
		return true, false
	case pg.ObjectType_OBJECT_COLUMN, pg.ObjectType_OBJECT_TABCONSTRAINT, pg.ObjectType_OBJECT_TRIGGER,
		pg.ObjectType_OBJECT_RULE, pg.ObjectType_OBJECT_POLICY:
		return false, true
	}
	return false, false
}

// object notes what a definition of an object of a type touches. What is
// neither of a table nor about types and schemas is about the server.
func (w *walker) object(t pg.ObjectType, n *pg.Node) {
	whole, part := relation(t)
	parts := strs(n.GetList().GetItems())
	switch {
	case whole:
		w.named(parts, sql.Write)
	case part && len(parts) > 1:
		w.named(parts[:len(parts)-1], sql.Write)
		if t == pg.ObjectType_OBJECT_TRIGGER || t == pg.ObjectType_OBJECT_RULE {
			addDanger(w.a, sql.DangerStoredCode)
		}
		if t == pg.ObjectType_OBJECT_POLICY {
			addDanger(w.a, sql.DangerAdmin)
		}
	case part:
		w.fail("a part of a table that is not understood")
	case t == pg.ObjectType_OBJECT_SCHEMA:
		w.schema(n.GetString_().GetSval())
	case t == pg.ObjectType_OBJECT_TYPE, t == pg.ObjectType_OBJECT_DOMAIN, t == pg.ObjectType_OBJECT_DOMCONSTRAINT,
		t == pg.ObjectType_OBJECT_COLLATION, t == pg.ObjectType_OBJECT_STATISTIC_EXT:
	case t == pg.ObjectType_OBJECT_FUNCTION, t == pg.ObjectType_OBJECT_PROCEDURE, t == pg.ObjectType_OBJECT_ROUTINE,
		t == pg.ObjectType_OBJECT_AGGREGATE, t == pg.ObjectType_OBJECT_OPERATOR, t == pg.ObjectType_OBJECT_CAST:
		addDanger(w.a, sql.DangerStoredCode)
		if parts := strs(n.GetObjectWithArgs().GetObjname()); len(parts) > 1 {
			w.schema(parts[0])
		}
	default:
		addDanger(w.a, sql.DangerAdmin)
	}
}

// objectPlaces gives the statements about objects of any type their places.
func objectPlaces() {
	on(func(w *walker, n *pg.DropStmt) {
		w.is(sql.KindDrop, objectWords[n.RemoveType])
		for _, o := range n.Objects {
			w.object(n.RemoveType, o)
		}
		w.cascade(n.Behavior)
	})
	on(func(w *walker, n *pg.CommentStmt) {
		w.is(sql.KindAlter, "comment")
		w.object(n.Objtype, n.Object)
	})
	on(func(w *walker, n *pg.SecLabelStmt) {
		w.admin(sql.KindGrant, "security label")
		w.object(n.Objtype, n.Object)
	})
	on((*walker).rename)
	on((*walker).alterSchema)
	on((*walker).alterOwner)
	on((*walker).grant)
	on(func(w *walker, n *pg.AlterObjectDependsStmt) {
		w.admin(sql.KindAlter, "depends")
		w.table(n.Relation, sql.Write)
	})
	on(func(w *walker, n *pg.AlterExtensionContentsStmt) {
		w.admin(sql.KindAlter, "extension")
		w.object(n.Objtype, n.Object)
	})
	on((*walker).createPublication)
	on((*walker).alterPublication)
	for _, k := range []sql.Kind{sql.KindCreate, sql.KindAlter, sql.KindDrop} {
		networkPlaces(k)
		codePlaces(k)
		serverPlaces(k)
	}
}

// about gives a statement that names no table a place.
func about[T any](k sql.Kind, detail string, dangers ...sql.Danger) {
	on(func(w *walker, n *T) {
		w.is(k, detail)
		for _, d := range dangers {
			addDanger(w.a, d)
		}
	})
}

// networkPlaces are of the statements that make the server open connections.
func networkPlaces(k sql.Kind) {
	const net, admin = sql.DangerNetwork, sql.DangerAdmin
	switch k {
	case sql.KindCreate:
		about[pg.CreateFdwStmt](k, "foreign data wrapper", net, admin, sql.DangerStoredCode)
		about[pg.CreateForeignServerStmt](k, "server", net, admin)
		about[pg.CreateUserMappingStmt](k, "user mapping", net, admin)
		about[pg.CreateSubscriptionStmt](k, "subscription", net, admin)
		on(func(w *walker, n *pg.ImportForeignSchemaStmt) {
			w.is(k, "foreign schema")
			addDanger(w.a, net)
			w.schema(n.LocalSchema)
		})
	case sql.KindAlter:
		about[pg.AlterFdwStmt](k, "foreign data wrapper", net, admin, sql.DangerStoredCode)
		about[pg.AlterForeignServerStmt](k, "server", net, admin)
		about[pg.AlterUserMappingStmt](k, "user mapping", net, admin)
		about[pg.AlterSubscriptionStmt](k, "subscription", net, admin)
	case sql.KindDrop:
		about[pg.DropUserMappingStmt](k, "user mapping", admin)
		about[pg.DropSubscriptionStmt](k, "subscription", net, admin)
	}
}

// codePlaces are of the statements that make the server run functions where
// nobody calls them.
func codePlaces(k sql.Kind) {
	const code, admin = sql.DangerStoredCode, sql.DangerAdmin
	switch k {
	case sql.KindCreate:
		on((*walker).define)
		about[pg.CreateExtensionStmt](k, "extension", admin, code)
		about[pg.CreateAmStmt](k, "access method", admin, code)
		about[pg.CreateEventTrigStmt](k, "event trigger", admin, code)
		about[pg.CreatePLangStmt](k, "language", admin, code)
		about[pg.CreateOpClassStmt](k, "operator class", admin, code)
		about[pg.CreateOpFamilyStmt](k, "operator family", admin, code)
		about[pg.CreateConversionStmt](k, "conversion", admin, code)
		about[pg.CreateCastStmt](k, "cast", code)
		about[pg.CreateTransformStmt](k, "transform", admin, code)
		about[pg.CreateRangeStmt](k, "type", code)
	case sql.KindAlter:
		about[pg.AlterExtensionStmt](k, "extension", admin, code)
		about[pg.AlterEventTrigStmt](k, "event trigger", admin, code)
		about[pg.AlterFunctionStmt](k, "function", admin, code)
		about[pg.AlterOpFamilyStmt](k, "operator family", admin, code)
		about[pg.AlterOperatorStmt](k, "operator", code)
		about[pg.AlterTypeStmt](k, "type", code)
		about[pg.AlterTSDictionaryStmt](k, "text search dictionary")
		about[pg.AlterTSConfigurationStmt](k, "text search configuration")
		about[pg.AlterCollationStmt](k, "collation")
		about[pg.AlterStatsStmt](k, "statistics")
	}
}

// define takes in CREATE AGGREGATE, OPERATOR, TYPE, COLLATION and TEXT SEARCH.
func (w *walker) define(n *pg.DefineStmt) {
	w.is(sql.KindCreate, objectWords[n.Kind])
	if n.Kind != pg.ObjectType_OBJECT_COLLATION {
		addDanger(w.a, sql.DangerStoredCode)
	}
	if parts := strs(n.Defnames); len(parts) > 1 {
		w.schema(parts[0])
	}
}

// serverPlaces are of the statements about roles, databases and the server.
func serverPlaces(k sql.Kind) {
	const admin = sql.DangerAdmin
	switch k {
	case sql.KindCreate:
		about[pg.CreateRoleStmt](sql.KindGrant, "role", admin)
		about[pg.CreateTableSpaceStmt](k, "tablespace", admin, sql.DangerFile)
		on(func(w *walker, n *pg.CreatedbStmt) {
			w.admin(k, "database")
			w.schema(n.Dbname)
		})
	case sql.KindAlter:
		about[pg.AlterRoleStmt](sql.KindGrant, "role", admin)
		about[pg.AlterRoleSetStmt](sql.KindGrant, "role", admin)
		about[pg.GrantRoleStmt](sql.KindGrant, "role", admin)
		about[pg.AlterDefaultPrivilegesStmt](sql.KindGrant, "default privileges", admin)
		about[pg.AlterTableSpaceOptionsStmt](k, "tablespace", admin)
		about[pg.AlterTableMoveAllStmt](k, "tablespace", admin, sql.DangerFile)
		about[pg.AlterDatabaseStmt](k, "database", admin)
		about[pg.AlterDatabaseRefreshCollStmt](k, "database", admin)
		about[pg.AlterDatabaseSetStmt](k, "database", admin)
		about[pg.ReassignOwnedStmt](k, "owner", admin)
	case sql.KindDrop:
		about[pg.DropRoleStmt](sql.KindGrant, "role", admin)
		about[pg.DropTableSpaceStmt](k, "tablespace", admin, sql.DangerFile)
		about[pg.DropOwnedStmt](k, "owned", admin)
		on(func(w *walker, n *pg.DropdbStmt) {
			w.admin(k, "database")
			w.schema(n.Dbname)
		})
	}
}
