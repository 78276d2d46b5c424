package mysql

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/internal/testdb"
	analysis "github.com/sallyport/sallyport/sql"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// corpusSchema is what the statements of the corpus speak of.
var corpusSchema = []string{
	"create table t (a int, b varchar(20), c datetime, fulltext key (b), primary key (a))",
	"create table u (a int, b varchar(20), c2 int)",
	"create table v (a int, b varchar(20))",
	"create table d (a int)",
	"create table `select` (`from` int, a int, id int)",
	"create table `odd``name` (a int)",
	"create table extended (a int)",
	"create sequence s",
	"create view vw as select * from t",
	"create function f(x int) returns int return x",
	"create procedure p() select 1",
	"create database if not exists other",
	"create or replace table other.o (a int)",
	"create or replace function other.f(x int) returns int return x",
	"create or replace sequence other.s",
}

// grantsFor lists the rights that a statement needs if the analysis is right.
func grantsFor(st *analysis.Statement, database string) []string {
	var grants []string
	for _, t := range st.Tables {
		if t.Schema == "information_schema" {
			continue
		}
		schema := t.Schema
		if schema == "" {
			schema = database
		}
		name := "`" + schema + "`.`" + strings.ReplaceAll(t.Name, "`", "``") + "`"
		if t.Access&analysis.Read != 0 {
			grants = append(grants, "select on "+name)
		}
		if t.Access&analysis.Write != 0 {
			grants = append(grants, "insert, update, delete on "+name)
		}
	}
	if st.Has(analysis.DangerStoredCode) {
		grants = append(grants, "execute on `"+database+"`.*")
		for _, d := range st.Databases {
			grants = append(grants, "execute on `"+d+"`.*")
		}
	}
	return grants
}

// denials are the errors by which MariaDB says that a right is missing.
var denials = []uint16{1044, 1142, 1143, 1345, 1370}

// TestAnalysisAgainstServer lets a user run each statement of the corpus who has
// rights on the tables that the analysis reports, on stored code where it
// reports that, and on nothing else: a right that is missing is something that
// the analysis missed. Then it takes each right away in turn, to see that the
// server does ask for it.
func TestAnalysisAgainstServer(t *testing.T) {
	ctx := context.Background()
	inst := testdb.MariaDB(t)
	db := inst.Database(t)
	exec := func(s string) {
		t.Helper()
		if err := inst.Exec(ctx, s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
	admin := exec
	for _, s := range corpusSchema {
		if strings.Contains(s, "other") {
			admin(s)
		}
	}
	admin("create database test")
	admin("grant all on test.* to " + db.User)
	db.Name = "test"
	own := db.OpenDB(t)
	for _, s := range corpusSchema {
		if !strings.Contains(s, "other") {
			if _, err := own.ExecContext(ctx, s); err != nil {
				t.Fatalf("%s: %v", s, err)
			}
		}
	}
	admin("create user probe identified by 'probe-password'")
	t.Cleanup(func() { admin("drop user probe"); admin("drop database other"); admin("drop database test") })
	cfg := db.Config()
	cfg.User, cfg.Passwd = "probe", "probe-password"
	connector, err := driver.NewConnector(cfg)
	if err != nil {
		t.Fatal(err)
	}

	run := func(text string, grants []string) error {
		t.Helper()
		admin("revoke all privileges, grant option from probe")
		admin("grant create temporary tables on `" + db.Name + "`.* to probe")
		for _, g := range grants {
			admin("grant " + g + " to probe")
		}
		probe := sql.OpenDB(connector)
		defer probe.Close()
		conn, err := probe.Conn(ctx)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.ExecContext(ctx, "set autocommit = 0"); err != nil {
			t.Fatal(err)
		}
		_, err = conn.ExecContext(ctx, text)
		_, rollback := conn.ExecContext(ctx, "rollback")
		return errors.Join(err, rollback)
	}

	a := NewAnalyzer(analysis.Options{})
	session := &analysis.Session{Database: db.Name, Version: inst.Version, MariaDB: true}
	ran, needed := 0, 0
	for _, text := range corpus(t) {
		st, err := a.Analyze([]byte(text), session)
		if err != nil || st.Err != nil || st.Params > 0 || !runnable(st) {
			continue
		}
		grants := grantsFor(st, db.Name)
		err = run(text, grants)
		if code := errorCode(err); slices.Contains(denials, code) {
			t.Errorf("%s: the server asks for more than %v: %v", text, grants, err)
			continue
		}
		if err != nil && !expected(errorCode(err)) {
			t.Errorf("%s: %v", text, err)
			continue
		}
		ran++
		for i := range grants {
			rest := slices.Delete(slices.Clone(grants), i, i+1)
			if err := run(text, rest); slices.Contains(denials, errorCode(err)) {
				needed++
			} else {
				t.Logf("%s: the server does not ask for %s (%v)", text, grants[i], err)
			}
		}
	}
	t.Logf("%d statements ran, %d rights were needed", ran, needed)
	if ran < 150 || needed < 150 {
		t.Errorf("only %d statements ran, only %d rights were needed", ran, needed)
	}
}

// runnable reports whether a statement is about rows, so that rights on tables
// decide, and does nothing that is not undone.
func runnable(st *analysis.Statement) bool {
	switch st.Kind {
	case analysis.KindSelect, analysis.KindInsert, analysis.KindUpdate, analysis.KindDelete,
		analysis.KindReplace, analysis.KindExplain, analysis.KindDescribe, analysis.KindDo:
	default:
		return false
	}
	return !st.Has(analysis.DangerFile) && !slices.ContainsFunc(st.Tables, func(t analysis.Table) bool {
		return t.Schema == "mysql" || strings.HasPrefix(t.Name, "seq_")
	})
}

func errorCode(err error) uint16 {
	var e *driver.MySQLError
	if errors.As(err, &e) {
		return e.Number
	}
	return 0
}

// expected are errors that have nothing to do with rights: values and syntax
// that MariaDB 10.11 lacks, and tables without versions. They come after the rights were checked, or the
// statement does nothing at all.
func expected(code uint16) bool {
	return slices.Contains([]uint16{1048, 1062, 1064, 1305, 1364, 1366, 1630, 4124}, code)
}
