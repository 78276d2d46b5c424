package postgres

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sallyport/sallyport/sql"
)

// harmless are the variables that anyone may set: they steer a transaction, the
// encoding, the clock's zone, or how values are written.
//
// Not among them, and so a matter for a policy that allows `set`: search_path
// (names mean other tables), row_security, session_replication_role,
// check_function_bodies, local_preload_libraries (they take away what guards
// the data), and statement_timeout, lock_timeout, work_mem and other limits
// (they take away what guards the server).
var harmless = stringSet(`application_name client_min_messages datestyle intervalstyle timezone extra_float_digits
bytea_output xmloption transaction_isolation transaction_read_only transaction_deferrable
default_transaction_isolation default_transaction_read_only default_transaction_deferrable
synchronize_seqscans escape_string_warning jit`)

// asked are the variables that clients ask for, besides the harmless ones.
var asked = stringSet(`server_version server_version_num server_encoding client_encoding search_path integer_datetimes
is_superuser session_authorization max_identifier_length lc_collate lc_ctype lc_monetary lc_numeric lc_time
standard_conforming_strings default_text_search_config max_index_keys in_hot_standby block_size
statement_timeout lock_timeout idle_in_transaction_session_timeout max_connections`)

// change returns the change of the session, to be filled in.
func (w *walker) change() *sql.SessionChange {
	if w.a.Change == nil {
		w.a.Change = new(sql.SessionChange)
	}
	return w.a.Change
}

// set takes in SET and RESET.
func (w *walker) set(n *pg.VariableSetStmt) {
	name := strings.ToLower(n.Name)
	w.is(sql.KindSet, "")
	switch n.Kind {
	case pg.VariableSetKind_VAR_RESET_ALL:
		w.a.Detail = "reset all"
		w.change().Opaque = true
		w.a.Session = true
		return
	case pg.VariableSetKind_VAR_SET_MULTI:
		// SET TRANSACTION and SET SESSION CHARACTERISTICS
		w.a.Detail = strings.ToLower(n.Name)
		w.nodeList(n.Args)
		w.a.Session = w.err == nil
		return
	case pg.VariableSetKind_VAR_SET_CURRENT:
		w.fail("SET FROM CURRENT is not understood")
		return
	case pg.VariableSetKind_VAR_SET_VALUE, pg.VariableSetKind_VAR_SET_DEFAULT, pg.VariableSetKind_VAR_RESET:
	default:
		w.fail("SET of a kind that is not understood")
		return
	}
	values, known := settingValues(n.Args)
	if n.Kind != pg.VariableSetKind_VAR_SET_VALUE {
		values, known = nil, false
	}
	w.nodeList(n.Args)
	w.a.Session = w.assign(name, values, known) && w.err == nil
	if n.IsLocal && w.a.Change != nil {
		// It ends with the transaction.
		w.a.Change.Opaque = true
	}
}

// settingValues returns the values of a SET, and whether all of them are known.
func settingValues(args []*pg.Node) (values []string, known bool) {
	known = len(args) > 0
	for _, n := range args {
		c := n.GetAConst()
		switch v := c.GetVal().(type) {
		case *pg.A_Const_Sval:
			if v.Sval.GetSval() == unknown {
				known = false
			}
			values = append(values, v.Sval.GetSval())
		default: // a number among them: it is not in the key
			known = false
		}
	}
	return values, known
}

// assign takes in one assignment and reports whether it belongs to the session.
func (w *walker) assign(name string, values []string, known bool) bool {
	w.variable(name)
	switch name {
	case "search_path":
		if !known {
			w.change().Opaque = true
			return false
		}
		w.change().SetSearchPath = true
		w.change().SearchPath = joinPath(values)
		return false
	case "role", "session_authorization":
		addDanger(w.a, sql.DangerAdmin)
		switch {
		case name == "role" && known && len(values) == 1:
			w.change().SetRole = true
			if !strings.EqualFold(values[0], "none") {
				w.change().Role = values[0]
			}
		default:
			w.change().Opaque = true
		}
		return false
	case "client_encoding":
		return w.encoding(values, known && len(values) == 1)
	case "standard_conforming_strings":
		on, ok := false, false
		if known && len(values) == 1 {
			on, ok = boolean(values[0])
		}
		if !ok {
			w.change().Opaque = true
			return false
		}
		w.change().SetStrings = true
		w.change().NonConformingStrings = !on
		return on
	}
	return harmless[name]
}

// encoding notes a new client encoding. One whose text could not be cut into
// tokens afterwards is refused here already.
func (w *walker) encoding(values []string, known bool) bool {
	if !known || strings.EqualFold(values[0], "default") {
		w.change().Opaque = true
		return false
	}
	if safe, _ := safeEncoding(values[0]); !safe || values[0] == "" {
		if w.err == nil {
			w.err = &sql.Error{Reason: sql.ReasonCharset, Offset: -1,
				What: "statements cannot be read safely in the new client_encoding; use UTF8"}
		}
		return false
	}
	w.change().Charset = values[0]
	return true
}

// setConfig takes in a call of set_config. What it sets is certain only where
// the call is all that the statement does.
func (w *walker) setConfig(args []*pg.Node) {
	w.kind(sql.KindSet)
	if len(args) != 3 {
		w.fail("set_config without its three arguments")
		return
	}
	name, ok := constant(args[0])
	if !ok {
		addDanger(w.a, sql.DangerAdmin)
		w.change().Opaque = true
		w.asks = false
		return
	}
	name = strings.ToLower(name)
	value, known := constant(args[1])
	local, isBool := args[2].GetAConst().GetVal().(*pg.A_Const_Boolval)
	before := w.a.Change
	session := w.assign(name, []string{value}, known)
	if name == "search_path" && known {
		w.a.Change.SearchPath = value // a list, as it stands
	}
	if w.a.Change != nil && (!w.alone || !isBool || local.Boolval.GetBoolval() || before != nil) {
		w.a.Change.Opaque = true
	}
	w.asks = w.asks && w.alone && session
}

// joinPath writes a search_path as the server prints it.
func joinPath(values []string) string {
	for i, v := range values {
		if v == "" || !plainName([]byte(v)) {
			values[i] = `"` + strings.ReplaceAll(v, `"`, `""`) + `"`
		}
	}
	return strings.Join(values, ", ")
}

// boolean reads a value of a variable that is on or off.
func boolean(s string) (on, ok bool) {
	switch strings.ToLower(s) {
	case "on", "true", "yes", "1", "t", "y":
		return true, true
	case "off", "false", "no", "0", "f", "n":
		return false, true
	}
	return false, false
}

// show takes in SHOW.
func (w *walker) show(n *pg.VariableShowStmt) {
	name := strings.ToLower(n.Name)
	w.is(sql.KindShow, "")
	w.variable(name)
	w.a.ResultRows = true
	w.a.Session = harmless[name] || asked[name]
}

// sessionFunctions are what a client may ask its own session.
var sessionFunctions = stringSet(`version current_schema current_schemas current_database current_catalog current_user
current_role session_user user pg_backend_pid now current_timestamp current_date current_time localtime
localtimestamp clock_timestamp transaction_timestamp statement_timestamp pg_is_in_recovery pg_client_encoding
pg_postmaster_start_time txid_current_if_assigned inet_client_addr inet_client_port inet_server_addr
inet_server_port set_config`)

// selects takes in a statement that is a query, and tells whether it does
// nothing but ask the session: it has a list of literals and functions for that,
// and reads from nowhere.
func (w *walker) selects(n *pg.SelectStmt) {
	w.is(sql.KindSelect, "")
	w.a.ResultRows = n.IntoClause == nil
	w.alone = n.Op == pg.SetOperation_SETOP_NONE && len(n.FromClause) == 0 && n.WithClause == nil &&
		n.WhereClause == nil && len(n.GroupClause) == 0 && n.HavingClause == nil && len(n.SortClause) == 0 &&
		len(n.WindowClause) == 0 && len(n.ValuesLists) == 0 && len(n.LockingClause) == 0 &&
		n.LimitCount == nil && n.LimitOffset == nil && n.IntoClause == nil && len(n.DistinctClause) == 0
	w.asks = w.alone
	for _, t := range n.TargetList {
		if !w.alone || !asking(t.GetResTarget().GetVal()) {
			w.alone, w.asks = false, false
			break
		}
	}
	w.selectStmt(n)
}

// asking reports whether an expression is a literal, or asks the session.
func asking(n *pg.Node) bool {
	switch e := n.GetNode().(type) {
	case *pg.Node_AConst, *pg.Node_ParamRef, *pg.Node_SqlvalueFunction:
		return true
	case *pg.Node_TypeCast:
		names := strs(e.TypeCast.GetTypeName().GetNames())
		last := ""
		if len(names) > 0 {
			last = names[len(names)-1]
		}
		return literalTypes[last] && asking(e.TypeCast.Arg)
	case *pg.Node_FuncCall:
		parts := strs(e.FuncCall.Funcname)
		if len(parts) == 2 && parts[0] == "pg_catalog" {
			parts = parts[1:]
		}
		if len(parts) != 1 || !sessionFunctions[parts[0]] {
			return false
		}
		for _, a := range e.FuncCall.Args {
			if !asking(a) {
				return false
			}
		}
		return e.FuncCall.AggFilter == nil && e.FuncCall.Over == nil && len(e.FuncCall.AggOrder) == 0
	}
	return false
}

// literalTypes are the types that a literal may be cast to while a statement
// only asks.
var literalTypes = stringSet("int2 int4 int8 numeric float4 float8 bool text varchar bpchar date timestamp timestamptz time interval")

// finish tells whether a query that only asks belongs to the session, and whether
// one that writes is another way to write SET.
func (w *walker) finish() {
	if slices.ContainsFunc(w.a.Tables, func(t sql.Table) bool { return t.Name == "pg_settings" && t.Access&sql.Write != 0 }) {
		w.change().Opaque = true
	}
	if w.a.Kind == sql.KindSelect {
		w.a.Session = w.asks && len(w.a.Tables) == 0 && len(w.a.Columns) == 0 && len(w.a.Dangers) == 0
	}
}
