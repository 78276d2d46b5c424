package grants_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/sql"
	mysqldialect "github.com/sallyport/sallyport/sql/mysql"
	postgresdialect "github.com/sallyport/sallyport/sql/postgres"
)

// schemas is what the statements of the pools speak of.
var schemas = map[string]string{
	"mysql": `SET FOREIGN_KEY_CHECKS = 0; DROP TABLE IF EXISTS t, u, n; DROP VIEW IF EXISTS w, x; DROP PROCEDURE IF EXISTS p; DROP FUNCTION IF EXISTS f; DROP PROCEDURE IF EXISTS q;
CREATE TABLE t (a INT PRIMARY KEY, b INT, INDEX i (b)); CREATE TABLE u (a INT PRIMARY KEY, b INT); CREATE VIEW w AS SELECT a FROM u;
INSERT INTO t VALUES (1, 1); INSERT INTO u VALUES (1, 1);
CREATE PROCEDURE p() SELECT 1; CREATE FUNCTION f(x INT) RETURNS INT RETURN x`,
	"postgres": `DROP SCHEMA public CASCADE; CREATE SCHEMA public;
CREATE TABLE t (a serial PRIMARY KEY, b int); CREATE TABLE u (a int PRIMARY KEY, b int); CREATE VIEW w AS SELECT a FROM u;
CREATE SEQUENCE s; INSERT INTO t (b) VALUES (1); INSERT INTO u VALUES (1, 1);
CREATE MATERIALIZED VIEW m AS SELECT a FROM u;
CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'SELECT x'; REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON PROCEDURE p FROM PUBLIC;
REVOKE TEMPORARY ON DATABASE DBNAME FROM PUBLIC`,
}

// pools are statements of every kind that a door can let pass.
var pools = map[string][]string{
	"mysql": {
		"SELECT b FROM t WHERE a = 1", "SELECT t.a FROM t JOIN u ON t.a = u.a", "SELECT 1 FROM u", "SELECT a FROM w",
		"SELECT b FROM t WHERE a = 1 FOR UPDATE", "SELECT b FROM u LOCK IN SHARE MODE",
		"INSERT INTO t VALUES (9, 9)", "INSERT INTO t VALUES (9, 9) RETURNING a", "INSERT INTO t VALUES (1, 9) ON DUPLICATE KEY UPDATE b = 9",
		"INSERT INTO t SELECT a + 100, b FROM u", "INSERT INTO u VALUES (9, 9)",
		"UPDATE t SET b = b + 1 WHERE a = 1", "UPDATE u SET b = 2", "UPDATE t SET b = 3 WHERE a IN (SELECT a FROM u)",
		"UPDATE t JOIN u ON t.a = u.a SET t.b = u.b",
		"DELETE FROM t WHERE a = 1", "DELETE FROM u", "DELETE t FROM t JOIN u ON t.a = u.a",
		"REPLACE INTO t VALUES (1, 2)", "REPLACE INTO u SELECT a, b FROM t",
		"TRUNCATE t", "DROP TABLE u", "DROP INDEX i ON t", "DROP VIEW w",
		"CREATE TABLE n (a INT)", "CREATE TABLE n (a INT PRIMARY KEY, FOREIGN KEY (a) REFERENCES t (a))", "CREATE TABLE n AS SELECT * FROM t",
		"CREATE INDEX i2 ON t (b)", "CREATE VIEW x AS SELECT a FROM t", "CREATE TEMPORARY TABLE n (a INT)",
		"ALTER TABLE t ADD c INT", "ALTER TABLE t ADD INDEX (b)", "ALTER TABLE t RENAME TO n", "ALTER TABLE u ADD FOREIGN KEY (a) REFERENCES t (a)",
		"RENAME TABLE t TO n",
		"SHOW CREATE TABLE t", "SHOW COLUMNS FROM t", "SHOW INDEX FROM t", "SHOW CREATE VIEW w", "DESCRIBE t",
		"EXPLAIN SELECT b FROM t", "EXPLAIN UPDATE t SET b = 1 WHERE a = 1", "EXPLAIN SELECT a FROM w",
		"LOCK TABLES t WRITE", "LOCK TABLES t READ", "ANALYZE TABLE t", "OPTIMIZE TABLE t",
		"CALL p()", "SELECT f(1)", "CREATE PROCEDURE q() SELECT 1", "DROP PROCEDURE p", "DO 1", "SET NAMES utf8mb4", "LOAD DATA INFILE '/none' INTO TABLE t",
	},
	"postgres": {
		"SELECT b FROM t WHERE a = 1", "SELECT t.a FROM t JOIN u ON t.a = u.a", "SELECT 1 FROM u", "SELECT a FROM w", "SELECT a FROM m",
		"SELECT b FROM t WHERE a = 1 FOR UPDATE", "SELECT b FROM u FOR SHARE",
		"INSERT INTO t (b) VALUES (9)", "INSERT INTO t VALUES (9, 9) RETURNING a", "INSERT INTO t VALUES (1, 9) ON CONFLICT (a) DO UPDATE SET b = 9",
		"INSERT INTO t VALUES (1, 9) ON CONFLICT DO NOTHING", "INSERT INTO t SELECT a + 100, b FROM u", "INSERT INTO u VALUES (9, 9)",
		"UPDATE t SET b = b + 1 WHERE a = 1", "UPDATE u SET b = 2", "UPDATE t SET b = 3 WHERE a IN (SELECT a FROM u)", "UPDATE t SET b = 4 WHERE a = 1 RETURNING b",
		"DELETE FROM t WHERE a = 1", "DELETE FROM u", "DELETE FROM t USING u WHERE t.a = u.a",
		"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = 1 WHEN NOT MATCHED THEN INSERT VALUES (7, 7)",
		"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE",
		"TRUNCATE t", "LOCK TABLE t IN ACCESS SHARE MODE", "LOCK TABLE t", "LOCK TABLE t IN SHARE MODE",
		"COPY t TO STDOUT", "COPY (SELECT a FROM u) TO STDOUT",
		"DECLARE c CURSOR FOR SELECT b FROM t", "EXPLAIN SELECT b FROM t", "EXPLAIN ANALYZE DELETE FROM t WHERE a = 1",
		"CREATE TABLE n (a int)", "CREATE TABLE n (a int REFERENCES t (a))", "CREATE TABLE n AS SELECT * FROM t", "CREATE VIEW x AS SELECT a FROM t",
		"CREATE TEMPORARY TABLE n (a int)", "CREATE SEQUENCE n",
		"ALTER TABLE t ADD c int", "DROP TABLE t", "CREATE INDEX i ON t (b)", "REFRESH MATERIALIZED VIEW m",
		"SELECT nextval('s')", "SELECT currval('s')",
		"CALL p()", "SELECT f(1)", "DO 'BEGIN END'", "LISTEN x", "NOTIFY x", "SHOW search_path", "SET LOCAL work_mem = '1MB'",
	},
}

// statement is a statement of a pool as a door understands it.
type statement struct {
	text string
	*sql.Statement
}

func pool(t *testing.T, w *world) []statement {
	t.Helper()
	analyzer, version := mysqldialect.NewAnalyzer(sql.Options{}), w.inst.Version
	if w.kind == "postgres" {
		analyzer = postgresdialect.NewAnalyzer(sql.Options{})
	}
	var list []statement
	for _, text := range pools[w.kind] {
		st, err := analyzer.Analyze([]byte(text), &sql.Session{Database: w.db.Name, Version: version, MariaDB: w.kind == "mysql"})
		if err != nil || st.Err != nil {
			t.Fatalf("%s: %v %v", text, err, st.Err)
		}
		copied := *st
		list = append(list, statement{text, &copied})
	}
	return list
}

func (w *world) lay() {
	w.admin(strings.ReplaceAll(schemas[w.kind], "DBNAME", w.db.Name))
}

// rule is a rule of a policy, as far as these tests go.
type rule struct {
	kinds   []string
	tables  []string
	dangers []string
}

// yaml is the rule as it stands in a policy.
func (r rule) yaml() string {
	s := "      - {who: shop, statements: [" + strings.Join(r.kinds, ", ") + "], tables: ['" + strings.Join(r.tables, "', '") + "']"
	if len(r.dangers) > 0 {
		s += ", dangers: [" + strings.Join(r.dangers, ", ") + "]"
	}
	return s + "}\n"
}

// allows tells whether a rule covers a statement: its kinds, its tables and
// its dangers.
func (r rule) allows(st statement) bool {
	if st.Session {
		return true
	}
	for _, k := range st.Kinds {
		if !slices.Contains(r.kinds, k.String()) {
			return false
		}
	}
	for _, x := range st.Tables {
		if !slices.Contains(r.tables, x.Name) {
			return false
		}
	}
	for _, d := range st.Dangers {
		if !slices.Contains(r.dangers, d.String()) {
			return false
		}
	}
	return len(st.Tables) > 0 || !st.Kind.Writes()
}
