package mysql

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	analysis "github.com/sallyport/sallyport/sql"
)

// shapes are the constructors that the server's grammar has with one number of
// arguments, and takes for a stored function's name with any other.
var shapes = stringSet("point linestring polygon multipoint multilinestring multipolygon geometrycollection")

// TestNativeFunctions calls each function that a MariaDB says it has, and each
// of the list, by its name as it stands, in quotes and away from the
// parenthesis, in a database that holds no functions: where the server looks
// for a stored one, the analysis must have said so.
func TestNativeFunctions(t *testing.T) {
	ctx := context.Background()
	db := testdb.MariaDB(t).Database(t)
	conn := db.OpenDB(t)
	rows, err := conn.QueryContext(ctx, "select lower(function) from information_schema.sql_functions")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		if names[name] = true; !isNative(name, keyMariaDB) {
			t.Errorf("%s is native to this server, and not in the list", name)
		}
	}
	if err := rows.Err(); err != nil || len(names) < 200 {
		t.Fatalf("%d functions, %v", len(names), err)
	}
	for _, set := range []map[string]bool{nativeBoth, nativeMySQLOnly, nativeMariaDBOnly} {
		for name := range set {
			names[name] = true
		}
	}
	a := NewAnalyzer(analysis.Options{})
	session := &analysis.Session{Database: db.Name, Version: "10.11.6-MariaDB", MariaDB: true}
	looked := map[string]int{}
	for name := range names {
		if slices.Contains([]string{"sleep", "benchmark", "master_gtid_wait", "master_pos_wait"}, name) {
			continue // they would wait
		}
		for _, form := range []string{"select %s(1)", "select %s (1)", "select `%s`(1)", "select `%s` (1)", "select %s()", "select `%s`()"} {
			text := fmt.Sprintf(form, name)
			st, err := a.Analyze([]byte(text), session)
			if err != nil || st.Err != nil {
				continue
			}
			_, err = conn.ExecContext(ctx, text)
			stored := errorCode(err) == 1305 || errorCode(err) == 1630
			if stored {
				looked[form]++
			}
			switch said := st.Has(analysis.DangerStoredCode); {
			case stored && !said && !shapes[name]:
				t.Errorf("%s: the server looks for a stored function", text)
			case !stored && said && form[7] != '`' && name != "sysdate": // MySQL wants it close
				t.Errorf("%s: the server does not look for a stored function (%v)", text, err)
			}
		}
	}
	t.Logf("%v", looked)
	if looked["select `%s`(1)"] < 20 || looked["select %s (1)"] < 5 {
		t.Errorf("the server looked for too few stored functions: %v", looked)
	}
}

// TestStoredFunctions tells calls of stored functions from calls of native
// ones.
func TestStoredFunctions(t *testing.T) {
	a := NewAnalyzer(analysis.Options{})
	for text, want := range map[string]bool{
		"select other.leak()": true, "select leak()": true, "select sys.version_major()": true,
		"select a from t where b = f(1)": true, "insert into t (a) values (f(1))": true,
		"update t set a = other.f(1)": true, "delete from t where a = f(1) returning a": true,
		"delete from t where a = 1 returning f(a)": true, "select * from (select f(1)) x": true,
		"with x as (select f(1)) select * from x": true, "call p()": true, "do f(1)": true,
		"set @x = f(1)": true, "select median (1)": true, "select `now`()": true, "select `NOW` ()": true,
		"select mid ('abc', 1)": true, "create table x (a int default f(1))": true,
		"select now(), concat ('a', 'b'), left('a', 1), st_astext(b) from t":           false,
		"select count(*), sum(a), date_add(c, interval 1 day), cast(a as char) from t": false,
		"insert into `user` (a) values (user())":                                       true, // a name in quotes with a list behind it
		"insert into `user` (a) values (now())":                                        false,
		"insert into `rank` (a) select rank() over () from t":                          true,
		"select date '2020-01-01', timestamp '2020-01-01 00:00:00', {d '2020-1-1'}":    false,
	} {
		st, err := a.Analyze([]byte(text), mariaDB())
		if err != nil || st.Err != nil {
			t.Errorf("%s: %v, %v", text, err, st.Err)
			continue
		}
		if got := st.Has(analysis.DangerStoredCode); got != want {
			t.Errorf("%s: stored code %v", text, got)
		}
	}
	st, err := a.Analyze([]byte("select Other.leak(1)"), mariaDB())
	if err != nil || !slices.Equal(st.Databases, []string{"Other"}) || !slices.Equal(st.Functions, []string{"other.leak"}) {
		t.Errorf("databases %v, functions %v, %v", st.Databases, st.Functions, err)
	}
}
