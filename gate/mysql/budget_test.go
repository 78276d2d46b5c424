package mysqlgate

import (
	"sync"
	"sync/atomic"
	"testing"
)

// TestBudget: what several sessions bring at once is no more than the budget,
// to the row, by either protocol; afterwards there is nothing.
func TestBudget(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select, update], tables: [numbers], rows-per-hour: 5000}
      - {who: app, statements: [select], tables: [others], rows-per-day: 3}
`})
	h.direct("CREATE TABLE numbers (n INT PRIMARY KEY, v INT)", "INSERT INTO numbers SELECT seq, 0 FROM seq_1_to_2000",
		"CREATE TABLE others SELECT 1 AS id")
	var total atomic.Int64
	var wg sync.WaitGroup
	for i := range 4 {
		db := h.conn()
		wg.Go(func() {
			var args []any
			query := "SELECT v FROM numbers"
			if i%2 == 0 {
				query, args = query+" WHERE n > ?", []any{0}
			}
			n, err := rowsOf(t, db, query, args...)
			total.Add(int64(n))
			if err != nil && n == 2000 {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	db := h.conn()
	if n := total.Load(); n > 5000 || n < 5000-4*1024 {
		t.Errorf("%d rows of 5000", n)
	}
	if left := 5000 - total.Load(); left > 1 {
		r, err := db.ExecContext(t.Context(), "UPDATE numbers SET v = v + 1 WHERE n <= ?", left-1)
		if err != nil {
			t.Fatal(err)
		}
		changed, _ := r.RowsAffected()
		total.Add(changed)
	}
	n, err := rowsOf(t, db, "SELECT v FROM numbers WHERE n <= 2")
	if total.Add(int64(n)) != 5000 {
		t.Errorf("%d rows in all", total.Load())
	}
	wantError(t, err, 1226, "42000", "row-budget", "5000 rows in an hour")
	if _, err := rowsOf(t, db, "SELECT v FROM numbers WHERE n = 1"); err == nil {
		t.Error("a statement is run although nothing is left")
	}
	if e := h.book.Last(t, "sql"); e.Code() != "row-budget" || e.In.Rows != 0 {
		t.Errorf("recorded as %s", e.Text)
	}
	if n, err := rowsOf(t, db, "SELECT id FROM others"); n != 1 || err != nil {
		t.Errorf("of another rule: %d rows, %v", n, err)
	}
}
