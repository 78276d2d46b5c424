package postgres

import (
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

// grammarFunctions are those that the grammar has and no catalogue knows.
var grammarFunctions = stringSet(`coalesce nullif greatest least grouping current_date current_time current_timestamp
localtime localtimestamp current_role current_catalog xmlconcat xmlelement xmlforest xmlparse xmlpi xmlroot
xmlserialize xmlisdocument xmltable trim user`)

// TestNativeFunctions holds the list against a server's catalogue: what is taken
// for native has to be there, or anybody could make a function of that name. That
// nothing is missing is asked of a PostgreSQL 15 alone, which the list was read
// from: one that is missing needs a grant of its own.
func TestNativeFunctions(t *testing.T) {
	inst := testdb.Postgres(t)
	version, _, _ := strings.Cut(inst.Version, ".")
	major, err := strconv.Atoi(version)
	if err != nil {
		t.Fatal(err)
	}
	db := inst.Database(t)
	out := psql(t, db, "select distinct proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace")
	server := stringSet(out)
	if len(server) < 2000 {
		t.Fatalf("only %d functions", len(server))
	}
	for name := range server {
		if major == 15 && !isNative(name, 15) {
			t.Errorf("%s is native to this server, and not in the list", name)
		}
		if since := native[name]; since > major {
			t.Errorf("%s is said to be of %d", name, since)
		}
	}
	for name := range native {
		if isNative(name, major) && !server[name] && !grammarFunctions[name] {
			t.Errorf("%s is in the list, and this server does not have it", name)
		}
	}
}

// TestVersionsHaveTheirFunctions tells a function of a later version from one
// that is stored in an earlier server.
func TestVersionsHaveTheirFunctions(t *testing.T) {
	for _, tt := range []struct {
		version, text string
		stored        bool
	}{
		{"12.1", "select gen_random_uuid()", true}, {"13.1", "select gen_random_uuid()", false},
		{"", "select gen_random_uuid()", true}, {"9.6", "select gen_random_uuid()", true},
		{"16.9", "select json_value(a, 'x') from t", true}, {"17.0", "select json_value(a, 'x') from t", false},
		{"18.1", "select json_value(a, 'x') from t", false}, {"15.4", "select any_value(a) from t", true},
		{"16.0", "select any_value(a) from t", false}, {"15.4", "select public.lower('x')", true},
		{"15.4", `select "LOWER"('x')`, true}, {"15.4", "select pg_catalog.leak()", true},
	} {
		st, err := NewAnalyzer(sql.Options{}).Analyze([]byte(tt.text), &sql.Session{Version: tt.version})
		if err != nil || st.Err != nil || st.Has(sql.DangerStoredCode) != tt.stored {
			t.Errorf("%s at %s: stored code %v (%v, %v)", tt.text, tt.version, st.Has(sql.DangerStoredCode), err, st.Err)
		}
	}
}

// TestServerFunctionsAreSorted asks each native function that begins with pg_
// for a danger: those without one are known to be harmless by name.
func TestServerFunctionsAreSorted(t *testing.T) {
	dangerous := 0
	for name := range native {
		if !strings.HasPrefix(name, "pg_") {
			continue
		}
		w := &walker{a: new(sql.Analysis), major: newestMajor}
		w.function("", name)
		if len(w.a.Dangers) > 0 {
			dangerous++
		}
	}
	if dangerous < 80 {
		t.Errorf("only %d functions of the server are dangerous", dangerous)
	}
	for _, name := range strings.Fields(`pg_reload_conf pg_rotate_logfile pg_terminate_backend pg_cancel_backend pg_switch_wal
pg_create_restore_point pg_promote pg_wal_replay_pause pg_logical_slot_get_changes pg_replication_origin_create
pg_drop_replication_slot pg_stat_reset pg_import_system_collations pg_export_snapshot pg_log_backend_memory_contexts
pg_logical_emit_message pg_extension_config_dump binary_upgrade_set_next_pg_type_oid pg_backup_start lo_import lo_export
pg_read_file pg_read_binary_file pg_ls_dir pg_ls_waldir pg_stat_file pg_current_logfile pg_hba_file_rules pg_sleep
pg_sleep_for pg_advisory_lock pg_advisory_unlock_all pg_try_advisory_lock query_to_xml cursor_to_xml database_to_xml
schema_to_xml table_to_xml ts_stat`) {
		w := &walker{a: new(sql.Analysis), major: newestMajor}
		w.function("", name)
		if len(w.a.Dangers) == 0 {
			t.Errorf("%s has no danger", name)
		}
	}
}
