package postgres

import (
	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// statement walks a whole statement.
func (w *walker) statement(n *pg.Node) {
	if s := n.GetSelectStmt(); s != nil {
		w.selects(s)
		return
	}
	if n.GetNode() == nil {
		w.fail("a statement that is newer than this program")
		return
	}
	w.node(n)
	if w.err == nil && w.a.Kind == sql.KindUnknown {
		w.a.Kind = w.a.Kinds[0]
	}
	switch s := n.Node.(type) {
	case *pg.Node_InsertStmt:
		w.a.ResultRows = len(s.InsertStmt.ReturningList) > 0
	case *pg.Node_UpdateStmt:
		w.a.ResultRows = len(s.UpdateStmt.ReturningList) > 0
	case *pg.Node_DeleteStmt:
		w.a.ResultRows = len(s.DeleteStmt.ReturningList) > 0
	case *pg.Node_MergeStmt:
		w.a.ResultRows = len(s.MergeStmt.ReturningList) > 0
	}
}

// within walks a statement that stands in another one, which is what counts for
// what the whole is.
func (w *walker) within(n *pg.Node) {
	w.node(n)
	w.a.Session, w.a.ResultRows = false, false
}

// statementPlaces gives the statements about rows and sessions their places;
// definitionPlaces those that define things.
func statementPlaces() {
	on((*walker).set)
	on((*walker).show)
	on((*walker).transaction)
	on((*walker).copy)
	on((*walker).explain)
	on((*walker).lock)
	on((*walker).truncate)
	on((*walker).vacuum)
	on((*walker).discard)
	on(func(w *walker, n *pg.ConstraintsSetStmt) {
		w.is(sql.KindTransaction, "set constraints")
		w.a.Session = true
	})
	on(func(w *walker, n *pg.PrepareStmt) {
		w.is(sql.KindPrepare, "prepare")
		addDanger(w.a, sql.DangerDynamicSQL)
		w.nodeList(n.Argtypes)
		w.within(n.Query)
	})
	on(func(w *walker, n *pg.ExecuteStmt) {
		w.is(sql.KindPrepare, "execute")
		addDanger(w.a, sql.DangerDynamicSQL)
		w.nodeList(n.Params)
		w.a.ResultRows = true
	})
	on(func(w *walker, n *pg.DeallocateStmt) {
		w.is(sql.KindPrepare, "deallocate")
		w.a.Session = true // it only forgets
	})
	on(func(w *walker, n *pg.DeclareCursorStmt) {
		w.is(sql.KindCursor, "declare")
		w.a.Cursor = n.Portalname
		w.within(n.Query)
	})
	on(func(w *walker, n *pg.FetchStmt) {
		// The rows are of a query that was judged when it was declared.
		w.is(sql.KindCursor, map[bool]string{false: "fetch", true: "move"}[n.Ismove])
		w.a.Cursor = n.Portalname
		w.a.ResultRows = !n.Ismove
	})
	on(func(w *walker, n *pg.ClosePortalStmt) {
		w.is(sql.KindCursor, "close")
		w.a.Cursor = n.Portalname
		w.a.Session = true
	})
	on(func(w *walker, n *pg.ListenStmt) { w.is(sql.KindNotify, "listen") })
	on(func(w *walker, n *pg.NotifyStmt) { w.is(sql.KindNotify, "notify") })
	on(func(w *walker, n *pg.UnlistenStmt) {
		w.is(sql.KindNotify, "unlisten")
		w.a.Session = true
	})
	on(func(w *walker, n *pg.DoStmt) {
		w.is(sql.KindDo, "")
		addDanger(w.a, sql.DangerDynamicSQL)
		addDanger(w.a, sql.DangerStoredCode)
		w.nodeList(n.Args)
	})
	on(func(w *walker, n *pg.CallStmt) {
		w.is(sql.KindCall, "")
		addDanger(w.a, sql.DangerStoredCode)
		w.child(n.Funccall)
		w.a.ResultRows = true
	})
	on(func(w *walker, n *pg.ClusterStmt) {
		w.is(sql.KindMaintain, "cluster")
		w.table(n.Relation, sql.Read|sql.Write)
		if n.Relation == nil {
			addDanger(w.a, sql.DangerAdmin)
		}
	})
	on(func(w *walker, n *pg.ReindexStmt) {
		w.is(sql.KindMaintain, "reindex")
		w.table(n.Relation, sql.Read|sql.Write)
		if n.Relation == nil {
			addDanger(w.a, sql.DangerAdmin)
		}
	})
	on(func(w *walker, n *pg.RefreshMatViewStmt) {
		w.is(sql.KindRefresh, "")
		w.table(n.Relation, sql.Read|sql.Write)
	})
	on(func(w *walker, n *pg.CheckPointStmt) { w.admin(sql.KindAdmin, "checkpoint") })
	on(func(w *walker, n *pg.LoadStmt) {
		w.admin(sql.KindAdmin, "load")
		addDanger(w.a, sql.DangerFile)
		addDanger(w.a, sql.DangerStoredCode)
	})
	on(func(w *walker, n *pg.AlterSystemStmt) { w.admin(sql.KindAdmin, "alter system") })
	definitionPlaces()
	objectPlaces()
}

var transactionWords = map[pg.TransactionStmtKind]string{
	pg.TransactionStmtKind_TRANS_STMT_BEGIN: "begin", pg.TransactionStmtKind_TRANS_STMT_START: "begin",
	pg.TransactionStmtKind_TRANS_STMT_COMMIT: "commit", pg.TransactionStmtKind_TRANS_STMT_ROLLBACK: "rollback",
	pg.TransactionStmtKind_TRANS_STMT_SAVEPOINT: "savepoint", pg.TransactionStmtKind_TRANS_STMT_RELEASE: "release savepoint",
	pg.TransactionStmtKind_TRANS_STMT_ROLLBACK_TO: "rollback to savepoint",
}

// transaction takes in BEGIN and its like. Two-phase commit is not of this
// session alone.
func (w *walker) transaction(n *pg.TransactionStmt) {
	word := transactionWords[n.Kind]
	switch n.Kind {
	case pg.TransactionStmtKind_TRANS_STMT_PREPARE, pg.TransactionStmtKind_TRANS_STMT_COMMIT_PREPARED,
		pg.TransactionStmtKind_TRANS_STMT_ROLLBACK_PREPARED:
		w.admin(sql.KindTransaction, "two-phase")
		return
	}
	if word == "" {
		w.fail("a statement about transactions that is not understood")
		return
	}
	w.is(sql.KindTransaction, word)
	w.a.Session = true
}

// copy takes in COPY. It is an INSERT into a table or a SELECT from it as well.
func (w *walker) copy(n *pg.CopyStmt) {
	detail := "to stdout"
	switch {
	case n.IsProgram:
		detail = "program"
		addDanger(w.a, sql.DangerFile)
		addDanger(w.a, sql.DangerAdmin)
	case n.Filename != "":
		detail = "file"
		addDanger(w.a, sql.DangerFile)
	case n.IsFrom:
		detail = "from stdin"
	}
	w.is(sql.KindCopy, detail)
	switch {
	case n.Query != nil:
		w.within(n.Query)
	case n.IsFrom:
		w.kind(sql.KindInsert)
		w.table(n.Relation, sql.Write)
	default:
		w.kind(sql.KindSelect)
		w.table(n.Relation, sql.Read)
	}
	for _, a := range strs(n.Attlist) {
		w.column("", "", a)
	}
	w.nodeList(n.Options)
	w.node(n.WhereClause)
}

// explain takes in EXPLAIN, with the kinds of what it explains: with ANALYZE the
// server runs it.
func (w *walker) explain(n *pg.ExplainStmt) {
	w.is(sql.KindExplain, "")
	for _, o := range n.Options {
		if o.GetDefElem().GetDefname() == "analyze" {
			w.a.Detail = "analyze"
		}
	}
	w.nodeList(n.Options)
	w.within(n.Query)
	w.a.ResultRows = true
}

// The lock modes up to which LOCK wants no more than the right to read.
const rowShareLock = 2

func (w *walker) lock(n *pg.LockStmt) {
	w.is(sql.KindLock, "lock table")
	access := sql.Read
	if n.Mode > rowShareLock {
		access |= sql.Write
	}
	w.relations(n.Relations, access)
}

// relations notes a list of tables.
func (w *walker) relations(list []*pg.Node, access sql.Access) {
	for _, r := range list {
		if r.GetRangeVar() == nil {
			w.fail("a table that is not understood")
			return
		}
		w.table(r.GetRangeVar(), access)
	}
}

// truncate takes in TRUNCATE. CASCADE reaches tables that it does not name.
func (w *walker) truncate(n *pg.TruncateStmt) {
	w.is(sql.KindTruncate, "")
	w.relations(n.Relations, sql.Write)
	w.cascade(n.Behavior)
}

func (w *walker) cascade(b pg.DropBehavior) {
	if b == pg.DropBehavior_DROP_CASCADE {
		addDanger(w.a, sql.DangerAdmin)
	}
}

// vacuum takes in VACUUM and ANALYZE; without a table they are about all.
func (w *walker) vacuum(n *pg.VacuumStmt) {
	w.is(sql.KindMaintain, map[bool]string{true: "vacuum", false: "analyze"}[n.IsVacuumcmd])
	if len(n.Rels) == 0 {
		addDanger(w.a, sql.DangerAdmin)
	}
	for _, r := range n.Rels {
		w.table(r.GetVacuumRelation().GetRelation(), sql.Read|sql.Write)
	}
}

// discard takes in DISCARD. ALL sets every variable back, and the role.
func (w *walker) discard(n *pg.DiscardStmt) {
	w.is(sql.KindSet, "discard")
	if n.Target == pg.DiscardMode_DISCARD_ALL {
		w.change().Opaque = true
	}
	w.a.Session = true
}
