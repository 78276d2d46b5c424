package sql_test

import (
	"fmt"
	"testing"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/mysql"
	"github.com/sallyport/sallyport/sql/postgres"
)

// TestConstants: what an app's own source always says the same way does not
// vary, and what is written into the text for each value does.
func TestConstants(t *testing.T) {
	for _, tt := range []struct {
		name          string
		first, second string
		varies        bool
	}{
		{"a constant", "SELECT id FROM t WHERE state = 'open' AND n = ?", "SELECT id FROM t WHERE state = 'open' AND n = ?", false},
		{"blanks and comments", "SELECT id FROM t WHERE a = 1", "SELECT /* trace 7 */ id\nFROM t WHERE a = 1", false},
		{"a value in the text", "SELECT id FROM t WHERE name = 'alice' AND n = ?", "SELECT id FROM t WHERE name = 'bob' AND n = ?", true},
		{"a number in the text", "SELECT id FROM t WHERE n = 1", "SELECT id FROM t WHERE n = 2", true},
		{"letter case of a value", "SELECT id FROM t WHERE name = 'a'", "SELECT id FROM t WHERE name = 'A'", true},
		{"values of another list", "SELECT id FROM t WHERE n IN (1, 2)", "SELECT id FROM t WHERE n IN (1, 2, 3)", true},
		{"parameters of another list", "SELECT id FROM t WHERE n IN (?, ?)", "SELECT id FROM t WHERE n IN (?, ?, ?)", false},
		{"rows with a constant", "INSERT INTO t VALUES (?, 'new')", "INSERT INTO t VALUES (?, 'new')", false},
		{"more rows with it", "INSERT INTO t VALUES (?, 'new'), (?, 'new')", "INSERT INTO t VALUES (?, 'new'), (?, 'new'), (?, 'new')", false},
		{"another page", "SELECT id FROM t LIMIT 10", "SELECT id FROM t LIMIT 20", false},
		{"another order", "SELECT id, n FROM t ORDER BY 1", "SELECT id, n FROM t ORDER BY 2", false},
		{"nothing", "SELECT 1", "SELECT 1", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for dialect, texts := range map[string]*sql.Analyzer{
				"mysql": mysql.NewAnalyzer(sql.Options{}), "postgres": postgres.NewAnalyzer(sql.Options{}),
			} {
				c := sql.NewConstants()
				if vary(t, c, texts, "app", tt.first) {
					t.Errorf("%s: the first varies", dialect)
				}
				if got := vary(t, c, texts, "app", tt.second); got != tt.varies {
					t.Errorf("%s: the second varies: %v", dialect, got)
				}
				if vary(t, c, texts, "other", tt.second) {
					t.Errorf("%s: what one app prepares counts for another", dialect)
				}
				if vary(t, c, texts, "app", tt.first) {
					t.Errorf("%s: what came first varies", dialect)
				}
			}
		})
	}
}

func vary(t *testing.T, c *sql.Constants, texts *sql.Analyzer, app, text string) bool {
	t.Helper()
	st, err := texts.Analyze([]byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Release()
	return c.Vary(app, st, []byte(text))
}

// TestConstantsAreBounded: an app's flood of shapes makes it forget shapes of
// its own, those in use last, and none of another app's.
func TestConstantsAreBounded(t *testing.T) {
	texts, c := mysql.NewAnalyzer(sql.Options{}), sql.NewConstants()
	const shape = "SELECT id FROM t WHERE n = %d"
	vary(t, c, texts, "quiet", fmt.Sprintf(shape, 1))
	vary(t, c, texts, "loud", fmt.Sprintf(shape, 1))
	vary(t, c, texts, "loud", "SELECT idle FROM t WHERE n = 1")
	for i := range 6000 {
		vary(t, c, texts, "loud", fmt.Sprintf("SELECT c%d FROM t WHERE n = 1", i))
		vary(t, c, texts, "loud", fmt.Sprintf(shape, 1))
	}
	if !vary(t, c, texts, "quiet", fmt.Sprintf(shape, 2)) {
		t.Error("one app's flood made another's shape be forgotten")
	}
	if !vary(t, c, texts, "loud", fmt.Sprintf(shape, 2)) {
		t.Error("a shape that is in use was forgotten")
	}
	if vary(t, c, texts, "loud", "SELECT idle FROM t WHERE n = 2") {
		t.Error("a shape that nobody uses is remembered beyond the bound")
	}
}

// TestConstantsOfManyApps: the memory is bounded in apps too.
func TestConstantsOfManyApps(t *testing.T) {
	texts, c := mysql.NewAnalyzer(sql.Options{}), sql.NewConstants()
	for i := range 1000 {
		vary(t, c, texts, fmt.Sprint("app", i), "SELECT id FROM t WHERE n = 1")
	}
	known := 0
	for i := range 1000 {
		i = 999 - i
		// What is not remembered is noted, so that others are forgotten for it.
		if vary(t, c, texts, fmt.Sprint("app", i), "SELECT id FROM t WHERE n = 2") {
			known++
		}
	}
	if known == 0 || known > 256 {
		t.Errorf("%d apps of 1000 are remembered", known)
	}
}
