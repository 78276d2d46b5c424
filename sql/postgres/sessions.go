package postgres

import "strings"

// showsSessions tells whether a view shows what other sessions are at, or were:
// their statements stand there with their values, and what they hold. One of an
// extension can be in any schema.
func showsSessions(schema, table string) bool {
	if strings.HasPrefix(table, "pg_stat_statements") || strings.HasPrefix(table, "pg_stat_monitor") {
		return true
	}
	if schema != "" && schema != "pg_catalog" {
		return false
	}
	return sessionViews[table] || strings.HasPrefix(table, "pg_stat_progress_")
}

var sessionViews = stringSet(`pg_stat_activity pg_stat_ssl pg_stat_gssapi pg_stat_replication pg_stat_wal_receiver
pg_stat_subscription pg_stat_recovery_prefetch pg_locks pg_prepared_xacts`)

// reachesSessions tells whether a function of the server tells of other
// sessions, or ends them or what they are at.
func reachesSessions(name string) bool {
	return otherSessions[name] || strings.HasPrefix(name, "pg_stat_get_backend_")
}

var otherSessions = stringSet(`pg_stat_get_activity pg_stat_get_progress_info pg_stat_get_wal_senders
pg_stat_get_wal_receiver pg_stat_get_subscription pg_lock_status pg_blocking_pids pg_safe_snapshot_blocking_pids
pg_isolation_test_session_is_blocked pg_prepared_xact pg_cancel_backend pg_terminate_backend
pg_log_backend_memory_contexts`)
