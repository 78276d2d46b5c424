package mysql

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	analysis "github.com/sallyport/sallyport/sql"
)

// probeSchema is what the statements of testdata/probe speak of.
var probeSchema = []string{
	"create table t (a int primary key auto_increment, b varchar(20), c datetime, d decimal(10,2), j json, fulltext key ft (b))",
	"create table u (a int, b varchar(20), c2 int, key ib (b))",
	"create table p (a int primary key, b varchar(20)) partition by range (a) (partition p0 values less than (10), partition p1 values less than (20))",
	"create table h (a int, b varchar(20)) with system versioning",
	"create table app (a int, since date, till date, period for p (since, till))",
	"create table geo (g geometry not null)",
	"create table hs (next_val bigint)",
	"create sequence s",
	"create view vw as select a from t",
	"create function f(x int) returns int return x",
	"create procedure p() select 1",
}

// notUnderstood are the beginnings of what MariaDB takes and the door refuses, or
// knows no lineage of, with the reason. docs/gates/mysql.md tells of the forms.
var notUnderstood = map[string]string{
	"select _utf8mb4 x'41'":                    "servers differ in what a character set before a number means",
	"select .t.a":                              "a dot that begins a name",
	"select a from t procedure analyse()":      "it shows the least and the greatest value of each column",
	"select get_format(date, 'eur')":           "LEVEL of WEIGHT_STRING, which MySQL has no longer",
	"select json_arrayagg(distinct":            "an aggregate of JSON with an order of its own",
	"select value(a) from t":                   "VALUE outside of an INSERT is always NULL",
	"select median(":                           "functions that are windows only in MariaDB",
	"select percentile_":                       "the same",
	"with recursive c as (select 1 as n, 2 as": "CYCLE compares columns that it does not say",
	"insert into p partition":                  "which partition a row is in tells of its values",
	"replace into p partition":                 "the same",
	"select * from p partition":                "the same",
	"update p partition":                       "the same",
	"delete from p partition":                  "the same",
	"update app for portion of":                "it inserts rows that it does not name",
	"delete from app for portion of":           "the same",
	"delete history from":                      "it takes away what shows that a row was changed",
	"checksum table t":                         "a checksum of what a table holds",
	"call p":                                   "what a procedure does",
	"show create user":                         "a user that is not named",
	"analyze select":                           "it answers with how the statement ran",
	"analyze format=json":                      "the same",
	"analyze update":                           "the same",
	"set statement":                            "a statement inside of another",
	"handler t open":                           "a way to rows that no SELECT goes",
}

// TestProbe lets MariaDB say which of the statements of testdata/probe it
// takes: each that it does is understood, or is one of the list above. What it
// does not take is MySQL's, and is read as well.
func TestProbe(t *testing.T) {
	inst := testdb.MariaDB(t)
	conn, err := inst.Admin().Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	exec := func(s string) {
		if _, err := conn.ExecContext(context.Background(), s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	t.Cleanup(func() { exec("drop database probe"); conn.Close() })
	for _, s := range append([]string{"create database probe", "use probe"}, probeSchema...) {
		exec(s)
	}
	a := NewAnalyzer(analysis.Options{})
	session := &analysis.Session{Database: "probe", Version: inst.Version}
	used := map[string]bool{}
	taken, understood := 0, 0
	for _, text := range probes(t) {
		_, err := conn.ExecContext(t.Context(), "prepare probe from '"+strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(text)+"'")
		if err != nil {
			continue
		}
		taken++
		why := ""
		switch st, err := a.Analyze([]byte(text), session); {
		case err != nil:
			why = err.Error()
		case st.Err != nil:
			why = st.Err.Error()
		case st.Query != nil:
			why = st.Query.Opaque
			for _, s := range st.Query.From {
				if s.Query != nil && why == "" {
					why = s.Query.Opaque
				}
			}
		}
		known := excepted(text)
		used[known] = true
		switch {
		case why == "":
			understood++
			if known != "" {
				t.Errorf("%s: is understood, and listed as what is not", text)
			}
		case known == "":
			t.Errorf("%s: the server takes it, and here: %s", text, why)
		}
	}
	for known := range notUnderstood {
		if !used[known] {
			t.Errorf("%q: no statement that the server takes begins so", known)
		}
	}
	t.Logf("the server takes %d statements, %d are understood", taken, understood)
	if taken < 750 {
		t.Error("too few to prove anything")
	}
}

// probes returns the statements of testdata/probe, one a line.
func probes(t *testing.T) (list []string) {
	t.Helper()
	files, err := filepath.Glob("testdata/probe/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "-- ") {
				list = append(list, line)
			}
		}
	}
	return list
}

// excepted is the entry of the list that a statement is of, "" for none.
func excepted(text string) string {
	for known := range notUnderstood {
		if strings.HasPrefix(text, known) {
			return known
		}
	}
	return ""
}
