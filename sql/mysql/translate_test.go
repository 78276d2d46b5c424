package mysql

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/sql"
)

// told is the analysis of a statement, as the golden files have it.
func told(t *testing.T, text, version string) string {
	t.Helper()
	st, err := NewAnalyzer(sql.Options{}).Analyze([]byte(text), &sql.Session{Database: "test", Version: version})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var b strings.Builder
	b.WriteString(describe(st))
	tell(&b, st.Query, "")
	return b.String()
}

// TestRowAlias compares MySQL's alias of the row that an INSERT brings with VALUES.
func TestRowAlias(t *testing.T) {
	for _, c := range []struct{ alias, values string }{
		{"insert into t (a, b) values (1, 'x'), (2, 'y') as new on duplicate key update b = new.b",
			"insert into t (a, b) values (1, 'x'), (2, 'y') on duplicate key update b = values(b)"},
		{"insert into t (a, b) value (1, 'x') as New on duplicate key update b = concat(b, `new`.`b`)",
			"insert into t (a, b) value (1, 'x') on duplicate key update b = concat(b, values(b))"},
		{"insert into t (a, b) values (1, f('x')) as new (m, `n``x`) on duplicate key update b = concat(`n``x`, new.m), t.c = t.c + m",
			"insert into t (a, b) values (1, f('x')) on duplicate key update b = concat(values(b), values(a)), t.c = t.c + values(a)"},
		{"insert into t set a = 1, b = concat('x', 'y') as new on duplicate key update b = new.b",
			"insert into t set a = 1, b = concat('x', 'y') on duplicate key update b = values(b)"},
		{"insert into t set a = 1, b = concat('x', 'y') as new (m, n) on duplicate key update b = n",
			"insert into t set a = 1, b = concat('x', 'y') on duplicate key update b = values(b)"},
		{"insert ignore into test.t (a, b) values (?, ?) as new on duplicate key update b = if(new.a > 1, new.b, t.b)",
			"insert ignore into test.t (a, b) values (?, ?) on duplicate key update b = if(values(a) > 1, values(b), t.b)"},
		{"insert into t values (1, 'x') as new on duplicate key update b = new.b",
			"insert into t values (1, 'x') on duplicate key update b = values(b)"},
	} {
		if diff := cmp.Diff(told(t, c.values, "8.0.36"), told(t, c.alias, "8.0.36")); diff != "" {
			t.Errorf("%s: %s", c.alias, diff)
		}
	}
}

// TestFormsThatStayRefused are statements that look like the forms which are
// rewritten, and are others, or are no server's.
func TestFormsThatStayRefused(t *testing.T) {
	const maria, oracle = "10.11.6-MariaDB", "8.0.36"
	for _, c := range []struct{ text, version string }{
		{"insert into t (a, b) values (1, 'x') as new on duplicate key update b = new.b", maria},
		{"insert into t (a, b) values (1, 'x') as new on duplicate key update b = (select new.b from u as new)", oracle},
		{"insert into t (a, b) values (1, 'x') as new (m) on duplicate key update b = m", oracle},
		{"insert into t values (1, 'x') as new (m, n) on duplicate key update b = n", oracle},
		{"insert into t (a, b) values (1, 'x') as new (b, a) on duplicate key update b = a", oracle},
		{"replace into t (a, b) values (1, 'x') as new on duplicate key update b = new.b", oracle},
		{"select * from t for system_time all", oracle},
		{"select * from (values (1), (2)) d", oracle},
		{"select previous value for s", oracle},
		{"insert into t (a) values (1) on duplicate key update a = value(a) + 1 from t", maria},
		{"select * from t as of timestamp now()", maria},
		{"select * from t for system_time as of x", maria},
		{"select * from t for system_time between 1 or a and 2", maria},
		{"select * from json_table('[]', '$' columns ()) jt", maria},
		{"select * from json_table('[]', '$' columns (a int path '$') , 1) jt", maria},
		{"select * from json_table('[]', a columns (a int path '$')) jt", maria},
		{"select * from json_table('[]', '$' columns (" + strings.Repeat("a int path '$', ", maxJSONColumns) + "b int path '$')) jt", maria},
		{"select group_concat(a limit b) from t", maria},
		{"select setval(s, 10, a) from t", maria},
		{"select a from t limit 1 rows examined a", maria},
		{"select a from t offset a rows", maria},
		{"select match a + 1 against ('x') from t", maria},
		{"delete history from h", maria},
		{"update app for portion of p from '2026-01-01' to '2026-02-01' set a = 2", maria},
	} {
		st, err := NewAnalyzer(sql.Options{}).Analyze([]byte(c.text), &sql.Session{Database: "test", Version: c.version})
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		if st.Err == nil {
			t.Errorf("%s: is understood on %s", c.text, c.version)
		}
	}
}

// TestTranslationChangesNoMeaning analyses each statement that the grammar takes as
// it is without the forms, too: they make nothing else of it.
func TestTranslationChangesNoMeaning(t *testing.T) {
	d, changed := new(dialect), 0
	for _, text := range slices.Concat(corpus(t), flowStatements(t), probes(t), []string{
		"explain extended a", "describe partitions a", "create table n1 (point int, a point)",
		"select previous value for update", "create sequence uuid", "create view compressed as select a from t",
		"select offset, value, sounds, wait, period, nested from t", "insert into t (duplicate) value (1)",
		"alter table t add wait int, change a nowait int, modify point int, drop column persistent",
		"select a from t compressed", "create table n1 as select invisible - b from t", "select values.a from `values`",
	}) {
		sc := &sql.Scan{MaxTokens: 1 << 16}
		if d.Scan(sc, []byte(text), mariaDB()) != nil || len(sc.Key) < 2 || sc.Key[0]&keyMulti != 0 {
			continue
		}
		flags, body := sc.Key[0], sc.Key[1:]
		lead := leadOf(body)
		plain, err := parse(lead.rewrite(grammarText(body)), flags)
		if err != nil || strings.Contains(text, "as of timestamp") {
			continue
		}
		out, after := translate(body, flags, lead)
		if string(out) == string(body) {
			continue
		}
		changed++
		stmt, err := parse(lead.rewrite(grammarText(out)), flags)
		if err != nil {
			t.Errorf("%s: the grammar takes it, and not as %q: %v", text, out, err)
			continue
		}
		want, got := &walker{a: new(sql.Analysis), flags: flags}, &walker{a: new(sql.Analysis), flags: flags}
		want.statement(plain)
		got.statement(stmt)
		for _, f := range after {
			f(got)
		}
		if diff := cmp.Diff(want.a, got.a); diff != "" || fmt.Sprint(want.err) != fmt.Sprint(got.err) {
			t.Errorf("%s: %v, %v: %s", text, want.err, got.err, diff)
		}
		if diff := cmp.Diff(queryOf(plain, nil, flags), queryOf(stmt, nil, flags)); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	t.Logf("%d statements were changed", changed)
	if changed < 15 {
		t.Error("too few to prove anything")
	}
}

// TestTranslationIsBounded tells of what the text of a JSON_TABLE is copied to.
func TestTranslationIsBounded(t *testing.T) {
	columns := strings.Repeat("a int path '$', ", maxJSONColumns-1) + "b int path '$'"
	one := "json_table(concat(" + strings.Repeat("c, ", 100) + "c), '$' columns (" + columns + "))"
	text := "select 1 from " + strings.Repeat(one+" x, ", 20) + "t"
	sc := &sql.Scan{MaxTokens: 1 << 16}
	if err := new(dialect).Scan(sc, []byte(text), mariaDB()); err != nil {
		t.Fatal(err)
	}
	out, _ := translate(sc.Key[1:], sc.Key[0], leadOf(sc.Key[1:]))
	if most := 8*len(sc.Key) + maxJSONText; len(out) > most {
		t.Errorf("%d bytes were made of %d", len(out), len(sc.Key))
	}
}
