package mysql

import (
	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// definition takes in what defines, changes and keeps up tables, views and
// databases.
func (w *walker) definition(stmt ast.StmtNode) bool {
	both := func(v any) { w.with(sql.Read|sql.Write, func() { w.child(v) }) }
	write := func(v any) { w.with(sql.Write, func() { w.child(v) }) }
	switch n := stmt.(type) {
	case *ast.CreateTableStmt:
		detail := "table"
		if n.TemporaryKeyword == ast.TemporaryLocal {
			detail = "temporary table"
		}
		w.is(sql.KindCreate, detail)
		write(n.Table)
		w.with(sql.Read, func() {
			w.child(n.ReferTable)
			w.child(n.Cols)
			w.child(n.Constraints)
			w.child(n.Partition)
			w.child(n.Select)
		})
		both(n.Options)
		if len(n.SplitIndex) > 0 || n.TemporaryKeyword == ast.TemporaryGlobal {
			w.fail("CREATE TABLE of this kind is not understood")
		}
	case *ast.CreateViewStmt:
		w.is(sql.KindCreate, "view")
		write(n.ViewName)
		w.with(sql.Read, func() { w.child(n.Select) })
		if foreignDefiner(n.Definer) {
			addDanger(w.a, sql.DangerAdmin)
		}
	case *ast.CreateIndexStmt:
		w.is(sql.KindCreate, "index")
		both(n.Table)
		w.with(sql.Read, func() {
			w.child(n.IndexPartSpecifications)
			w.child(n.IndexOption)
		})
	case *ast.CreateSequenceStmt:
		w.is(sql.KindCreate, "sequence")
		write(n.Name)
		both(n.TblOptions)
	case *ast.AlterSequenceStmt:
		w.is(sql.KindAlter, "sequence")
		both(n.Name)
	case *ast.CreateDatabaseStmt:
		w.is(sql.KindCreate, "database")
		w.database(n.Name.O)
	case *ast.AlterDatabaseStmt:
		w.is(sql.KindAlter, "database")
		w.database(n.Name.O)
	case *ast.DropDatabaseStmt:
		w.is(sql.KindDrop, "database")
		w.database(n.Name.O)
	case *ast.AlterTableStmt:
		w.is(sql.KindAlter, "table")
		both(n.Table)
		for _, spec := range n.Specs {
			w.alter(spec)
		}
	case *ast.DropTableStmt:
		w.is(sql.KindDrop, "table")
		if n.IsView {
			w.a.Detail = "view"
		}
		write(n.Tables)
	case *ast.DropSequenceStmt:
		w.is(sql.KindDrop, "sequence")
		write(n.Sequences)
	case *ast.DropIndexStmt:
		w.is(sql.KindDrop, "index")
		both(n.Table)
	case *ast.RenameTableStmt:
		w.is(sql.KindRename, "table")
		both(n.TableToTables)
	case *ast.TruncateTableStmt:
		w.is(sql.KindTruncate, "")
		write(n.Table)
	case *ast.AnalyzeTableStmt:
		w.is(sql.KindMaintain, "analyze")
		both(n.TableNames)
		w.a.ResultRows = true
	case *ast.OptimizeTableStmt:
		w.is(sql.KindMaintain, "optimize")
		both(n.Tables)
		w.a.ResultRows = true
	case *ast.RepairTableStmt:
		w.is(sql.KindMaintain, "repair")
		both(n.Table)
		w.a.ResultRows = true
	default:
		return false
	}
	return true
}

// alter takes in one change of ALTER TABLE. A table that it names beside the
// one it alters is written too: renamed to, or exchanged with.
func (w *walker) alter(n *ast.AlterTableSpec) {
	if n.SplitIndex != nil || n.TiFlashReplica != nil || n.Statistics != nil || n.AttributesSpec != nil ||
		n.StatsOptionsSpec != nil || n.MaskingPolicyName.O != "" {
		w.fail("ALTER TABLE of this kind is not understood")
		return
	}
	w.with(sql.Read|sql.Write, func() {
		w.child(n.NewTable)
		w.child(n.Options)
	})
	w.with(sql.Read, func() {
		w.child(n.Constraint)
		w.child(n.OrderByList)
		w.child(n.NewColumns)
		w.child(n.NewConstraints)
		w.child(n.OldColumnName)
		w.child(n.NewColumnName)
		w.child(n.Position)
		w.child(n.Partition)
		w.child(n.PartDefinitions)
	})
}

// show takes in the SHOW statements that MySQL and MariaDB have.
func (w *walker) show(n *ast.ShowStmt) {
	w.a.ResultRows = true
	switch n.Tp {
	case ast.ShowWarnings, ast.ShowErrors:
		w.is(sql.KindShow, "warnings")
		w.a.Session = true
	case ast.ShowVariables, ast.ShowCharset, ast.ShowCollation, ast.ShowEngines:
		w.is(sql.KindShow, "variables")
	case ast.ShowDatabases, ast.ShowTables, ast.ShowTableStatus, ast.ShowOpenTables, ast.ShowStatus,
		ast.ShowColumns, ast.ShowIndex, ast.ShowCreateTable, ast.ShowCreateView, ast.ShowCreateSequence,
		ast.ShowCreateDatabase, ast.ShowPrivileges, ast.ShowProfile, ast.ShowProfiles:
		w.is(sql.KindShow, "")
	case ast.ShowTriggers, ast.ShowProcedureStatus, ast.ShowFunctionStatus, ast.ShowEvents, ast.ShowCreateProcedure:
		// What they show is code, and the first three show it of every database.
		w.is(sql.KindShow, "stored code")
		addDanger(w.a, sql.DangerStoredCode)
	case ast.ShowProcessList:
		w.is(sql.KindShow, "sessions")
		addDanger(w.a, sql.DangerSessions)
	case ast.ShowGrants, ast.ShowCreateUser, ast.ShowPlugins, ast.ShowMasterStatus,
		ast.ShowBinlogStatus, ast.ShowReplicaStatus:
		w.admin(sql.KindShow, "server")
	default:
		w.fail("SHOW of this is not understood")
		return
	}
	w.database(n.DBName)
	w.with(sql.Read, func() {
		w.child(n.Table)
		w.child(n.Column)
		w.child(n.Pattern)
		w.child(n.Where)
		w.child(n.Limit)
	})
	if n.Procedure != nil {
		w.database(n.Procedure.Schema.O)
		w.function(n.Procedure.Schema.O, n.Procedure.Name.O)
	}
	if len(w.a.Tables) > 0 || len(w.a.Functions) > 0 {
		w.a.Session = false
	}
}
