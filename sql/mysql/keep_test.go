package mysql

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

// TestShapeHoldsNoValues writes a secret wherever SET and COLLATE take a
// string, and looks for it in the shape.
func TestShapeHoldsNoValues(t *testing.T) {
	a := NewAnalyzer(sql.Options{})
	for _, form := range []string{
		"set time_zone = '%'", "set @@session.time_zone = \"%\"", "set lc_time_names = '%'", "set names '%'",
		"set names 'utf8mb4' collate '%'", "set names 'utf8mb4_%'", "set character set '%'", "set charset '%'",
		"set character_set_results = '%'", "set collation_connection = 'utf8mb4_%_ci'", "set sql_mode = '%'",
		"set sql_mode = 'ansi,%'", "set @@sql_mode := \"strict_all_tables,%\"", "set tx_isolation = '%'",
		"set session_track_system_variables = '%'", "set autocommit = 1, time_zone = '%'",
		"set autocommit = %", "set sql_mode = %", "select 'a' collate '%'",
		"create table x (a varchar(3) collate '%')", "create table x (a int) charset = '%'",
	} {
		for _, secret := range []string{"4929123412341234", "4929", "jane-doe", "hunter2"} {
			if strings.Contains(form, "= %") && secret > "5" {
				continue // without quotes it is a name
			}
			text := strings.ReplaceAll(form, "%", secret)
			st, err := a.Analyze([]byte(text), mariaDB())
			if err == nil && strings.Contains(st.Shape, secret) {
				t.Errorf("%s has the shape %s", text, st.Shape)
			}
		}
	}
}

// TestNamesStayInTheShape sets every collation and character set that a
// MariaDB has: whether the session may be read afterwards hangs on the name.
func TestNamesStayInTheShape(t *testing.T) {
	db := testdb.MariaDB(t).Database(t).OpenDB(t)
	rows, err := db.QueryContext(t.Context(), `select concat(character_set_name, if(locate('_', full_collation_name),
		substr(full_collation_name, locate('_', full_collation_name)), concat('_', full_collation_name)))
		from information_schema.collation_character_set_applicability
		union select character_set_name from information_schema.character_sets`)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for ; rows.Next(); n++ {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if name = strings.TrimSuffix(name, "_binary"); !charsetName([]byte(name)) {
			t.Errorf("%s is not taken for a name", name)
		}
	}
	if err := rows.Err(); err != nil || n < 300 {
		t.Fatalf("%d names, %v", n, err)
	}
	a := NewAnalyzer(sql.Options{})
	for text, shape := range map[string]string{
		"SET NAMES 'utf8mb4' COLLATE 'utf8mb4_0900_ai_ci'": "set names 'utf8mb4' collate 'utf8mb4_0900_ai_ci'",
		"set sql_mode='STRICT_ALL_TABLES,ANSI'":            "set sql_mode = 'STRICT_ALL_TABLES,ANSI'",
		"set time_zone='+00:00'":                           "set time_zone = ?",
		"set autocommit=1":                                 "set autocommit = 1",
		"set character_set_client = DEFAULT":               "set character_set_client = default",
	} {
		if st, err := a.Analyze([]byte(text), mariaDB()); err != nil || st.Shape != shape || st.Err != nil {
			t.Errorf("%s: %s, %v", text, st.Shape, err)
		} else if !st.Session && !strings.Contains(text, "ANSI") && !strings.Contains(text, "DEFAULT") {
			t.Errorf("%s does not belong to the session", text)
		}
	}
}
