package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// selectStmt walks a query: SELECT, VALUES, TABLE, or two of them with a set
// operation between.
func (w *walker) selectStmt(n *pg.SelectStmt) {
	w.kind(sql.KindSelect)
	defer w.enter(n.WithClause)()
	if n.IntoClause != nil {
		w.kind(sql.KindCreate)
		w.into(n.IntoClause)
	}
	if n.Larg != nil || len(n.DistinctClause)+len(n.GroupClause) > 0 {
		w.grouped()
	}
	w.child(n.Larg, n.Rarg)
	w.nodeList(n.FromClause, n.TargetList, n.DistinctClause, n.ValuesLists)
	w.node(n.WhereClause)
	w.nodeList(n.GroupClause)
	w.node(n.HavingClause)
	w.nodeList(n.WindowClause, n.SortClause)
	w.node(n.LimitOffset)
	w.node(n.LimitCount)
	w.nodeList(n.LockingClause)
}

// into notes the table that SELECT INTO and CREATE TABLE AS make.
func (w *walker) into(n *pg.IntoClause) {
	w.table(n.Rel, sql.Write)
	w.nodeList(n.Options)
}

// enter brings the names of a WITH clause into sight, and returns the function
// that takes them out of it. The body of an expression sees those before it,
// and with RECURSIVE all of the clause.
func (w *walker) enter(with *pg.WithClause) func() {
	if with == nil {
		return func() {}
	}
	depth := len(w.scopes)
	scope := make(map[string]bool, len(with.Ctes))
	w.scopes = append(w.scopes, scope)
	if with.Recursive {
		for _, n := range with.Ctes {
			scope[n.GetCommonTableExpr().GetCtename()] = true
		}
	}
	for _, n := range with.Ctes {
		cte := n.GetCommonTableExpr()
		if cte == nil {
			w.fail("WITH of something that is no query")
			break
		}
		w.node(cte.Ctequery)
		w.child(cte.SearchClause, cte.CycleClause)
		scope[cte.Ctename] = true
	}
	return func() { w.scopes = w.scopes[:depth] }
}

// insert takes in INSERT. What it returns, and what ON CONFLICT looks at, is
// read; what DO UPDATE does is an update.
func (w *walker) insert(n *pg.InsertStmt) {
	w.kind(sql.KindInsert)
	defer w.enter(n.WithClause)()
	access := sql.Write
	if len(n.ReturningList) > 0 {
		access |= sql.Read
		w.kind(sql.KindSelect)
	}
	if c := n.OnConflictClause; c != nil {
		if c.Infer != nil {
			access |= sql.Read
		}
		if len(c.TargetList) > 0 {
			access |= sql.Read
			w.kind(sql.KindUpdate)
		}
	}
	w.table(n.Relation, access)
	w.assignments(n.Cols)
	w.rowsOf(n.SelectStmt)
	if c := n.OnConflictClause; c != nil {
		w.child(c.Infer)
		w.assignments(c.TargetList)
		w.node(c.WhereClause)
	}
	w.nodeList(n.ReturningList)
}

// rowsOf walks what INSERT takes its rows from. VALUES alone is no query.
func (w *walker) rowsOf(n *pg.Node) {
	if s := n.GetSelectStmt(); s != nil && len(s.ValuesLists) > 0 && s.WithClause == nil {
		w.nodeList(s.ValuesLists, s.SortClause)
		w.node(s.LimitCount)
		w.node(s.LimitOffset)
		return
	}
	w.node(n)
}

// assignments walks the columns of INSERT, or of SET with their values.
func (w *walker) assignments(list []*pg.Node) {
	for _, n := range list {
		t := n.GetResTarget()
		if t == nil {
			w.fail("an assignment that is not understood")
			return
		}
		w.column("", "", t.Name)
		w.reads--
		w.nodeList(t.Indirection)
		w.node(t.Val)
	}
}

// update takes in UPDATE: the table is read where a column is.
func (w *walker) update(n *pg.UpdateStmt) {
	w.kind(sql.KindUpdate)
	defer w.enter(n.WithClause)()
	w.table(n.Relation, sql.Write)
	before := w.reads
	w.nodeList(n.FromClause)
	w.assignments(n.TargetList)
	w.node(n.WhereClause)
	w.nodeList(n.ReturningList)
	if w.reads != before || n.WhereClause != nil || len(n.ReturningList) > 0 || len(n.FromClause) > 0 {
		w.table(n.Relation, sql.Read)
	}
	if len(n.ReturningList) > 0 {
		w.kind(sql.KindSelect)
	}
}

func (w *walker) delete(n *pg.DeleteStmt) {
	w.kind(sql.KindDelete)
	defer w.enter(n.WithClause)()
	access := sql.Write
	if n.WhereClause != nil || len(n.ReturningList) > 0 || len(n.UsingClause) > 0 {
		access |= sql.Read
	}
	w.table(n.Relation, access)
	w.nodeList(n.UsingClause)
	w.node(n.WhereClause)
	w.nodeList(n.ReturningList)
	if len(n.ReturningList) > 0 {
		w.kind(sql.KindSelect)
	}
}

// merge takes in MERGE. It is what its branches do as well.
func (w *walker) merge(n *pg.MergeStmt) {
	w.kind(sql.KindMerge)
	defer w.enter(n.WithClause)()
	w.table(n.Relation, sql.Read|sql.Write)
	w.node(n.SourceRelation)
	w.node(n.JoinCondition)
	for _, m := range n.MergeWhenClauses {
		c := m.GetMergeWhenClause()
		switch c.GetCommandType() {
		case pg.CmdType_CMD_INSERT:
			w.kind(sql.KindInsert)
		case pg.CmdType_CMD_UPDATE:
			w.kind(sql.KindUpdate)
		case pg.CmdType_CMD_DELETE:
			w.kind(sql.KindDelete)
		case pg.CmdType_CMD_NOTHING:
		default:
			w.fail("a branch of MERGE that is not understood")
			return
		}
		w.node(c.Condition)
		w.assignments(c.TargetList)
		w.nodeList(c.Values)
	}
	w.nodeList(n.ReturningList)
	if len(n.ReturningList) > 0 {
		w.kind(sql.KindSelect)
	}
}

// columnRef notes a column. `t.*` has the name "*"; of a whole row only its name
// is known, which may be a table's.
func (w *walker) columnRef(n *pg.ColumnRef) {
	var parts [4]string
	if len(n.Fields) > len(parts) || len(n.Fields) == 0 {
		w.fail("a column with %d names", len(n.Fields))
		return
	}
	for i, f := range n.Fields {
		switch {
		case f.GetString_() != nil:
			parts[i] = f.GetString_().Sval
		case f.GetAStar() != nil:
			parts[i] = "*"
		default:
			w.fail("a column that is not understood")
			return
		}
	}
	p := parts[:len(n.Fields)]
	switch len(p) {
	case 1:
		w.column("", "", p[0])
		return
	case 2:
		w.column("", p[0], p[1])
	default:
		w.column(p[len(p)-3], p[len(p)-2], p[len(p)-1])
	}
	if last := n.Fields[len(p)-1].GetString_(); last != nil {
		w.field(last.Sval)
	}
}

// typeName walks a type: users.id%TYPE reads the table's definition.
func (w *walker) typeName(n *pg.TypeName) {
	w.typed(n.Names)
	if n.PctType {
		if parts := strs(n.Names); len(parts) > 1 {
			w.named(parts[:len(parts)-1], sql.Read)
		}
	}
	w.nodeList(n.Typmods)
}

// typeCast walks a cast. A string that is cast to regclass names a table, whose
// definition is read.
func (w *walker) typeCast(n *pg.TypeCast) {
	names := strs(n.GetTypeName().GetNames())
	if len(names) > 0 && names[len(names)-1] == "regclass" {
		if s, ok := constant(n.Arg); ok {
			w.written(s, sql.Read)
		}
	}
	w.node(n.Arg)
	w.child(n.TypeName)
}

// constant returns the value of a string that is in the key.
func constant(n *pg.Node) (string, bool) {
	if c := n.GetTypeCast(); c != nil {
		return constant(c.Arg)
	}
	s, ok := n.GetAConst().GetVal().(*pg.A_Const_Sval)
	if !ok || s.Sval.GetSval() == unknown {
		return "", false
	}
	return s.Sval.GetSval(), true
}

// written notes a table by its name as it stands in a string.
func (w *walker) written(s string, access sql.Access) {
	if parts := splitName(s); parts != nil {
		w.named(parts, access)
		return
	}
	w.fail("a table by a name that is not understood")
}
