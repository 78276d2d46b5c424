package postgres

import (
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// functionDangers are the functions that do more than compute.
var functionDangers = map[string]sql.Danger{
	"lo_import": sql.DangerFile, "lo_export": sql.DangerFile, "pg_stat_file": sql.DangerFile,
	"pg_current_logfile": sql.DangerFile, "pg_relation_filepath": sql.DangerFile, "pg_hba_file_rules": sql.DangerFile,
	"pg_ident_file_mappings": sql.DangerFile, "pg_show_all_file_settings": sql.DangerFile, "pg_logdir_ls": sql.DangerFile,
	"pg_sleep": sql.DangerTime, "pg_sleep_for": sql.DangerTime, "pg_sleep_until": sql.DangerTime,
	"pg_wal_replay_wait": sql.DangerTime,
	"ts_stat":            sql.DangerDynamicSQL, "ts_rewrite": sql.DangerDynamicSQL, "cursor_to_xml": sql.DangerDynamicSQL,
	"crosstab": sql.DangerDynamicSQL, "connectby": sql.DangerDynamicSQL, "xpath_table": sql.DangerDynamicSQL,
	"postgres_fdw_handler":         sql.DangerNetwork,
	"postgres_fdw_get_connections": sql.DangerNetwork, "postgres_fdw_disconnect": sql.DangerNetwork,
	"postgres_fdw_disconnect_all": sql.DangerNetwork,
}

// numbers are the functions of sequences.
var numbers = stringSet("nextval setval currval")

// largeObjectReads and largeObjectWrites touch data that no table of the
// statement names.
var (
	largeObjectReads  = stringSet("lo_get loread lo_open lo_lseek lo_lseek64 lo_tell lo_tell64 lo_close")
	largeObjectWrites = stringSet("lo_put lowrite lo_create lo_creat lo_unlink lo_from_bytea lo_truncate lo_truncate64 lo_import lo_export")
)

// harmlessPrefixes and harmlessNames are the functions that only ask the server
// what it is, or what is in its catalogue.
var harmlessPrefixes = strings.Fields(`pg_get_ pg_stat_get_ pg_current_ pg_last_ pg_lsn_ pg_snapshot_ pg_xact_ pg_index_ pg_indexam_
pg_indexes_ pg_partition_ pg_input_ pg_event_trigger_ pg_ddl_command_ pg_ndistinct_ pg_dependencies_ pg_mcv_list_
pg_node_tree_ pg_brin_ pg_walfile_ pg_split_walfile_ pg_tablespace_ pg_collation_ pg_available_ pg_identify_object`)

var harmlessNames = stringSet(`pg_typeof pg_backend_pid pg_is_in_recovery pg_postmaster_start_time pg_conf_load_time
pg_size_pretty pg_size_bytes pg_relation_size pg_table_size pg_total_relation_size pg_database_size pg_column_size
pg_column_compression pg_relation_filenode pg_filenode_relation pg_encoding_to_char pg_char_to_encoding pg_client_encoding
pg_encoding_max_length pg_my_temp_schema pg_is_other_temp_schema pg_describe_object pg_jit_available pg_has_role
pg_timezone_names pg_timezone_abbrevs pg_options_to_table pg_sequence_parameters pg_sequence_last_value
pg_relation_is_updatable pg_column_is_updatable pg_relation_is_publishable pg_trigger_depth pg_visible_in_snapshot
pg_show_all_settings
pg_settings_get_flags pg_cursor pg_prepared_statement pg_wal_lsn_diff pg_is_wal_replay_paused
pg_notification_queue_usage pg_listening_channels pg_table_is_visible pg_type_is_visible pg_function_is_visible
pg_operator_is_visible pg_opclass_is_visible pg_opfamily_is_visible pg_conversion_is_visible pg_collation_is_visible
pg_statistics_obj_is_visible pg_ts_parser_is_visible pg_ts_dict_is_visible pg_ts_template_is_visible pg_ts_config_is_visible
pg_control_checkpoint pg_control_init pg_control_recovery pg_control_system pg_config pg_notify
pg_basetype pg_collation_for pg_is_in_backup pg_backup_start_time`)

// harmlessServer reports whether a function that begins with pg_ only asks.
func harmlessServer(name string) bool {
	if harmlessNames[name] {
		return true
	}
	for _, p := range harmlessPrefixes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// dangersOf is what a function does beyond computing, nil for nothing. A native
// function that asks or steers the server is harmless only where it is known to be.
func dangersOf(name string) []sql.Danger {
	if d := functionDangers[name]; d != sql.DangerNone {
		return []sql.Danger{d}
	}
	switch {
	case reachesSessions(name):
		return []sql.Danger{sql.DangerSessions}
	case strings.HasPrefix(name, "dblink"):
		return []sql.Danger{sql.DangerNetwork, sql.DangerDynamicSQL}
	case strings.HasPrefix(name, "pg_advisory_"), strings.HasPrefix(name, "pg_try_advisory_"):
		return []sql.Danger{sql.DangerTime}
	case strings.HasPrefix(name, "pg_read_"), strings.HasPrefix(name, "pg_ls_"), strings.HasPrefix(name, "pg_file_"):
		return []sql.Danger{sql.DangerFile}
	case strings.HasSuffix(name, "_to_xml"), strings.HasSuffix(name, "_to_xmlschema"), strings.HasSuffix(name, "_to_xml_and_xmlschema"):
		return []sql.Danger{sql.DangerDynamicSQL}
	case strings.HasPrefix(name, "binary_upgrade_"), strings.HasPrefix(name, "brin_"), strings.HasPrefix(name, "gin_clean"),
		strings.HasPrefix(name, "pg_") && !harmlessServer(name):
		return []sql.Danger{sql.DangerAdmin}
	}
	return nil
}
