package postgres

import (
	"slices"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// definitionPlaces gives the statements that define what holds data their
// places.
func definitionPlaces() {
	on((*walker).createTable)
	on((*walker).alterTable)
	on((*walker).createRule)
	on((*walker).createTrigger)
	on((*walker).createFunction)
	on((*walker).createSchema)
	on(func(w *walker, n *pg.CreateForeignTableStmt) {
		w.is(sql.KindCreate, "foreign table")
		addDanger(w.a, sql.DangerNetwork)
		w.child(n.BaseStmt)
		w.nodeList(n.Options)
	})
	on(func(w *walker, n *pg.CreateTableAsStmt) {
		w.is(sql.KindCreate, objectWords[n.Objtype])
		w.child(n.Into)
		w.within(n.Query)
		if n.Query.GetExecuteStmt() != nil {
			w.kind(sql.KindSelect)
		}
	})
	on((*walker).into)
	on(func(w *walker, n *pg.ViewStmt) {
		w.is(sql.KindCreate, "view")
		w.table(n.View, sql.Write)
		w.nodeList(n.Options)
		w.within(n.Query)
	})
	on(func(w *walker, n *pg.IndexStmt) {
		w.is(sql.KindCreate, "index")
		w.table(n.Relation, sql.Read|sql.Write)
		w.nodeList(n.IndexParams, n.IndexIncludingParams, n.Options)
		w.node(n.WhereClause)
	})
	on(func(w *walker, n *pg.CreateSeqStmt) {
		w.is(sql.KindCreate, "sequence")
		w.table(n.Sequence, sql.Write)
		w.sequenceOptions(n.Options)
	})
	on(func(w *walker, n *pg.AlterSeqStmt) {
		w.is(sql.KindAlter, "sequence")
		w.table(n.Sequence, sql.Write)
		w.sequenceOptions(n.Options)
	})
	on(func(w *walker, n *pg.CreateStatsStmt) {
		w.is(sql.KindCreate, "statistics")
		w.nodeList(n.Exprs)
		for _, r := range n.Relations {
			w.table(r.GetRangeVar(), sql.Read|sql.Write)
		}
	})
	on(func(w *walker, n *pg.CreateDomainStmt) {
		w.is(sql.KindCreate, "domain")
		w.child(n.TypeName, n.CollClause)
		w.nodeList(n.Constraints)
	})
	on(func(w *walker, n *pg.AlterDomainStmt) {
		w.is(sql.KindAlter, "domain")
		if n.Subtype != alterDefault && n.Subtype != alterDropConstraint && n.Subtype != alterDropNotNull {
			// A condition is held against all that is stored of the domain, in tables
			// that nobody names, and its errors quote it.
			addDanger(w.a, sql.DangerStoredCode)
		}
		w.node(n.Def)
		w.cascade(n.Behavior)
	})
	on(func(w *walker, n *pg.CompositeTypeStmt) {
		w.is(sql.KindCreate, "type")
		w.nodeList(n.Coldeflist)
	})
	on(func(w *walker, n *pg.CreateEnumStmt) { w.is(sql.KindCreate, "type") })
	on(func(w *walker, n *pg.AlterEnumStmt) { w.is(sql.KindAlter, "type") })
	on(func(w *walker, n *pg.CreatePolicyStmt) {
		w.admin(sql.KindCreate, "policy")
		w.table(n.Table, sql.Read|sql.Write)
		w.node(n.Qual)
		w.node(n.WithCheck)
	})
	on(func(w *walker, n *pg.AlterPolicyStmt) {
		w.admin(sql.KindAlter, "policy")
		w.table(n.Table, sql.Read|sql.Write)
		w.node(n.Qual)
		w.node(n.WithCheck)
	})
}

// createTable takes in CREATE TABLE. The parents of a table are changed by it.
func (w *walker) createTable(n *pg.CreateStmt) {
	w.is(sql.KindCreate, "table")
	w.table(n.Relation, sql.Write)
	w.relations(n.InhRelations, sql.Read|sql.Write)
	if n.Tablespacename != "" {
		addDanger(w.a, sql.DangerFile)
	}
	w.nodeList(n.TableElts, n.Constraints, n.Options)
	w.child(n.Partbound, n.Partspec, n.OfTypename)
}

// like takes in LIKE of another table's definition.
func (w *walker) like(n *pg.TableLikeClause) { w.table(n.Relation, sql.Read) }

// constraint takes in a constraint. One that references a table reads it.
func (w *walker) constraint(n *pg.Constraint) {
	w.table(n.Pktable, sql.Read)
	w.node(n.RawExpr)
	w.nodeList(n.Exclusions, n.Options)
	w.node(n.WhereClause)
}

// sequenceOptions walks the options of a sequence: OWNED BY t.c is of a table.
func (w *walker) sequenceOptions(list []*pg.Node) {
	for _, o := range list {
		if d := o.GetDefElem(); d.GetDefname() == "owned_by" {
			if parts := strs(d.Arg.GetList().GetItems()); len(parts) > 1 {
				w.named(parts[:len(parts)-1], sql.Read)
			}
		}
	}
	w.nodeList(list)
}

// guards are the ways to alter a table that take away, or give, what guards its
// rows.
var guards = []pg.AlterTableType{
	pg.AlterTableType_AT_ChangeOwner, pg.AlterTableType_AT_EnableTrig, pg.AlterTableType_AT_EnableAlwaysTrig,
	pg.AlterTableType_AT_EnableReplicaTrig, pg.AlterTableType_AT_DisableTrig, pg.AlterTableType_AT_EnableTrigAll,
	pg.AlterTableType_AT_DisableTrigAll, pg.AlterTableType_AT_EnableTrigUser, pg.AlterTableType_AT_DisableTrigUser,
	pg.AlterTableType_AT_EnableRule, pg.AlterTableType_AT_EnableAlwaysRule, pg.AlterTableType_AT_EnableReplicaRule,
	pg.AlterTableType_AT_DisableRule, pg.AlterTableType_AT_EnableRowSecurity, pg.AlterTableType_AT_DisableRowSecurity,
	pg.AlterTableType_AT_ForceRowSecurity, pg.AlterTableType_AT_NoForceRowSecurity, pg.AlterTableType_AT_ReplicaIdentity,
}

// alterTable takes in ALTER TABLE and its like. Another table that becomes, or is
// no more, a parent or partition is changed as well.
func (w *walker) alterTable(n *pg.AlterTableStmt) {
	w.is(sql.KindAlter, objectWords[n.Objtype])
	if w.a.Detail == "foreign table" {
		addDanger(w.a, sql.DangerNetwork)
	}
	if n.Objtype != pg.ObjectType_OBJECT_TYPE {
		w.table(n.Relation, sql.Read|sql.Write)
	}
	for _, c := range n.Cmds {
		cmd := c.GetAlterTableCmd()
		if cmd == nil {
			w.fail("a way to alter a table that is not understood")
			return
		}
		if slices.Contains(guards, cmd.Subtype) {
			addDanger(w.a, sql.DangerAdmin)
		}
		if cmd.Subtype == pg.AlterTableType_AT_SetTableSpace {
			addDanger(w.a, sql.DangerFile)
		}
		w.cascade(cmd.Behavior)
		switch {
		case cmd.Def.GetPartitionCmd() != nil:
			p := cmd.Def.GetPartitionCmd()
			w.table(p.Name, sql.Read|sql.Write)
			w.child(p.Bound)
		case cmd.Def.GetRangeVar() != nil:
			w.table(cmd.Def.GetRangeVar(), sql.Read|sql.Write)
		default:
			w.node(cmd.Def)
		}
	}
}

// createRule takes in CREATE RULE, whose actions run in place of other
// statements. `new` and `old` are no tables.
func (w *walker) createRule(n *pg.RuleStmt) {
	w.is(sql.KindCreate, "rule")
	addDanger(w.a, sql.DangerStoredCode)
	w.table(n.Relation, sql.Read|sql.Write)
	w.node(n.WhereClause)
	for _, a := range n.Actions {
		w.within(a)
	}
}

func (w *walker) createTrigger(n *pg.CreateTrigStmt) {
	w.is(sql.KindCreate, "trigger")
	addDanger(w.a, sql.DangerStoredCode)
	w.table(n.Relation, sql.Read|sql.Write)
	w.table(n.Constrrel, sql.Read)
	w.qualified(strs(n.Funcname))
	w.node(n.WhenClause)
}

// safeLanguages are the languages of functions that do no more than SQL can.
var safeLanguages = stringSet("sql plpgsql")

// createFunction takes in CREATE FUNCTION and PROCEDURE. What a body in a string
// does is nobody's to tell from here.
func (w *walker) createFunction(n *pg.CreateFunctionStmt) {
	word := "function"
	if n.IsProcedure {
		word = "procedure"
	}
	w.is(sql.KindCreate, word)
	addDanger(w.a, sql.DangerStoredCode)
	addDanger(w.a, sql.DangerDynamicSQL)
	if parts := strs(n.Funcname); len(parts) > 1 {
		w.schema(parts[len(parts)-2])
	}
	language := n.SqlBody != nil
	for _, o := range n.Options {
		d := o.GetDefElem()
		switch d.GetDefname() {
		case "language":
			language = safeLanguages[d.Arg.GetString_().GetSval()]
		case "security":
			if d.Arg.GetBoolean().GetBoolval() {
				addDanger(w.a, sql.DangerAdmin) // it runs with its owner's rights
			}
		}
	}
	if !language {
		addDanger(w.a, sql.DangerAdmin)
	}
	w.nodeList(n.Parameters)
	w.child(n.ReturnType)
	w.within(n.SqlBody)
}

func (w *walker) createSchema(n *pg.CreateSchemaStmt) {
	w.is(sql.KindCreate, "schema")
	w.schema(n.Schemaname)
	if n.Authrole != nil {
		addDanger(w.a, sql.DangerAdmin)
	}
	if len(n.SchemaElts) > 0 {
		// Names in it mean tables of the new schema, or others.
		w.fail("CREATE SCHEMA with what is in it is not understood")
	}
}

// The subtypes of ALTER DOMAIN that look at no value that is stored (the server's
// nodes/parsenodes.h).
const (
	alterDefault        = "T"
	alterDropNotNull    = "N"
	alterDropConstraint = "X"
)
