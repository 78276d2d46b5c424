package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"

	"github.com/sallyport/sallyport/sql"
)

// call notes a function call. The argument of the functions of sequences is a
// table, which they write.
//
// What is not native to a server runs code that nobody reads here: a stored
// function, or one of a shared library. So does a name with a database in
// front, and the server looks into that database for it.
func (w *walker) call(n *ast.FuncCallExpr) {
	name := strings.ToLower(n.FnName.O)
	w.function(n.Schema.O, name)
	if n.Schema.O != "" {
		w.stored(n.Schema.O)
		w.child(n.Args)
		return
	}
	if name != jsonTableCall && !isNative(grammarName(name), w.flags) {
		w.stored("")
	}
	args := n.Args
	if name == "nextval" || name == "setval" {
		// MariaDB asks the INSERT right for it.
		w.kind(sql.KindInsert)
	}
	if (name == "nextval" || name == "lastval" || name == "setval") && len(args) > 0 {
		switch arg := args[0].(type) {
		case *ast.ColumnNameExpr:
			w.addTable(arg.Name.Table.O, arg.Name.Name.O, sql.Read|sql.Write)
		case *ast.TableNameExpr:
			w.addTable(arg.Name.Schema.O, arg.Name.Name.O, sql.Read|sql.Write)
		default:
			w.fail("%s of something that is no sequence", name)
		}
		args = args[1:]
	}
	w.child(args)
}

// stored notes that code runs which is kept in a database.
func (w *walker) stored(database string) {
	addDanger(w.a, sql.DangerStoredCode)
	w.database(database)
}

// storedNames looks for calls of native functions that are none: the server
// knows functions that are part of its grammar as long as their names stand
// without quotes, and some only where the parenthesis follows at once. The
// grammar here does not tell how a name was written, but the key does. A table
// in quotes with a list of columns behind it looks the same: it counts only
// where a function of its name is called as well. It reports whether there is one.
func (w *walker) storedNames(body []byte) bool {
	k := keyTokens{rest: body}
	var last string // the token before, where a parenthesis would make it a call
	for {
		tok, _ := k.next()
		if tok == nil {
			return false
		}
		if tok[0] == '(' && last != "" && w.named(last) {
			w.stored("")
			return true
		}
		last = ""
		switch {
		case tok[0] == '`':
			last = strings.ToLower(strings.Trim(string(tok), "`"))
		case words.flags[keyWord(tok)]&wordTight != 0 && len(k.rest) > 0 && k.rest[0] == ' ':
			last = strings.ToLower(string(tok))
		}
	}
}

// named reports whether a function of this name is called without a database.
func (w *walker) named(name string) bool { return w.names["f"+name] }

// function notes the name of a function or procedure, by which its danger is
// told.
func (w *walker) function(schema, name string) {
	name = grammarName(strings.ToLower(name))
	if schema != "" {
		name = strings.ToLower(schema) + "." + name
	}
	if d := functionDangers[name]; d != sql.DangerNone {
		addDanger(w.a, d)
	}
	if w.first('f', name) {
		w.a.Functions = append(w.a.Functions, name)
	}
}

// grammarName returns the name of a function that the grammar has a name of
// its own for.
func grammarName(name string) string {
	if real := grammarNames[name]; real != "" {
		return real
	}
	return name
}

// grammarNames are functions that the grammar has names of its own for.
var grammarNames = map[string]string{
	"'tidb`.(dateliteral":      "date",
	"'tidb`.(timeliteral":      "time",
	"'tidb`.(timestampliteral": "timestamp",
	"char_func":                "char",
	"insert_func":              "insert",
	jsonTableCall:              "json_table",
}

// functionDangers are the functions that do more than compute.
var functionDangers = map[string]sql.Danger{
	"load_file":                              sql.DangerFile,
	"sleep":                                  sql.DangerTime,
	"benchmark":                              sql.DangerTime,
	"get_lock":                               sql.DangerTime,
	"release_lock":                           sql.DangerTime,
	"release_all_locks":                      sql.DangerTime,
	"is_free_lock":                           sql.DangerTime,
	"is_used_lock":                           sql.DangerTime,
	"master_pos_wait":                        sql.DangerTime,
	"master_gtid_wait":                       sql.DangerTime,
	"source_pos_wait":                        sql.DangerTime,
	"wait_for_executed_gtid_set":             sql.DangerTime,
	"wait_until_sql_thread_after_gtids":      sql.DangerTime,
	"spider_direct_sql":                      sql.DangerNetwork,
	"spider_bg_direct_sql":                   sql.DangerNetwork,
	"spider_copy_tables":                     sql.DangerNetwork,
	"spider_flush_table_mon_cache":           sql.DangerAdmin,
	"sys_exec":                               sql.DangerAdmin,
	"sys_eval":                               sql.DangerAdmin,
	"group_replication_set_as_primary":       sql.DangerAdmin,
	"asynchronous_connection_failover_reset": sql.DangerAdmin,
}
