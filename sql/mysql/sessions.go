package mysql

import "strings"

// ShowsSessions tells whether a table of the server's own shows what other
// sessions are at, or were: their statements stand there with their values.
// Names of these schemas do not tell upper case from lower.
func ShowsSessions(schema, table string) bool {
	switch strings.ToLower(schema) {
	case "information_schema":
		return informationSessions[strings.ToLower(table)]
	case "performance_schema":
		table = strings.ToLower(table)
		return performanceSessions[table] || strings.HasPrefix(table, "events_") || byWhom(table)
	case "sys":
		table = strings.TrimPrefix(strings.ToLower(table), "x$")
		return sysSessions[table] || strings.Contains(table, "statement") || byWhom(table) ||
			strings.HasPrefix(table, "user_summary") || strings.HasPrefix(table, "host_summary")
	case "mysql":
		return strings.EqualFold(table, "general_log") || strings.EqualFold(table, "slow_log")
	}
	return false
}

// byWhom tells whether a table sums up by session, or by who has them.
func byWhom(table string) bool {
	for _, whom := range []string{"_by_thread", "_by_account", "_by_host", "_by_user"} {
		if strings.Contains(table, whom) {
			return true
		}
	}
	return false
}

var (
	informationSessions = stringSet(`processlist innodb_trx innodb_locks innodb_lock_waits metadata_lock_info
user_statistics client_statistics query_cache_info query_response_time_audit thread_pool_groups`)
	performanceSessions = stringSet(`threads processlist session_connect_attrs session_account_connect_attrs accounts hosts users
prepared_statements_instances metadata_locks data_locks data_lock_waits table_handles socket_instances
replication_applier_status_by_worker replication_applier_status_by_coordinator`)
	sysSessions = stringSet(`processlist session session_ssl_status innodb_lock_waits schema_table_lock_waits latest_file_io`)
)
