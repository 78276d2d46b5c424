package postgres

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/sql"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// psql runs a script as the database's own user and returns what it printed.
func psql(t testing.TB, db *testdb.Database, script string) string {
	t.Helper()
	out, err := tryPsql(t, db, script)
	if err != nil {
		t.Fatalf("%s: %v: %s", script, err, out)
	}
	return out
}

func tryPsql(t testing.TB, db *testdb.Database, script string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "psql", "-X", "-q", "-At", "-v", "ON_ERROR_STOP=0",
		"host=localhost hostaddr=127.0.0.1 port="+db.Instance.Port()+" dbname="+db.Name+" user="+db.User+
			" sslmode=verify-full sslrootcert="+db.Instance.CAFile, "-f", "-")
	cmd.Env = append(os.Environ(), "PGPASSWORD="+db.Password, "PGCLIENTENCODING=UTF8")
	cmd.Stdin = strings.NewReader(script)
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// corpusSchema is what the statements of the corpus speak of.
const corpusSchema = `
create schema s; create schema other;
create table t (a int primary key, b text, c timestamptz, d int);
create table u (a int primary key, b text, c int); create table v (a int, b text); create table x (a int); create table y (a int);
create table j (a jsonb); create table "Users" ("Id" int, foo text, b bit(1), c bit(8)); create table users ("order" int, x xml);
create table "select" (q int); create table ta ("dat!" int);
create table s.t (a int, b text); create table s.u (a int primary key, b text); create table s.x (a int); create table s.y (id int);
create table été (a int); create table "ÉTÉ" (a int);
create sequence q; create sequence s.q; create sequence "Q"; create table w (a int);
create view vw as select t.a from t; create materialized view m as select * from t;
create function leak(int) returns int language sql as 'select 1'; create function s.leak() returns int language sql as 'select 1';
create function leak(text) returns bool language sql as 'select true';
`

// probe runs statements of rows in a transaction that is taken back, and prints
// between marks which relations the server has locked for them: those that they
// touch, with the strength. Statements of rows lock each relation that is named,
// before anything of it is looked at.
func probe(t *testing.T, db *testdb.Database, texts []string) []string {
	var script strings.Builder
	for i, text := range texts {
		fmt.Fprintf(&script, "begin;\nset local statement_timeout = '5s';\n%s;\n\\echo '<<%d'\n"+
			"select n.nspname || '.' || c.relname || ' ' || l.mode from pg_locks l join pg_class c on c.oid = l.relation "+
			"join pg_namespace n on n.oid = c.relnamespace where l.pid = pg_backend_pid() and n.nspname in ('public', 's') "+
			"and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f') and l.locktype = 'relation';\n\\echo '>>'\nrollback;\n", text, i)
	}
	out := psql(t, db, script.String())
	list := make([]string, len(texts))
	for i := range texts {
		_, rest, ok := strings.Cut(out, fmt.Sprintf("<<%d\n", i))
		if !ok {
			t.Fatalf("no answer for %s", texts[i])
		}
		list[i], _, _ = strings.Cut(rest, ">>")
	}
	return list
}

// probed are the kinds whose statements are run.
var probed = []sql.Kind{sql.KindSelect, sql.KindInsert, sql.KindUpdate, sql.KindDelete, sql.KindMerge, sql.KindExplain,
	sql.KindTruncate, sql.KindLock, sql.KindCreate, sql.KindAlter, sql.KindDrop, sql.KindCursor, sql.KindRefresh, sql.KindMaintain}

// TestAnalysisAgainstServer runs each statement of the corpus, and asks the server
// which relations of the test's schemas it has locked for it: each has to be in
// the analysis, and to be written there where the lock is one for writing. What a
// view, a foreign key or CASCADE reaches by itself is not in the text.
func TestAnalysisAgainstServer(t *testing.T) {
	db := testdb.Postgres(t).Database(t)
	psql(t, db, corpusSchema)
	a := NewAnalyzer(sql.Options{})
	var texts []string
	var analyses []*sql.Analysis
	for _, text := range corpus(t) {
		st, err := a.Analyze([]byte(text), postgres15())
		if err != nil || st.Err != nil || st.Params > 0 || !slices.Contains(probed, st.Kind) || st.Has(sql.DangerAdmin) ||
			st.Has(sql.DangerFile) || st.Has(sql.DangerNetwork) || st.Has(sql.DangerTime) || strings.Contains(text, "concurrently") ||
			strings.HasPrefix(text, "vacuum") || strings.HasPrefix(text, "-- ") {
			continue
		}
		texts = append(texts, text)
		analyses = append(analyses, st.Analysis)
	}
	ran, found := 0, 0
	for i, answer := range probe(t, db, texts) {
		if strings.TrimSpace(answer) == "" || strings.Contains(answer, "ERROR") { // it does not run here
			continue
		}
		ran++
		for line := range strings.Lines(answer) {
			name, mode, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok {
				t.Fatalf("%s: %q", texts[i], line)
			}
			schema, name, _ := strings.Cut(name, ".")
			access, ok := accessOf(analyses[i], schema, name)
			if !ok {
				t.Errorf("%s: the server locks %s.%s (%s), which is not in the analysis %+v", texts[i], schema, name, mode, analyses[i].Tables)
				continue
			}
			found++
			writes := mode == "RowExclusiveLock" || mode == "AccessExclusiveLock" || mode == "ShareLock" || mode == "ShareRowExclusiveLock"
			if writes && access&sql.Write == 0 && !strings.Contains(texts[i], "references") {
				t.Errorf("%s: the server locks %s.%s for writing (%s)", texts[i], schema, name, mode)
			}
		}
	}
	t.Logf("%d of %d statements ran, %d locks were looked at", ran, len(texts), found)
	if ran < 90 || found < 120 {
		t.Errorf("only %d statements ran, and only %d locks were looked at", ran, found)
	}
}

// accessOf finds a table in an analysis. A name without a schema is in public.
func accessOf(a *sql.Analysis, schema, name string) (access sql.Access, ok bool) {
	for _, t := range a.Tables {
		if t.Name == name && (t.Schema == schema || t.Schema == "" && schema == "public") {
			access, ok = access|t.Access, true
		}
	}
	return access, ok
}

// TestViewsAgainstServer makes a view of each query of the corpus, and asks the
// catalogue what the view depends on: the analysis has to have all of it, with
// the functions that are not native.
func TestViewsAgainstServer(t *testing.T) {
	db := testdb.Postgres(t).Database(t)
	psql(t, db, corpusSchema)
	a := NewAnalyzer(sql.Options{})
	made, found := 0, 0
	var script strings.Builder
	var queries []string
	var analyses []*sql.Analysis
	for _, text := range corpus(t) {
		st, err := a.Analyze([]byte(text), postgres15())
		if err != nil || st.Err != nil || st.Kind != sql.KindSelect || len(st.Kinds) > 1 || st.Params > 0 || st.Detail != "" || strings.Contains(text, "--") {
			continue
		}
		i := len(queries)
		queries = append(queries, text)
		analyses = append(analyses, st.Analysis)
		fmt.Fprintf(&script, "begin;\ncreate view probe as select 1 as one from (%s) as q0;\n\\echo '<<%d'\n"+
			"select distinct n.nspname || '.' || c.relname from pg_depend d join pg_rewrite r on r.oid = d.objid "+
			"join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace "+
			"where d.refclassid = 'pg_class'::regclass and r.ev_class = (select oid from pg_class where relname = 'probe') "+
			"and c.relname <> 'probe' and n.nspname in ('public', 's');\n\\echo '>>'\nrollback;\n", strings.TrimSuffix(text, ";"), i)
	}
	out := psql(t, db, script.String())
	for i := range queries {
		_, rest, ok := strings.Cut(out, fmt.Sprintf("<<%d\n", i))
		if !ok {
			t.Fatalf("no answer for %s", queries[i])
		}
		rest, _, _ = strings.Cut(rest, ">>")
		if !strings.Contains(rest, ".") || strings.Contains(rest, "ERROR") {
			continue
		}
		made++
		for line := range strings.Lines(strings.TrimSpace(rest)) {
			schema, name, _ := strings.Cut(strings.TrimSpace(line), ".")
			if _, ok := accessOf(analyses[i], schema, name); !ok {
				t.Errorf("%s: a view of it depends on %s.%s, which is not in the analysis", queries[i], schema, name)
				continue
			}
			found++
		}
	}
	t.Logf("%d of %d views were made, %d dependencies looked at", made, len(queries), found)
	if made < 40 || found < 60 {
		t.Errorf("only %d views were made, and only %d dependencies looked at", made, found)
	}
}
