package mysqlgate

import (
	"errors"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
)

// TestCodeThatNobodyNames: a stored function stands in no column's definition,
// which the database itself refuses. Behind a view it may read what the view does
// not.
func TestCodeThatNobodyNames(t *testing.T) {
	h := startGuarded(t, "")
	h.direct("CREATE FUNCTION told(n INT) RETURNS VARCHAR(50) DETERMINISTIC READS SQL DATA RETURN (SELECT email FROM users WHERE id = n)")
	owner := h.owner()
	for _, column := range []string{
		"AS (told(id)) VIRTUAL", "AS (told(id)) STORED", "AS (CONCAT(told(id), '')) VIRTUAL", "DEFAULT (told(id))", "DEFAULT told(1)", "CHECK (a = told(id))",
	} {
		_, err := owner.ExecContext(t.Context(), "CREATE TABLE shelf (id INT, a VARCHAR(50) "+column+")")
		if e := new(driver.MySQLError); !errors.As(err, &e) || e.Number != 1901 && e.Number != 1064 {
			t.Errorf("%s: %v", column, err)
		}
	}
	h.direct("CREATE VIEW called AS SELECT id, told(user_id) AS x FROM orders", "CREATE VIEW further AS SELECT id, UPPER(x) AS y FROM called",
		"CREATE ALGORITHM=TEMPTABLE VIEW kept AS SELECT told(1) AS x", "CREATE VIEW chosen AS SELECT id FROM orders WHERE told(user_id) IS NOT NULL")
	c := h.conn()
	for _, query := range []string{
		"SELECT x FROM called", "SELECT * FROM called", "SELECT y FROM further", "SELECT x FROM kept", "SELECT id FROM called WHERE x LIKE 'ann%'", "SELECT id FROM called ORDER BY x",
		"SELECT q FROM (SELECT x AS q FROM called) d", "SELECT (SELECT x FROM called)", "INSERT INTO orders SELECT 9, id, x FROM called",
	} {
		if got, err := cells(t, owner, query); err != nil {
			t.Errorf("%s at the database itself: %q, %v", query, got, err)
		}
		got, err := cells(t, c, query)
		if err == nil || strings.Contains(strings.ToLower(got+err.Error()), "ann@") || !strings.Contains(err.Error(), "refused by sallyport") {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
	for query, want := range map[string]string{"SELECT id FROM orders WHERE id = 7": "7"} {
		if got, err := cells(t, c, query); got != want || err != nil {
			t.Errorf("%s: %q, %v", query, got, err)
		}
	}
}
