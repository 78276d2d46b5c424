package postgresgate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// TestExecModes runs statements by each way that pgx has.
func TestExecModes(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE colours (id INT PRIMARY KEY, name TEXT)", "INSERT INTO colours SELECT n, 'colour ' || n FROM generate_series(1, 20) n")
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
		pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		t.Run(mode.String(), func(t *testing.T) {
			c := h.conn(func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = mode })
			for n := range 3 {
				if got := scan1(t, c, "SELECT name FROM colours WHERE id = $1", n+1); !strings.HasPrefix(got, "colour ") {
					t.Errorf("got %q", got)
				}
			}
			exec(t, c, "UPDATE colours SET name = name WHERE id < $1", 4)
			if e := h.book.Last(t, "sql"); e.Act.Affected != 3 || e.Act.Verb != "update" || e.Act.Prepared != (mode != pgx.QueryExecModeSimpleProtocol) {
				t.Errorf("recorded as %s", e.Text)
			}
			if _, err := c.Exec(context.Background(), "SELECT nothing FROM colours"); err == nil {
				t.Error("no error")
			} else {
				wantError(t, err, "42703", "nothing")
			}
			if got := scan1(t, c, "SELECT count(*) FROM colours"); got != "20" {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestTransactions(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE t (n INT)")
	ctx := context.Background()
	for _, change := range []func(*pgx.ConnConfig){func(*pgx.ConnConfig) {}, simply} {
		c := h.conn(change)
		tx, err := c.Begin(ctx)
		if err != nil {
			t.Fatal(err)
		}
		exec(t, c, "INSERT INTO t VALUES ($1)", 1)
		_, err = c.Exec(ctx, "SELECT * FROM pg_toast.x")
		wantError(t, err, "42501", "no-rule")
		_, err = c.Exec(ctx, "SELECT n FROM t")
		wantError(t, err, "25P02")
		if err := tx.Rollback(ctx); err != nil {
			t.Fatal(err)
		}
		if got := scan1(t, c, "SELECT count(*) FROM t"); got != "0" {
			t.Errorf("got %q", got)
		}
	}
}

// TestPipelines has a statement in the middle of a pipeline refused: what came
// before it is taken back and what follows is not run, as a server does it.
func TestPipelines(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE t (n INT)")
	ctx := context.Background()
	c := h.conn()
	good := new(pgx.Batch)
	for n := range 300 {
		good.Queue("INSERT INTO t VALUES ($1)", n)
		good.Queue("SELECT count(*) FROM t WHERE n >= $1", 0)
	}
	if err := c.SendBatch(ctx, good).Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*pgx.Conn{c, h.conn(func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = pgx.QueryExecModeExec }),
		h.conn(func(c *pgx.ConnConfig) { c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe })} {
		bad := new(pgx.Batch)
		bad.Queue("DELETE FROM t WHERE n >= $1", 0)
		bad.Queue("SELECT * FROM pg_toast.x")
		bad.Queue("DELETE FROM t WHERE n >= $1", 100)
		wantError(t, c.SendBatch(ctx, bad).Close(), "42501", "no-rule")
		bad = new(pgx.Batch)
		bad.Queue("DELETE FROM t WHERE n >= $1", 0)
		bad.Queue("SELECT 1/(n-n) FROM t WHERE n > $1", -1)
		bad.Queue("DELETE FROM t WHERE n >= $1", 100)
		bad.Queue("SELECT n FROM t WHERE n > $1", -1)
		if err := c.SendBatch(ctx, bad).Close(); err != nil {
			t.Error(err) // the table is empty by then
		}
		exec(t, c, "INSERT INTO t SELECT generate_series(1, 300)")
		bad = new(pgx.Batch)
		bad.Queue("DELETE FROM t WHERE n >= $1", 200)
		bad.Queue("SELECT 1/(n-n) FROM t WHERE n > $1", -1)
		bad.Queue("DELETE FROM t WHERE n >= $1", 100)
		wantError(t, c.SendBatch(ctx, bad).Close(), "22012")
		if got := scan1(t, c, "SELECT count(*) FROM t"); got != "300" {
			t.Errorf("%s rows are left", got)
		}
	}
}

func TestCopy(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE t (n INT, s TEXT)")
	ctx := context.Background()
	c := h.conn()
	rows := make([][]any, 5000)
	for i := range rows {
		rows[i] = []any{i, strings.Repeat("x", i%100)}
	}
	n, err := c.CopyFrom(ctx, pgx.Identifier{"t"}, []string{"n", "s"}, pgx.CopyFromRows(rows))
	if err != nil || n != 5000 {
		t.Fatal(n, err)
	}
	if e := h.book.Last(t, "sql"); e.Act.Verb != "copy" || e.Act.Affected != 5000 || e.Out.Rows != 5000 || e.Out.Bytes < 100_000 {
		t.Errorf("recorded as %s", e.Text)
	}
	var out strings.Builder
	tag, err := c.PgConn().CopyTo(ctx, &out, "COPY t TO STDOUT")
	if err != nil || tag.RowsAffected() != 5000 || strings.Count(out.String(), "\n") != 5000 {
		t.Fatal(tag, err)
	}
	if e := h.book.Last(t, "sql"); e.In.Rows != 5000 || e.Act.Affected != 0 {
		t.Errorf("recorded as %s", e.Text)
	}
	_, err = c.PgConn().CopyFrom(ctx, strings.NewReader("not a number\n"), "COPY t (n) FROM STDIN")
	wantError(t, err, "22P02")
	_, err = c.PgConn().CopyFrom(ctx, broken{}, "COPY t (n) FROM STDIN")
	wantError(t, err, "57014")
	if got := scan1(t, c, "SELECT count(*) FROM t"); got != "5000" {
		t.Errorf("got %q", got)
	}
}

// broken is a file that cannot be read.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is broken") }

// TestLargeRows has results that fit no buffer.
func TestLargeRows(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	for _, n := range []int{1 << 10, 40 << 10, 3 << 20} {
		if got := scan1(t, c, "SELECT repeat('x', $1)", n); len(got) != n {
			t.Errorf("%d bytes of %d", len(got), n)
		}
		if got := scan1(t, c, "SELECT length($1::text)", strings.Repeat("y", n)); got == "" {
			t.Error("nothing")
		}
	}
	rows, err := c.Query(context.Background(), "SELECT n, repeat('x', n % 60) FROM generate_series(1, 200000) n")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for rows.Next() {
		n++
	}
	if rows.Err() != nil || n != 200_000 {
		t.Fatal(n, rows.Err())
	}
	if e := h.book.Last(t, "sql"); e.In.Rows != 200_000 {
		t.Errorf("recorded as %s", e.Text)
	}
}

func TestNotifications(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	exec(t, c, "LISTEN news")
	h.direct("NOTIFY news, 'first'")
	ctx, cancel := context.WithTimeout(t.Context(), testTime)
	defer cancel()
	n, err := c.WaitForNotification(ctx)
	if err != nil || n.Payload != "first" {
		t.Fatal(n, err)
	}
}
