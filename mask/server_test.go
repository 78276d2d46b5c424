package mask

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// column is a type of a database, and values of it as the database writes
// them.
type column struct {
	name   string
	family Family
	// loose is set where the database writes the mask in another way than the
	// masker did, or cannot be asked for it: it only has to take it.
	loose bool
	cells []string
}

var texts = []string{"", "Ann Example", "4111 1111 1111 1111", "ann.example@example.com", "+49 170 1234567", "AB-1234-CD", "Größenmaß", "日本語日本語日本", "123456"}

var mariadbColumns = []column{
	{"varchar(200)", Text, false, texts},
	{"char(40)", Text, false, texts},
	{"text", Text, false, texts},
	{"int", Integer, false, []string{"0", "-12", "48153", "2147483647", "-2147483648"}},
	{"int zerofill", Integer, false, []string{"0000048153", "0000000012"}},
	{"bigint unsigned", Integer, false, []string{"18446744073709551615"}},
	{"decimal(12,2)", Decimal, false, []string{"0.00", "48153.20", "-0.01", "-48150.00"}},
	{"decimal(65,20)", Decimal, false, []string{"123456789012345678901234567890.12345678901234567890"}},
	{"double", Decimal, true, []string{"48153.2", "1.5e-7", "1e20", "-12"}},
	{"date", Date, false, []string{"1984-05-17", "2024-02-29", "9999-12-31", "1000-01-01"}},
	{"datetime", Timestamp, false, []string{"1984-05-17 08:15:00", "2024-02-29 23:59:59"}},
	{"datetime(6)", Timestamp, true, []string{"1984-05-17 08:15:00.250000"}},
	{"timestamp null", Timestamp, false, []string{"1984-05-17 08:15:00", "2037-11-17 08:15:00"}},
	{"time", Time, false, []string{"08:15:00", "-838:59:59"}},
	{"blob", Binary, false, []string{"", "any bytes", "\xff\x00\xfe"}},
	{"varbinary(64)", Binary, false, []string{"any bytes", "\xff\x00\xfe"}},
}

// TestMariaDBTakesTheMasks stores values in columns of their type, masks what
// the server gives for them, and stores the masks in their place.
func TestMariaDBTakesTheMasks(t *testing.T) {
	ctx := context.Background()
	db := testdb.MariaDB(t).Database(t).OpenDB(t)
	db.SetMaxOpenConns(1)
	exec := func(statement string, args ...any) error {
		_, err := db.ExecContext(ctx, statement, args...)
		return err
	}
	if err := exec("set sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE', time_zone = '+00:00'"); err != nil {
		t.Fatal(err)
	}
	maskers := all(t)
	taken := map[string]int{}
	for _, c := range mariadbColumns {
		if err := exec("create or replace table t (v " + c.name + ")"); err != nil {
			t.Fatal(err)
		}
		for _, cell := range c.cells {
			for _, m := range maskers {
				if m.family != c.family {
					continue
				}
				if err := exec("delete from t"); err != nil {
					t.Fatal(err)
				}
				if err := exec("insert into t values (?)", []byte(cell)); err != nil {
					t.Fatalf("%s: %q: %v", c.name, cell, err)
				}
				var stored, back []byte
				if err := db.QueryRowContext(ctx, "select concat(v) from t").Scan(&stored); err != nil {
					t.Fatal(err)
				}
				if !c.loose && string(stored) != cell {
					t.Fatalf("%s: %q is read as %q", c.name, cell, stored)
				}
				out, ok := m.Mask(nil, stored)
				if !ok {
					continue
				}
				if err := exec("update t set v = ?", out); err != nil {
					t.Errorf("%s: %s of %q is %q: %v", c.name, m.spec, stored, out, err)
					continue
				}
				if err := db.QueryRowContext(ctx, "select concat(v) from t").Scan(&back); err != nil {
					t.Fatal(err)
				}
				if !c.loose && !fills(c, m) && !bytes.Equal(back, out) {
					t.Errorf("%s: %s of %q is %q, which is read as %q", c.name, m.spec, stored, out, back)
				}
				taken[m.spec]++
			}
		}
	}
	checkTaken(t, taken)
}

// fills tells whether the server writes a mask of fixed length with the zeros
// that the column's type asks for.
func fills(c column, m fitted) bool {
	return (m.spec == "full" || m.spec == "constant(0)") && (c.family == Decimal || strings.Contains(c.name, "zerofill"))
}

// checkTaken checks that there was at least one mask of every masker but null.
func checkTaken(t *testing.T, taken map[string]int) {
	t.Helper()
	for _, spec := range specs {
		if (taken[spec] == 0) != (spec == "null") {
			t.Errorf("the server was given %d masks of %s", taken[spec], spec)
		}
	}
}

var postgresColumns = []column{
	{"varchar(200)", Text, false, texts},
	{"char(40)", Text, true, texts},
	{"text", Text, false, texts},
	{"integer", Integer, false, []string{"0", "-12", "48153", "2147483647"}},
	{"bigint", Integer, false, []string{"9223372036854775807"}},
	{"numeric(12,2)", Decimal, false, []string{"0.00", "48153.20", "-0.01", "-48150.00"}},
	{"numeric", Decimal, false, []string{"NaN", "Infinity", "1" + strings.Repeat("7", 3000) + "." + strings.Repeat("6", 3000), "0.125"}},
	{"double precision", Decimal, true, []string{"48153.2", "1.5e-07", "1e+20", "Infinity", "NaN"}},
	{"date", Date, false, []string{"1984-05-17", "2024-02-29", "infinity", "0044-03-15 BC", "4713-06-01 BC", "12024-02-29", "294276-06-01"}},
	{"timestamp", Timestamp, false, []string{"1984-05-17 08:15:00", "1984-05-17 08:15:00.25", "-infinity", "0044-03-15 08:15:00 BC", "294276-06-01 23:59:59.999999"}},
	{"timestamptz", TimestampZone, false, []string{"1984-05-17 08:15:00+00", "1984-05-17 08:15:00.25+00", "0044-03-15 08:15:00+00 BC"}},
	{"timestamptz", TimestampZone, true, []string{"1984-05-17 08:15:00.25+02", "1984-05-17 08:15:00-03:30", "1884-05-17 08:15:00+00:53:28"}},
	{"time", Time, false, []string{"08:15:00"}},
	{"bytea", Binary, true, []string{"\\x", "\\xff00fe", "any bytes"}},
}

// TestPostgresTakesTheMasks is the same for PostgreSQL, in one script that errs
// where the server does not take a mask, or writes a value in another way.
func TestPostgresTakesTheMasks(t *testing.T) {
	maskers := all(t)
	taken := map[string]int{}
	quote := func(b []byte) string { return "'" + strings.ReplaceAll(string(b), "'", "''") + "'" }
	var script strings.Builder
	script.WriteString("SET timezone = 'UTC'; SET datestyle = 'ISO'; SET bytea_output = 'hex'; SET client_min_messages = 'error';\n")
	for _, c := range postgresColumns {
		script.WriteString("DROP TABLE IF EXISTS t; CREATE TABLE t (v " + c.name + ");\n")
		reads := func(cell []byte, when string) {
			if !c.loose {
				fmt.Fprintf(&script, "DO $do$ BEGIN IF (SELECT v::text FROM t) IS DISTINCT FROM %[1]s THEN RAISE EXCEPTION '%[2]s: %% is read as %%', %[1]s, (SELECT v::text FROM t); END IF; END $do$;\n",
					quote(cell), when)
			}
		}
		for _, cell := range c.cells {
			for _, m := range maskers {
				if m.family != c.family {
					continue
				}
				fmt.Fprintf(&script, "DELETE FROM t; INSERT INTO t VALUES (%s);\n", quote([]byte(cell)))
				reads([]byte(cell), c.name)
				out, ok := m.Mask(nil, []byte(cell))
				if !ok {
					continue
				}
				fmt.Fprintf(&script, "UPDATE t SET v = %s;\n", quote(out))
				if !fills(c, m) {
					reads(out, m.spec+" of "+c.name)
				}
				taken[m.spec]++
			}
		}
	}
	script.WriteString("DROP TABLE t;\n")
	if err := testdb.Postgres(t).Exec(context.Background(), script.String()); err != nil {
		t.Error(err)
	}
	checkTaken(t, taken)
}
