package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// rename takes in ALTER … RENAME. A table is written under either name.
func (w *walker) rename(n *pg.RenameStmt) {
	w.is(sql.KindAlter, objectWords[n.RenameType])
	switch {
	case n.RenameType == pg.ObjectType_OBJECT_SCHEMA:
		w.schema(n.Subname)
		w.schema(n.Newname)
		return
	case n.Relation == nil:
		w.object(n.RenameType, n.Object)
		return
	}
	// The attribute of a type too: the server takes a table for the type of its
	// rows, and renames the column.
	w.table(n.Relation, sql.Read|sql.Write)
	if whole, _ := relation(n.RenameType); whole {
		w.addTable(n.Relation.Schemaname, n.Newname, sql.Write)
	}
	switch n.RenameType {
	case pg.ObjectType_OBJECT_TRIGGER, pg.ObjectType_OBJECT_RULE:
		addDanger(w.a, sql.DangerStoredCode)
	case pg.ObjectType_OBJECT_POLICY:
		addDanger(w.a, sql.DangerAdmin)
	}
	w.cascade(n.Behavior)
}

// alterSchema takes in ALTER … SET SCHEMA.
func (w *walker) alterSchema(n *pg.AlterObjectSchemaStmt) {
	w.is(sql.KindAlter, objectWords[n.ObjectType])
	w.schema(n.Newschema)
	if n.Relation == nil {
		w.object(n.ObjectType, n.Object)
		return
	}
	w.table(n.Relation, sql.Read|sql.Write)
	w.addTable(n.Newschema, n.Relation.Relname, sql.Write)
}

// alterOwner takes in ALTER … OWNER TO: it gives rights away.
func (w *walker) alterOwner(n *pg.AlterOwnerStmt) {
	w.admin(sql.KindAlter, objectWords[n.ObjectType])
	if n.Relation == nil {
		w.object(n.ObjectType, n.Object)
		return
	}
	w.table(n.Relation, sql.Read|sql.Write)
}

// grant takes in GRANT and REVOKE of rights.
func (w *walker) grant(n *pg.GrantStmt) {
	word := "grant"
	if !n.IsGrant {
		word = "revoke"
	}
	w.admin(sql.KindGrant, word)
	w.cascade(n.Behavior)
	whole, _ := relation(n.Objtype)
	for _, o := range n.Objects {
		switch {
		case n.Targtype == pg.GrantTargetType_ACL_TARGET_ALL_IN_SCHEMA, n.Objtype == pg.ObjectType_OBJECT_SCHEMA,
			n.Objtype == pg.ObjectType_OBJECT_DATABASE:
			w.schema(o.GetString_().GetSval())
		case whole && o.GetRangeVar() != nil:
			w.table(o.GetRangeVar(), sql.Read|sql.Write)
		case whole:
			w.fail("a right on a table that is not understood")
		}
	}
}

func (w *walker) createPublication(n *pg.CreatePublicationStmt) {
	w.admin(sql.KindCreate, "publication")
	w.published(n.Pubobjects)
}

func (w *walker) alterPublication(n *pg.AlterPublicationStmt) {
	w.admin(sql.KindAlter, "publication")
	w.published(n.Pubobjects)
}

// published takes in what a publication sends to others.
func (w *walker) published(list []*pg.Node) {
	for _, o := range list {
		spec := o.GetPublicationObjSpec()
		w.schema(spec.GetName())
		if t := spec.GetPubtable(); t != nil {
			w.table(t.Relation, sql.Read)
			w.node(t.WhereClause)
		}
	}
}
