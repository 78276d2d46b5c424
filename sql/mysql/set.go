package mysql

import (
	"strings"

	"github.com/pingcap/tidb/pkg/parser/ast"
	driver "github.com/pingcap/tidb/pkg/parser/test_driver"

	"github.com/sallyport/sallyport/sql"
)

// The session variables that anyone may set: they steer a transaction, the
// encoding, the clock's zone or how the session is told things.
//
// Not among them, and so a matter for a policy that allows `set`:
// foreign_key_checks, unique_checks, sql_safe_updates, sql_log_bin (they take
// away what guards the data); sql_select_limit, max_statement_time and other
// limits and time-outs (they take away what guards the server);
// default_storage_engine, init_connect, general_log and their like.
// sql_mode is, as long as it only says how strict values are taken: modes that
// change how a statement is read are not.
const harmlessVariables = ` autocommit tx_isolation transaction_isolation tx_isolation_one_shot tx_read_only
transaction_read_only time_zone timestamp_precision character_set_client character_set_connection
character_set_results collation_connection sql_mode sql_auto_is_null sql_notes sql_warnings
sql_quote_show_create lc_time_names default_week_format session_track_schema
session_track_system_variables session_track_state_change session_track_transaction_info
session_track_gtids information_schema_stats_expiry `

var harmless = stringSet(harmlessVariables)

func stringSet(words string) map[string]bool {
	m := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// strictModes are the words of sql_mode that change how values are checked and
// results are shaped, never how a statement is read.
var strictModes = stringSet(`strict_trans_tables strict_all_tables no_zero_in_date no_zero_date
error_for_division_by_zero no_auto_create_user no_engine_substitution only_full_group_by traditional
no_auto_value_on_zero no_unsigned_subtraction allow_invalid_dates pad_char_to_full_length
time_truncate_fractional simultaneous_assignment`)

// settings are what SET takes beside variables, in MariaDB also behind a comma or
// before `:=`, where the grammar takes them for variables: PASSWORD changes the
// password that the door logs in with. No variable has such a name.
var settings = stringSet(`password role names character charset transaction statement default resource`)

// set takes in SET. It belongs to the session when all that it sets does.
func (w *walker) set(n *ast.SetStmt) {
	w.is(sql.KindSet, "")
	session := len(n.Variables) > 0
	change := &sql.SessionChange{}
	w.with(sql.Read, func() {
		for _, v := range n.Variables {
			if !w.assign(v, change) {
				session = false
			}
		}
	})
	if *change != (sql.SessionChange{}) {
		w.a.Change = change
	}
	w.a.Session = session && len(w.a.Tables) == 0 && len(w.a.Functions) == 0
}

// assign takes in one assignment and reports whether it belongs to the session.
func (w *walker) assign(v *ast.VariableAssignment, change *sql.SessionChange) bool {
	value, known := w.setting(v.Value)
	switch v.Name {
	case ast.SetNames, ast.SetCharset:
		w.addVariable("@@character_set_client")
		return w.charset(value, known, change)
	}
	name := strings.ToLower(v.Name)
	if !v.IsSystem {
		w.variable(&ast.VariableExpr{Name: name})
		return false
	}
	if settings[name] {
		w.fail("SET of %s is no assignment to every server, and is not understood", name)
		return false
	}
	w.addVariable("@@" + name)
	// A name in two parts is `@@persist.NAME`, which outlives the server, or a
	// part of a key cache, which all sessions share.
	if v.IsGlobal || v.IsInstance || strings.Contains(name, ".") {
		addDanger(w.a, sql.DangerAdmin)
		return false
	}
	switch name {
	case "character_set_client":
		return w.charset(value, known, change)
	case "character_set_connection", "character_set_results", "collation_connection":
		set, _, _ := strings.Cut(value, "_")
		_, utf8 := safeCharset(set)
		return known && set != "" && utf8
	case "sql_mode":
		return w.mode(value, known, change)
	}
	return harmless[name] && (known || literal(v.Value))
}

// literal reports whether an expression is a value, or a parameter for one.
func literal(e ast.ExprNode) bool {
	switch e.(type) {
	case *driver.ValueExpr, *driver.ParamMarkerExpr:
		return true
	}
	return false
}

// charset notes a new client character set. One whose text could not be cut
// into tokens afterwards is refused here already.
func (w *walker) charset(value string, known bool, change *sql.SessionChange) bool {
	if !known || value == "" {
		change.Opaque = true
		return false
	}
	if !settableCharset(value) {
		if w.err == nil {
			w.err = &sql.Error{Reason: sql.ReasonCharset, Offset: -1,
				What: "statements cannot be read safely in the new character set; use utf8mb4"}
		}
		return false
	}
	change.Charset = strings.ToLower(value)
	return true
}

func (w *walker) mode(value string, known bool, change *sql.SessionChange) bool {
	if !known || value != "" && value[0] >= '0' && value[0] <= '9' {
		change.Opaque = true
		return false
	}
	change.SQLMode, change.SetSQLMode = value, true
	for word := range strings.SplitSeq(value, ",") {
		if word != "" && !strictModes[strings.ToLower(word)] {
			return false
		}
	}
	return true
}

// setting returns the value that SET assigns, when the statement tells it:
// a literal that is in the shape, or a bare word. Any other is walked.
func (w *walker) setting(e ast.ExprNode) (string, bool) {
	switch n := e.(type) {
	case *driver.ValueExpr:
		// A stand-in means that the value is not in the shape: a statement of
		// the same shape may set any other.
		switch n.Kind() {
		case driver.KindString:
			s := n.GetString()
			return s, s != standInText
		case driver.KindInt64:
			return "0", n.GetInt64() < 1000001
		case driver.KindNull:
			return "", true
		}
		return "", false
	case *ast.ColumnNameExpr:
		if n.Name.Table.O == "" {
			return n.Name.Name.O, true
		}
	case *ast.DefaultExpr:
		if n.Name == nil {
			return "", false
		}
	case nil:
		return "", false
	}
	w.child(e)
	return "", false
}

// sessionFunctions are what a client may ask its own session.
var sessionFunctions = stringSet(`version database schema connection_id current_user user session_user
system_user current_role last_insert_id found_rows row_count now current_timestamp utc_timestamp
unix_timestamp curdate current_date`)

// sessionVariables are what drivers ask for when they connect, besides the
// variables that a session may set.
var sessionVariables = stringSet(`version version_comment version_compile_os version_compile_machine
max_allowed_packet lower_case_table_names auto_increment_increment auto_increment_offset license
interactive_timeout wait_timeout net_write_timeout net_read_timeout net_buffer_length system_time_zone
init_connect performance_schema query_cache_size query_cache_type character_set_server
character_set_database character_set_system collation_server collation_database sql_select_limit
in_transaction error_count warning_count identity last_insert_id insert_id pseudo_thread_id
foreign_key_checks unique_checks max_statement_time max_execution_time default_storage_engine
storage_engine read_only timestamp innodb_lock_wait_timeout lock_wait_timeout sql_safe_updates`)

// asks reports whether a SELECT does nothing but ask the session: it has a list
// of literals, system variables and functions for that, and reads from nowhere.
func asks(n *ast.SelectStmt) bool {
	if n.From != nil || n.With != nil || n.Where != nil || n.GroupBy != nil || n.Having != nil ||
		n.OrderBy != nil || len(n.WindowSpecs) > 0 || n.Fields == nil || len(n.Lists) > 0 ||
		n.SelectIntoOpt != nil || n.LockInfo != nil {
		return false
	}
	for _, f := range n.Fields.Fields {
		if f.WildCard != nil || !asking(f.Expr) {
			return false
		}
	}
	return true
}

// asking reports whether an expression is a literal, or asks the session.
func asking(e ast.ExprNode) bool {
	if literal(e) {
		return true
	}
	switch n := e.(type) {
	case *ast.VariableExpr:
		name := strings.ToLower(n.Name)
		return n.IsSystem && n.Value == nil && (harmless[name] || sessionVariables[name])
	case *ast.UnaryOperationExpr:
		return literal(n.V)
	case *ast.FuncCallExpr:
		if n.Schema.O != "" || !sessionFunctions[n.FnName.L] {
			return false
		}
		for _, a := range n.Args {
			if !asking(a) {
				return false
			}
		}
		return true
	}
	return false
}

// finish tells whether a statement that only asks belongs to the session.
func (w *walker) finish() {
	if w.a.Kind == sql.KindSelect {
		w.a.Session = w.asks && len(w.a.Tables) == 0 && len(w.a.Columns) == 0 && len(w.a.Dangers) == 0
	}
}
