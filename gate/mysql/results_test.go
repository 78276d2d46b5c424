package mysqlgate

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

const everyType = `CREATE TABLE everything (
	a TINYINT, b TINYINT UNSIGNED, c SMALLINT, d YEAR, e INT, f MEDIUMINT UNSIGNED, g BIGINT, h BIGINT UNSIGNED,
	i FLOAT, j DOUBLE, k DATE, l DATETIME(6), m TIMESTAMP NULL, n TIME(3), o DECIMAL(10,2), p VARCHAR(50), q BLOB,
	r JSON, s ENUM('x','y'), t SET('u','v'), u BIT(9), v INET6, w UUID, x CHAR(3))`

const everyValue = `INSERT INTO everything VALUES
	(-1, 255, -300, 2026, -70000, 16777215, -5000000000, 18446744073709551615, 1.5, -2.25, '2026-11-23',
	'2026-11-23 12:34:56.000789', '2026-11-23 12:34:56', '-26:03:04.005', -12.50, 'grün', x'00ff', '{"a":1}', 'y', 'u,v',
	b'100000001', '2001:db8::1', '123e4567-e89b-12d3-a456-426614174000', 'abc'),
	(NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL)`

// everything is what a client sees of a query: names and types of the columns,
// and the cells.
func everything(t *testing.T, db *sql.DB, query string, args ...any) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var out strings.Builder
	types, err := rows.ColumnTypes()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range types {
		length, _ := c.Length()
		nullable, _ := c.Nullable()
		fmt.Fprintln(&out, c.Name(), c.DatabaseTypeName(), c.ScanType(), length, nullable)
	}
	for rows.Next() {
		cells := make([]any, len(types))
		to := make([]any, len(types))
		for i := range cells {
			to[i] = &cells[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%#v\n", cells)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestDifferential holds what a client sees through the door against what it
// sees directly.
func TestDifferential(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct(everyType, everyValue, "CREATE PROCEDURE two() BEGIN SELECT 1; SELECT 2, 3; END")
	direct, through := h.db.OpenDB(t), open(t, h.config())
	for _, q := range []struct {
		query string
		args  []any
	}{
		{"SELECT * FROM everything", nil},
		{"SELECT * FROM everything WHERE ? = ?", []any{7, 7}},
		{"SELECT 1", nil},
		{"SELECT REPEAT('x', 100000), REPEAT('y', 70000)", nil},
		{"SELECT REPEAT('x', ?)", []any{17_000_000}},
		{"SELECT seq, REPEAT('z', seq % 300) FROM seq_1_to_5000", nil},
		{"SELECT seq FROM seq_1_to_5000 WHERE seq > ?", []any{10}},
		{"CALL two()", nil},
		{"SHOW COLUMNS FROM everything", nil},
		{"EXPLAIN SELECT * FROM everything", nil},
		{"INSERT INTO everything (a) VALUES (5) RETURNING a", nil},
		{"DO 1", nil},
		{"-- nothing", nil},
	} {
		want := everything(t, direct, q.query, q.args...)
		got := everything(t, through, q.query, q.args...)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: through the door it differs (-direct +door):\n%.2000s", q.query, diff)
		}
	}
	for _, q := range []string{"SELECT * FROM missing", "INSERT INTO everything (nope) VALUES (1)"} {
		_, want := direct.Exec(q)
		_, got := through.Exec(q)
		if want.Error() != got.Error() {
			t.Errorf("%s: %v, directly %v", q, got, want)
		}
	}
	if e := h.book.Last(t, "sql"); e.Act.Error != "1054" || strings.Contains(e.Text, "Unknown column") {
		t.Errorf("recorded as %s", e.Text)
	}
}

func TestRowLimits(t *testing.T) {
	for _, audit := range []string{"spool", "strict"} {
		t.Run(audit, func(t *testing.T) {
			h := start(t, setup{allow: `
      - {who: app, statements: [select], tables: [numbers], rows: 500}
      - {who: app, statements: [update, insert], tables: [numbers], rows: 3}
      - {who: app, statements: [insert, select], tables: [written], rows: 3}
`, more: "    audit: " + audit})
			h.direct("CREATE TABLE written (n INT)", "CREATE TABLE numbers (n INT, t VARCHAR(100))", "INSERT INTO numbers SELECT seq, REPEAT('x', 100) FROM seq_1_to_200000")
			c := h.conn()
			for _, q := range []struct {
				query string
				args  []any
			}{
				{"SELECT n FROM numbers WHERE n <= 600", nil},
				{"SELECT n FROM numbers WHERE n <= ?", []any{600}},
				{"SELECT n, t FROM numbers", nil},
				{"SELECT n, t FROM numbers WHERE n > ?", []any{0}},
			} {
				n, err := rowsOf(t, c, q.query, q.args...)
				wantError(t, err, 1226, "42000", "row-limit", "500 rows")
				e := h.book.Last(t, "sql")
				if n > 500 || e.In.Rows != 500 || e.Code() != "row-limit" || e.Effect != "deny" {
					t.Errorf("%s: %d rows, recorded as %s", q.query, n, e.Text)
				}
				if n, err := rowsOf(t, c, "SELECT n FROM numbers WHERE n <= 500"); n != 500 || err != nil {
					t.Fatalf("after %s: %d rows, %v", q.query, n, err)
				}
			}
			_, err := c.ExecContext(t.Context(), "UPDATE numbers SET t = '' WHERE n <= 4")
			wantError(t, err, 1226, "42000", "row-limit", "the change has been made")
			if e := h.book.Last(t, "sql"); e.Act.Affected != 4 || e.Effect != "deny" {
				t.Errorf("recorded as %s", e.Text)
			}
			exec(t, c, "UPDATE numbers SET t = 'y' WHERE n <= 3")
			for _, q := range []string{"INSERT INTO written (n) VALUES (-1), (-2), (-3), (-4), (-5) RETURNING n", "INSERT INTO written (n) VALUES (0)" + strings.Repeat(", (0)", 20_000) + " RETURNING n, REPEAT('x', 200)"} {
				_, err := rowsOf(t, c, q)
				wantError(t, err, 1226, "42000", "row-limit", "3 rows", "the change ")
				e := h.book.Last(t, "sql")
				if e.Act.Affected < 5 || e.Effect != "deny" || e.In.Rows != 3 {
					t.Errorf("%.60s: recorded as %s", q, e.Text)
				}
			}
			if got := scan1(t, c, "SELECT COUNT(*) FROM written WHERE n IN (-1, -2, -3, -4, -5)"); got != "5" {
				t.Errorf("%s of the rows that were said to be there are", got)
			}
		})
	}
}

func TestCursors(t *testing.T) {
	h := start(t, setup{allow: `
      - {who: app, statements: [select], tables: [numbers], rows: 25}
`})
	h.direct("CREATE TABLE numbers (n INT)", "INSERT INTO numbers SELECT seq FROM seq_1_to_40")
	for _, extra := range []wire.Capability{0, wire.ClientDeprecateEOF} {
		c := h.raw(t).login(extra)
		caps := c.g.Capabilities & (rawCaps | extra)
		prepare := func(query string) uint32 {
			t.Helper()
			var scan wire.ResultScanner
			id := uint32(0)
			c.each(&scan, caps, wire.AppendCommand(nil, wire.ComStmtPrepare, query), func(kind wire.PacketKind, p []byte) {
				if kind == wire.KindPrepareOK {
					ok, err := wire.DecodePrepareOK(p)
					if err != nil {
						t.Fatal(err)
					}
					id = ok.StatementID
				}
			})
			return id
		}
		fetch := func(id uint32, rows uint32) (n uint64, end wire.PacketKind) {
			t.Helper()
			var scan wire.ResultScanner
			c.each(&scan, caps, wire.Fetch{StatementID: id, Rows: rows}.Append(nil), func(kind wire.PacketKind, _ []byte) { end = kind })
			return scan.Rows(), end
		}
		within := prepare("SELECT n FROM numbers WHERE n <= 20")
		var scan wire.ResultScanner
		c.each(&scan, caps, wire.AppendExecute(nil, within, wire.CursorReadOnly, nil, caps), nil)
		if !scan.Status().Has(wire.StatusCursorExists) {
			t.Fatal("no cursor")
		}
		before := len(h.book.All())
		total := uint64(0)
		for range 3 {
			n, end := fetch(within, 10)
			total += n
			if end != wire.KindRowsEnd {
				t.Fatalf("a fetch ended by %v", end)
			}
		}
		e := h.book.Last(t, "sql")
		if total != 20 || e.In.Rows != 20 || len(h.book.All()) != before+1 {
			t.Errorf("%d rows, %d entries, recorded as %s", total, len(h.book.All())-before, e.Text)
		}
		beyond := prepare("SELECT n FROM numbers")
		c.each(&scan, caps, wire.AppendExecute(nil, beyond, wire.CursorReadOnly, nil, caps), nil)
		fetch(beyond, 20)
		if n, end := fetch(beyond, 20); n != 5 || end != wire.KindErr {
			t.Errorf("beyond the limit: %d rows, ended by %v", n, end)
		}
		if e := h.book.Last(t, "sql"); e.Code() != "row-limit" || e.In.Rows != 25 {
			t.Errorf("recorded as %s", e.Text)
		}
		if n, end := fetch(beyond, 20); n != 0 || end != wire.KindErr {
			t.Errorf("a cursor that was cut gives %d rows, %v", n, end)
		}
		c.each(&scan, caps, wire.AppendQuery(nil, "SELECT n FROM numbers WHERE n < 3", caps), nil)
		if scan.Rows() != 2 {
			t.Errorf("afterwards %d rows", scan.Rows())
		}
		// A cursor that is left open is an outcome all the same.
		c.each(&scan, caps, wire.AppendExecute(nil, within, wire.CursorReadOnly, nil, caps), nil)
		fetch(within, 7)
		before = len(h.book.All())
		c.c.NewExchange()
		c.send(wire.AppendStatementCommand(nil, wire.ComStmtClose, within))
		c.command([]byte{byte(wire.ComPing)})
		if e := h.book.Last(t, "sql"); len(h.book.All()) != before+1 || e.In.Rows != 7 {
			t.Errorf("recorded as %s", e.Text)
		}
	}
}

// each sends a command and follows its response.
func (r *rawClient) each(scan *wire.ResultScanner, caps wire.Capability, p []byte, f func(wire.PacketKind, []byte)) {
	r.t.Helper()
	r.c.NewExchange()
	r.send(p)
	if err := scan.Start(wire.Command(p[0]), caps); err != nil {
		r.t.Fatal(err)
	}
	for !scan.Done() {
		h, err := r.c.R.Next()
		if err != nil {
			r.t.Fatal(err)
		}
		prefix, err := r.c.R.Peek(wire.ScanPrefix)
		if err != nil {
			r.t.Fatal(err)
		}
		kind, err := scan.Step(h, prefix)
		if err != nil {
			r.t.Fatal(err)
		}
		p, err := r.c.R.Packet()
		if err != nil {
			r.t.Fatal(err)
		}
		if f != nil {
			f(kind, p)
		}
	}
}

func TestLargePackets(t *testing.T) {
	h := start(t, setup{allow: openPolicy, more: "    limits: {statement: 20MiB}"})
	h.direct("CREATE TABLE big (v LONGBLOB)")
	cfg := h.config()
	cfg.MaxAllowedPacket = 64 << 20
	c, err := open(t, cfg).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	value := bytes.Repeat([]byte("v"), 18<<20)
	exec(t, c, "INSERT INTO big VALUES ('"+string(value)+"')")
	exec(t, c, "INSERT INTO big VALUES (?)", value)
	if e := h.book.Last(t, "sql"); e.Out.Bytes < 18<<20 || !e.Act.Prepared {
		t.Errorf("recorded as %s", e.Text)
	}
	var got []byte
	if err := c.QueryRowContext(t.Context(), "SELECT v FROM big LIMIT 1").Scan(&got); err != nil || !bytes.Equal(got, value) {
		t.Fatal(len(got), err)
	}
	_, err = c.ExecContext(t.Context(), "INSERT INTO big VALUES ('"+strings.Repeat("v", 22<<20)+"')")
	if err == nil {
		t.Fatal("a statement over the limit passed")
	}
	var e *driver.MySQLError
	if errors.As(err, &e) && e.Number != 1153 {
		t.Error(err)
	}
	small := start(t, setup{allow: openPolicy, more: "    limits: {statement: 1MiB}"})
	small.direct("CREATE TABLE big (v LONGBLOB)")
	c = small.conn()
	_, err = c.ExecContext(t.Context(), "INSERT INTO big VALUES ('"+strings.Repeat("v", 2<<20)+"')")
	wantError(t, err, 1153, "08S01", "limits: statement", "crossing")
	if got := scan1(t, c, "SELECT COUNT(*) FROM big"); got != "0" {
		t.Errorf("the connection gives %q", got)
	}
	_, err = c.ExecContext(t.Context(), "INSERT INTO big VALUES (?)", bytes.Repeat([]byte("v"), 2<<20))
	wantError(t, err, 1153, "08S01", "limits: statement")
	exec(t, c, "INSERT INTO big VALUES (?)", bytes.Repeat([]byte("v"), 1<<19))
}

// TestScanIsFlat reads 300,000 rows and looks at the memory that is held
// meanwhile.
func TestScanIsFlat(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	rows, err := c.QueryContext(t.Context(), "SELECT seq, REPEAT('x', 100) FROM seq_1_to_300000")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var before, peak runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, most := 0, uint64(0)
	var seq int
	var text sql.RawBytes
	for rows.Next() {
		if err := rows.Scan(&seq, &text); err != nil {
			t.Fatal(err)
		}
		if n++; n%50_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&peak)
			most = max(most, peak.HeapAlloc)
		}
	}
	if n != 300_000 || rows.Err() != nil {
		t.Fatal(n, rows.Err())
	}
	if most > before.HeapAlloc+8<<20 {
		t.Errorf("the heap went from %d to %d KiB", before.HeapAlloc>>10, most>>10)
	}
	if e := h.book.Last(t, "sql"); e.In.Rows != 300_000 || e.In.Bytes < 300_000*100 {
		t.Errorf("recorded as %s", e.Text)
	}
}

func TestUnrecordedResultsAreHeldBack(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE t (n INT)")
	c := h.conn()
	if got := scan1(t, c, "SELECT COUNT(*) FROM t"); got != "0" {
		t.Fatal(got)
	}
	h.book.Fail(errDisk)
	_, err := c.ExecContext(context.Background(), "INSERT INTO t VALUES (1)")
	wantError(t, err, 1105, "HY000", "the ledger cannot record it")
	h.book.Fail(nil)
	strict := start(t, setup{allow: openPolicy, more: "    audit: strict"})
	strict.direct("CREATE TABLE t (n INT)")
	c = strict.conn()
	exec(t, c, "INSERT INTO t VALUES (1)")
	strict.book.Fail(errDisk)
	_, err = c.ExecContext(context.Background(), "INSERT INTO t VALUES (2)")
	wantError(t, err, 1105, "HY000", "the ledger cannot record it")
	strict.book.Fail(nil)
	// Nothing was sent to the database, so the session goes on.
	if got := scan1(t, c, "SELECT COUNT(*) FROM t"); got != "1" {
		t.Errorf("there are %s rows", got)
	}
}

func TestLongDataIsBounded(t *testing.T) {
	h := start(t, setup{allow: openPolicy, more: "    limits: {statement: 1MiB}"})
	h.direct("CREATE TABLE big (v LONGBLOB)")
	c := h.raw(t).login(0)
	caps := c.g.Capabilities & rawCaps
	var scan wire.ResultScanner
	var id uint32
	c.each(&scan, caps, wire.AppendCommand(nil, wire.ComStmtPrepare, "INSERT INTO big VALUES (?)"), func(kind wire.PacketKind, p []byte) {
		if kind == wire.KindPrepareOK {
			ok, _ := wire.DecodePrepareOK(p)
			id = ok.StatementID
		}
	})
	long := []wire.Value{{ParamType: wire.ParamType{Type: wire.TypeBlob}, Long: true}}
	for _, tc := range []struct {
		chunks int
		want   byte
	}{{3, wire.HeaderOK}, {5, wire.HeaderErr}, {2, wire.HeaderOK}} {
		for range tc.chunks {
			c.c.NewExchange()
			c.send(wire.LongData{StatementID: id, Data: bytes.Repeat([]byte("x"), 300<<10)}.Append(nil))
		}
		p := c.command(wire.AppendExecute(nil, id, 0, long, caps))
		if p[0] != tc.want {
			t.Fatalf("after %d chunks: %q", tc.chunks, p)
		}
		if e := h.book.Last(t, "sql"); tc.want == wire.HeaderOK && e.Out.Bytes < uint64(tc.chunks)*300<<10 {
			t.Errorf("recorded as %s", e.Text)
		}
		c.command(wire.AppendStatementCommand(nil, wire.ComStmtReset, id))
	}
}
