package postgres

import (
	"slices"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
)

// rowsOfFunctions are the columns of native functions in FROM, as all versions
// have them; a dash is one column that has the function's name, or its alias.
// TestColumnsOfFunctions holds it against a server.
var rowsOfFunctions = parseRows(`
generate_series -
generate_subscripts -
regexp_matches -
regexp_split_to_table -
string_to_table -
current_setting -
current_schemas -
now -
version -
json_array_elements value
jsonb_array_elements value
json_array_elements_text value
jsonb_array_elements_text value
json_object_keys -
jsonb_object_keys -
json_each key value
jsonb_each key value
json_each_text key value
jsonb_each_text key value
jsonb_path_query -
aclexplode grantor grantee privilege_type is_grantable
pg_options_to_table option_name option_value
`)

// returnsRows are the native functions that return a set: how many rows there
// are hangs on what they are given, wherever they stand.
var returnsRows = stringSet(`aclexplode generate_series generate_subscripts json_array_elements
json_array_elements_text json_each json_each_text json_object_keys json_populate_recordset json_to_recordset
jsonb_array_elements jsonb_array_elements_text jsonb_each jsonb_each_text jsonb_object_keys jsonb_path_query
jsonb_path_query_tz jsonb_populate_recordset jsonb_to_recordset pg_available_extension_versions
pg_available_extensions pg_available_wal_summaries pg_config pg_cursor pg_event_trigger_ddl_commands
pg_event_trigger_dropped_objects pg_extension_update_paths pg_get_backend_memory_contexts
pg_get_catalog_foreign_keys pg_get_keywords pg_get_multixact_members pg_get_publication_tables
pg_get_replication_slots pg_get_shmem_allocations pg_get_wait_events pg_get_wal_resource_managers pg_hba_file_rules
pg_ident_file_mappings pg_listening_channels pg_lock_status pg_logical_slot_get_binary_changes
pg_logical_slot_get_changes pg_logical_slot_peek_binary_changes pg_logical_slot_peek_changes
pg_ls_archive_statusdir pg_ls_dir pg_ls_logdir pg_ls_logicalmapdir pg_ls_logicalsnapdir pg_ls_replslotdir
pg_ls_tmpdir pg_ls_waldir pg_mcv_list_items pg_options_to_table pg_partition_ancestors pg_partition_tree
pg_prepared_statement pg_prepared_xact pg_show_all_file_settings pg_show_all_settings
pg_show_replication_origin_status pg_snapshot_xip pg_stat_get_activity pg_stat_get_backend_idset pg_stat_get_io
pg_stat_get_progress_info pg_stat_get_recovery_prefetch pg_stat_get_slru pg_stat_get_subscription
pg_stat_get_wal_senders pg_tablespace_databases pg_timezone_abbrevs pg_timezone_names pg_wal_summary_contents
regexp_matches regexp_split_to_table string_to_table ts_debug ts_parse ts_stat ts_token_type txid_snapshot_xip unnest`)

func parseRows(text string) map[string][]string {
	m := make(map[string][]string)
	for line := range strings.Lines(text) {
		if f := strings.Fields(line); len(f) > 1 {
			m[f[0]] = f[1:]
			if f[1] == "-" {
				m[f[0]] = []string{""}
			}
		}
	}
	return m
}

// columnsOf are the columns of an expression in FROM; one named "" has the name
// of the source. It returns nil where that is not certain: what an array of rows
// is taken apart into, or a stored function returns.
func (f *flow) columnsOf(n *pg.Node, definitions []*pg.Node) []string {
	if len(definitions) > 0 {
		var names []string
		for _, d := range definitions {
			names = append(names, d.GetColumnDef().GetColname())
		}
		return names
	}
	if n.GetSqlvalueFunction() != nil {
		return []string{""}
	}
	call := n.GetFuncCall()
	if call == nil {
		return nil
	}
	name, native := f.callee(call)
	switch {
	case !native:
		return nil
	case name == "unnest":
		return unnested(call)
	}
	return slices.Clone(rowsOfFunctions[name])
}

// unnested are the columns of UNNEST: one an array of simple values.
func unnested(call *pg.FuncCall) []string {
	names := make([]string, len(call.Args))
	if len(names) > 1 {
		for i := range names {
			names[i] = "unnest"
		}
	}
	if !every(call.Args, simpleArray) {
		return nil
	}
	return names
}

// simpleArray reports whether the elements of an array are no rows, whatever
// stands in it. A parameter's type is the client's to say: without a cast it may
// be an array of rows.
func simpleArray(n *pg.Node) bool {
	switch x := n.GetNode().(type) {
	case *pg.Node_TypeCast:
		return simpleType(x.TypeCast.TypeName)
	case *pg.Node_AArrayExpr:
		return every(x.AArrayExpr.Elements, func(n *pg.Node) bool {
			cast := n.GetTypeCast()
			return n.GetAConst() != nil || cast != nil && simpleType(cast.TypeName)
		})
	case *pg.Node_FuncCall:
		parts := strs(x.FuncCall.Funcname)
		return len(parts) == 1 && (parts[0] == "string_to_array" || parts[0] == "regexp_split_to_array")
	}
	return false
}

// simpleTypes are scalar types by their names in pg_catalog.
var simpleTypes = stringSet(`bool int2 int4 int8 float4 float8 numeric text varchar bpchar uuid date time timetz
timestamp timestamptz interval bytea json jsonb inet cidr oid`)

func simpleType(t *pg.TypeName) bool {
	parts := strs(t.GetNames())
	switch len(parts) {
	case 1: // a name that the grammar has no word for: a relation of the path may hide it, text not
		return simpleTypes[parts[0]]
	case 2:
		return parts[0] == "pg_catalog" && simpleTypes[parts[1]]
	}
	return false
}
