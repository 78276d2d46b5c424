package mysql

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

// TestSessionsAreNamed asks a server for those of its own tables that have a
// column for a thread, a statement or a client: each has to need the grant for
// it, or to be known to tell of this session alone, or of none.
func TestSessionsAreNamed(t *testing.T) {
	conn := testdb.MariaDB(t).Admin()
	harmless := stringSet(`mysql.proc mysql.event mysql.db mysql.user mysql.global_priv mysql.procs_priv mysql.tables_priv
mysql.columns_priv mysql.proxies_priv mysql.roles_mapping mysql.servers mysql.innodb_index_stats mysql.help_topic
information_schema.user_privileges information_schema.user_variables information_schema.profiling
information_schema.events information_schema.routines information_schema.applicable_roles
information_schema.enabled_roles information_schema.optimizer_trace performance_schema.setup_actors performance_schema.replication_connection_configuration
performance_schema.replication_group_members performance_schema.host_cache`)
	rows, err := conn.QueryContext(t.Context(), `select distinct lower(table_schema), table_name from information_schema.columns
		where table_schema in ('information_schema', 'performance_schema', 'sys', 'mysql')
		and lower(column_name) in ('thread_id', 'processlist_id', 'trx_mysql_thread_id', 'conn_id', 'pid', 'sql_text', 'trx_query',
			'query', 'current_statement', 'info', 'digest_text', 'argument', 'user_host', 'statement_text', 'user', 'host', 'client',
			'attr_value', 'owner_thread_id', 'waiting_query', 'blocking_query')`)
	if err != nil {
		t.Fatal(err)
	}
	sessions := 0
	for rows.Next() {
		var schema, table string
		if err := rows.Scan(&schema, &table); err != nil {
			t.Fatal(err)
		}
		if ShowsSessions(schema, table) {
			sessions++
		} else if !harmless[schema+"."+strings.ToLower(table)] {
			t.Errorf("%s.%s tells of sessions or statements, and needs no grant", schema, table)
		}
	}
	if err := rows.Err(); err != nil || sessions < 30 {
		t.Errorf("only %d tables tell of other sessions; %v", sessions, err)
	}
}

func TestSessionsNeedTheirGrant(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for text, want := range map[string]bool{
		"SHOW FULL PROCESSLIST":    true,
		"KILL 5":                   true,
		"EXPLAIN FOR CONNECTION 5": true,
		"KILL QUERY 5":             true,
		"SELECT info FROM information_schema.processlist":            true,
		"SELECT info FROM INFORMATION_SCHEMA.`PROCESSLIST` p":        true,
		"SELECT * FROM performance_schema.events_statements_history": true,
		"SELECT * FROM (SELECT argument FROM mysql.general_log) x":   true,
		"CREATE VIEW v AS SELECT * FROM sys.x$processlist":           true,
		"SELECT * FROM app.processlist":                              false,
		"SELECT * FROM processlist":                                  false, // the door knows the session's database
		"SELECT table_name FROM information_schema.tables":           false,
		"SELECT CONNECTION_ID()":                                     false,
	} {
		st, err := a.Analyze([]byte(text), nil)
		if err != nil || st.Err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := st.Has(sql.DangerSessions); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
