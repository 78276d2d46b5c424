package postgres

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

// TestSessionsAreNamed asks a server for what of its own tells of processes and
// of statements: each view and function has to need the grant for it, or to be
// known to tell of this session alone, or of none.
func TestSessionsAreNamed(t *testing.T) {
	db := testdb.Postgres(t).Database(t)
	harmless := stringSet(`pg_rules pg_views pg_matviews pg_policies pg_cursors pg_prepared_statements pg_statistic_ext
pg_stats_ext_exprs pg_stats_ext pg_replication_slots pg_event_trigger pg_subscription pg_shmem_allocations
pg_backend_memory_contexts pg_stat_slru pg_user_mappings pg_stat_subscription_stats
pg_backend_pid pg_listening_channels pg_get_replication_slots pg_stat_get_subscription_stats pg_get_backend_memory_contexts
pg_stat_get_buf_fsync_backend pg_stat_get_buf_written_backend pg_stat_get_db_numbackends
query_to_xml query_to_xml_and_xmlschema query_to_xmlschema ts_stat`)
	sessions := 0
	check := func(name string, named bool) {
		if named {
			sessions++
		} else if !harmless[name] {
			t.Errorf("%s tells of processes or statements, and needs no grant", name)
		}
	}
	for _, view := range strings.Fields(psql(t, db, `select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
		where c.relnamespace = 'pg_catalog'::regnamespace and c.relkind = 'v'
		and a.attname in ('pid', 'query', 'statement', 'leader_pid', 'application_name', 'client_addr', 'backend_xid')`)) {
		check(view, showsSessions("pg_catalog", view))
	}
	for _, function := range strings.Fields(psql(t, db, `select distinct proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace
		and (proname ~ '^pg_.*(backend|pids|activity)' or proargnames && array['pid', 'query', 'application_name', 'client_addr'])`)) {
		check(function, reachesSessions(function))
	}
	if sessions < 20 {
		t.Errorf("only %d views and functions tell of other sessions", sessions)
	}
}

func TestSessionsNeedTheirGrant(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for text, want := range map[string]bool{
		"select query from pg_stat_activity":                true,
		"select query from pg_catalog.pg_stat_activity a":   true,
		"select * from (select * from PG_STAT_ACTIVITY) x":  true,
		"create view v as select * from pg_locks":           true,
		"select * from public.pg_stat_statements":           true,
		"select pg_stat_get_activity(null)":                 true,
		"select pg_catalog.pg_stat_get_backend_activity(7)": true,
		"select pg_terminate_backend($1)":                   true,
		"select pg_cancel_backend(pid) from t":              true,
		"copy pg_stat_activity to stdout":                   true,
		"select * from app.pg_stat_activity":                false, // a table of the app's own
		"select pg_backend_pid()":                           false,
		"select relname from pg_class":                      false,
		"select * from pg_stat_user_tables":                 false,
	} {
		st, err := a.Analyze([]byte(text), &sql.Session{Version: "15.4"})
		if err != nil || st.Err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := st.Has(sql.DangerSessions); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
