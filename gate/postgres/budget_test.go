package postgresgate

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestBudget: what several sessions bring at once is no more than the budget,
// to the row, by any protocol and by COPY; afterwards there is nothing.
func TestBudget(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select, copy], tables: [colours], rows-per-hour: 5000}
      - {who: app, statements: [select], tables: [others], rows-per-day: 3}
`})
	h.direct("CREATE TABLE colours (id INT, v TEXT)", "INSERT INTO colours SELECT n, 'v' FROM generate_series(1, 2000) n",
		"CREATE TABLE others AS SELECT 1 AS id")
	var total atomic.Int64
	var wg sync.WaitGroup
	for i := range 4 {
		change := func(*pgx.ConnConfig) {}
		if i%2 == 0 {
			change = simply
		}
		c := h.conn(change)
		wg.Go(func() {
			n, err := rowsOf(t, c, "SELECT v FROM colours")
			total.Add(int64(n))
			if err != nil && n == 2000 {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	c := h.conn()
	if n := total.Load(); n > 5000 || n < 5000-4*1024 {
		t.Errorf("%d rows of 5000", n)
	}
	var out lines
	c.PgConn().CopyTo(context.Background(), &out, "COPY colours TO STDOUT")
	if n := total.Add(int64(out)); n > 5000 {
		t.Errorf("with a copy %d rows of 5000", n)
	}
	n, err := rowsOf(t, c, "SELECT v FROM colours WHERE id <= $1", int(5000-total.Load()+1))
	wantError(t, err, "54000", "row-budget", "5000 rows in an hour")
	if total.Add(int64(n)) != 5000 {
		t.Errorf("%d rows in all", total.Load())
	}
	if _, err := rowsOf(t, c, "SELECT v FROM colours WHERE id = $1", 1); err == nil {
		t.Error("a statement is run although nothing is left")
	}
	if e := h.book.Last(t, "sql"); e.Code() != "row-budget" || e.In.Rows != 0 {
		t.Errorf("recorded as %s", e.Text)
	}
	if n, err := rowsOf(t, c, "SELECT id FROM others"); n != 1 || err != nil {
		t.Errorf("of another rule: %d rows, %v", n, err)
	}
}

// lines counts the lines of a copy.
type lines int

func (l *lines) Write(p []byte) (int, error) {
	for _, c := range p {
		if c == '\n' {
			*l++
		}
	}
	return len(p), nil
}
