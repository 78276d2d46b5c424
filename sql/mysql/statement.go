package mysql

import (
	"fmt"
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	"github.com/pingcap/tidb/pkg/parser/auth"

	"github.com/sallyport/sallyport/sql"
)

// is notes what kind a statement is, and the word that tells it from others.
func (w *walker) is(k sql.Kind, detail string) {
	w.kind(k)
	if w.a.Kind == sql.KindUnknown {
		w.a.Kind, w.a.Detail = k, detail
	}
}

// admin marks a statement that is about the server itself.
func (w *walker) admin(k sql.Kind, detail string) {
	w.is(k, detail)
	addDanger(w.a, sql.DangerAdmin)
}

// statement walks a whole statement. A statement type without a case is not
// understood.
func (w *walker) statement(stmt ast.StmtNode) {
	switch n := stmt.(type) {
	case *ast.SelectStmt:
		w.is(sql.KindSelect, "")
		w.a.ResultRows = n.SelectIntoOpt == nil
		w.asks = asks(n)
		w.child(n)
	case *ast.SetOprStmt:
		w.is(sql.KindSelect, "")
		w.a.ResultRows = true
		w.child(n)
	case *ast.InsertStmt:
		w.insert(n)
	case *ast.UpdateStmt:
		w.update(n)
	case *ast.DeleteStmt:
		w.delete(n)
	case *ast.LoadDataStmt:
		w.load(n)
	case *ast.CallStmt:
		w.is(sql.KindCall, "")
		addDanger(w.a, sql.DangerStoredCode)
		w.a.ResultRows = true
		w.with(sql.Read, func() { w.child(n.Procedure) })
	case *ast.ShowStmt:
		w.show(n)
	case *ast.ExplainStmt:
		w.explain(n)
	case *ast.ExplainForStmt:
		w.is(sql.KindExplain, "for connection")
		addDanger(w.a, sql.DangerSessions)
		w.a.ResultRows = true
	case *ast.SetStmt:
		w.set(n)
	case *ast.UseStmt:
		w.is(sql.KindUse, "")
		w.database(n.DBName)
		w.a.Change = &sql.SessionChange{Database: n.DBName}
	case *ast.DoStmt:
		w.is(sql.KindDo, "")
		w.with(sql.Read, func() { w.child(n.Exprs) })
	case *ast.BeginStmt:
		w.is(sql.KindTransaction, "begin")
		if n.Mode != "" || n.AsOf != nil || n.CausalConsistencyOnly {
			w.fail("BEGIN with a mode is not understood")
		}
		w.a.Session = true
	case *ast.CommitStmt:
		w.is(sql.KindTransaction, "commit")
		w.a.Session = true
	case *ast.RollbackStmt:
		w.is(sql.KindTransaction, "rollback")
		w.a.Session = true
	case *ast.SavepointStmt:
		w.is(sql.KindTransaction, "savepoint")
		w.a.Session = true
	case *ast.ReleaseSavepointStmt:
		w.is(sql.KindTransaction, "release savepoint")
		w.a.Session = true
	case *ast.LockTablesStmt:
		w.lock(n)
	case *ast.UnlockTablesStmt:
		w.is(sql.KindLock, "unlock tables")
	case *ast.KillStmt:
		w.is(sql.KindKill, "")
		addDanger(w.a, sql.DangerSessions)
		w.child(n.Expr)
	case *ast.FlushStmt:
		w.admin(sql.KindFlush, "")
		w.with(sql.Read, func() { w.child(n.Tables) })
	default:
		if !w.definition(stmt) && !w.account(stmt) {
			name := strings.TrimPrefix(fmt.Sprintf("%T", stmt), "*ast.")
			w.fail("statement of the type %s is not understood", strings.TrimSuffix(name, "Stmt"))
		}
	}
}

// insert takes in INSERT and REPLACE. What ON DUPLICATE KEY UPDATE does is an
// update, and reads the row that it changes.
func (w *walker) insert(n *ast.InsertStmt) {
	w.is(sql.KindInsert, "")
	if n.IsReplace {
		w.a.Kind, w.a.Kinds = sql.KindReplace, []sql.Kind{sql.KindReplace}
	}
	access := sql.Write
	if len(n.OnDuplicate) > 0 {
		w.kind(sql.KindUpdate)
		access |= sql.Read
	}
	target := tableOf(n.Table)
	if target == nil {
		w.fail("INSERT into what is no table")
		return
	}
	w.table(target, access)
	w.child(n.Columns)
	w.with(sql.Read, func() {
		if w.reading(n.Lists) && n.Select == nil {
			w.table(target, access|sql.Read)
		}
		w.child(n.OnDuplicate)
		w.child(n.Select)
	})
}

// reading walks v and reports whether columns are read in it.
func (w *walker) reading(v any) bool {
	before := w.reads
	w.child(v)
	return w.reads != before
}

// tableOf returns the one table of a table reference, nil for anything else.
func tableOf(r *ast.TableRefsClause) *ast.TableName {
	if r == nil || r.TableRefs == nil || r.TableRefs.Right != nil {
		return nil
	}
	switch l := r.TableRefs.Left.(type) {
	case *ast.TableSource:
		t, _ := l.Source.(*ast.TableName)
		return t
	case *ast.TableName:
		return l
	}
	return nil
}

// source is a table of a FROM clause under the name that it goes by there.
type source struct {
	table *ast.TableName // nil for a derived table
	alias string
}

// sources lists the tables of a join.
func sources(r ast.ResultSetNode, list []source) []source {
	switch n := r.(type) {
	case *ast.Join:
		if n != nil {
			list = sources(n.Left, list)
			if n.Right != nil {
				list = sources(n.Right, list)
			}
		}
	case *ast.TableSource:
		s := source{alias: n.AsName.O}
		switch t := n.Source.(type) {
		case *ast.TableName:
			s.table = t
		case *ast.Join:
			return sources(t, list)
		}
		list = append(list, s)
	case *ast.TableName:
		list = append(list, source{table: n})
	}
	return list
}

// matches reports whether a qualified name means this source. Case is ignored:
// one source too many is written rather than one too few.
func (s source) matches(schema, name string) bool {
	if s.alias != "" {
		return schema == "" && strings.EqualFold(s.alias, name)
	}
	return s.table != nil && strings.EqualFold(s.table.Name.O, name) &&
		(schema == "" || s.table.Schema.O == "" || strings.EqualFold(s.table.Schema.O, schema))
}

// maxSources is how many tables an UPDATE or DELETE over several may name: more
// than any server joins (61), and few enough to hold each target against all.
const maxSources = 64

// several lists the tables of an UPDATE or DELETE over more than one.
func (w *walker) several(r ast.ResultSetNode) []source {
	list := sources(r, nil)
	if len(list) > maxSources {
		w.fail("more than %d tables in one UPDATE or DELETE are not understood", maxSources)
		return nil
	}
	return list
}

// update takes in UPDATE. In one of several tables, those whose columns are
// assigned are written; a column without a table may be of any.
func (w *walker) update(n *ast.UpdateStmt) {
	w.is(sql.KindUpdate, "")
	defer w.enter(n.With)()
	list := w.several(n.TableRefs.TableRefs)
	if len(list) == 1 && list[0].table != nil {
		access := sql.Write
		w.with(sql.Read, func() {
			w.table(list[0].table, access)
			reads := n.Where != nil || n.Order != nil
			for _, as := range n.List {
				w.child(as.Column)
				reads = w.reading(as.Expr) || reads
			}
			w.child(n.Where)
			w.child(n.Order)
			w.child(n.Limit)
			if reads {
				w.table(list[0].table, sql.Read|sql.Write)
			}
		})
		return
	}
	w.with(sql.Read, func() {
		w.child(n.TableRefs)
		w.child(n.List)
		w.child(n.Where)
		w.child(n.Order)
		w.child(n.Limit)
	})
	done := make(map[tableName]bool)
	for _, as := range n.List {
		target := tableName{as.Column.Schema.O, as.Column.Table.O}
		if done[target] {
			continue
		}
		done[target] = true
		found := false
		for _, s := range list {
			if as.Column.Table.O == "" || s.matches(as.Column.Schema.O, as.Column.Table.O) {
				found = true
				if s.table != nil {
					w.table(s.table, sql.Read|sql.Write)
				}
			}
		}
		if !found {
			w.fail("UPDATE of a table that is not in the statement")
		}
	}
}

// delete takes in DELETE. The targets of one over several tables are names of
// its FROM clause.
func (w *walker) delete(n *ast.DeleteStmt) {
	w.is(sql.KindDelete, "")
	defer w.enter(n.With)()
	rest := func() {
		w.child(n.Where)
		w.child(n.Order)
		w.child(n.Limit)
	}
	if !n.IsMultiTable {
		target := tableOf(n.TableRefs)
		if target == nil {
			w.fail("DELETE from what is no table")
			return
		}
		access := sql.Write
		if n.Where != nil || n.Order != nil {
			access |= sql.Read
		}
		w.table(target, access)
		w.with(sql.Read, rest)
		return
	}
	list := w.several(n.TableRefs.TableRefs)
	w.with(sql.Read, func() {
		w.child(n.TableRefs)
		rest()
	})
	for _, t := range n.Tables.Tables {
		found := false
		for _, s := range list {
			if s.matches(t.Schema.O, t.Name.O) && s.table != nil {
				found = true
				w.table(s.table, sql.Read|sql.Write)
			}
		}
		if !found {
			w.fail("DELETE of a table that is not in the statement")
		}
	}
}

func (w *walker) load(n *ast.LoadDataStmt) {
	w.is(sql.KindLoad, "")
	if w.a.LocalInfile = n.FileLocRef == ast.FileLocClient; !w.a.LocalInfile {
		addDanger(w.a, sql.DangerFile)
	}
	if n.Format != nil || len(n.Options) > 0 {
		w.fail("LOAD DATA with FORMAT or options is not understood")
	}
	w.table(n.Table, sql.Write)
	w.with(sql.Read, func() {
		w.child(n.Columns)
		w.child(n.ColumnsAndUserVars)
		w.child(n.ColumnAssignments)
	})
}

func (w *walker) lock(n *ast.LockTablesStmt) {
	w.is(sql.KindLock, "lock tables")
	for _, l := range n.TableLocks {
		access := sql.Read
		if l.Type == ast.TableLockWrite || l.Type == ast.TableLockWriteLocal {
			access |= sql.Write
		}
		w.table(l.Table, access)
	}
}

func (w *walker) explain(n *ast.ExplainStmt) {
	w.a.ResultRows = true
	if show, ok := n.Stmt.(*ast.ShowStmt); ok {
		w.is(sql.KindDescribe, "")
		w.with(sql.Read, func() {
			w.child(show.Table)
			w.child(show.Column)
			w.child(show.Pattern)
		})
		return
	}
	w.is(sql.KindExplain, "")
	switch n.Stmt.(type) {
	case *ast.SelectStmt, *ast.SetOprStmt, *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt:
	default:
		w.fail("EXPLAIN of this is not understood")
		return
	}
	if n.Explore || n.SQLDigest != "" || n.PlanDigest != "" {
		w.fail("EXPLAIN of a digest is not understood")
	}
	inner := &walker{a: &sql.Analysis{}}
	inner.statement(n.Stmt)
	if inner.err != nil {
		w.err = inner.err
		return
	}
	kinds := w.a.Kinds
	*w.a = *inner.a
	w.a.Kind, w.a.Kinds = sql.KindExplain, append(kinds, inner.a.Kinds...)
	w.a.ResultRows = true
}

// account takes in what is about users and rights.
func (w *walker) account(stmt ast.StmtNode) bool {
	switch n := stmt.(type) {
	case *ast.CreateUserStmt, *ast.AlterUserStmt, *ast.DropUserStmt, *ast.RenameUserStmt,
		*ast.SetDefaultRoleStmt, *ast.GrantRoleStmt, *ast.RevokeRoleStmt, *ast.GrantProxyStmt:
		w.admin(sql.KindGrant, "user")
	case *ast.SetPwdStmt:
		w.admin(sql.KindGrant, "password")
	case *ast.SetRoleStmt:
		w.admin(sql.KindSet, "role")
	case *ast.GrantStmt:
		w.admin(sql.KindGrant, "grant")
		w.level(n.Level)
	case *ast.RevokeStmt:
		w.admin(sql.KindGrant, "revoke")
		w.level(n.Level)
	case *ast.ShutdownStmt, *ast.RestartStmt, *ast.BinlogStmt:
		w.admin(sql.KindAdmin, "")
	default:
		return false
	}
	return true
}

func (w *walker) level(l *ast.GrantLevel) {
	if l == nil {
		return
	}
	w.database(l.DBName)
	if l.Level == ast.GrantLevelTable {
		w.addTable(l.DBName, l.TableName, sql.Read|sql.Write)
	}
}

// foreignDefiner reports whether a definer other than the caller is named.
func foreignDefiner(u *auth.UserIdentity) bool { return u != nil && !u.CurrentUser }
