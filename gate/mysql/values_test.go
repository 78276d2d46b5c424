package mysqlgate

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// startCounting is a door where the app may do anything, and so many different
// values of the class email come in an hour.
func startCounting(t *testing.T, most int, more string) *harness {
	t.Helper()
	h := start(t, setup{
		allow:   fmt.Sprintf("\n      %s, values-per-hour: {email: %d}}\n", strings.TrimSuffix(strings.TrimSpace(openPolicy), "}"), most),
		classes: "{email: {columns: [users.email, users.year, users.born], mask: stars}}", more: more,
	})
	h.direct("CREATE TABLE users (id INT PRIMARY KEY, email VARCHAR(50), year INT, born DATETIME)",
		"INSERT INTO users SELECT seq, CONCAT('mail', LPAD(seq, 3, '0'), '@example.com'), NULL, NULL FROM seq_1_to_200",
		"CREATE VIEW people AS SELECT id AS no, email AS mail FROM users", "CREATE ALGORITHM=TEMPTABLE VIEW folk AS SELECT id, email AS mail FROM users",
		"CREATE TABLE notes (id INT, note VARCHAR(2000))")
	return h
}

// counted is what the last entry says was counted.
func (h *harness) counted(t *testing.T) string {
	t.Helper()
	_, values, _ := strings.Cut(h.book.Last(t, "sql").Text, `"values":[`)
	values, _, _ = strings.Cut(values, "]")
	return values
}

func email(n int) string { return fmt.Sprintf(`{"class":"email","count":%d}`, n) }

// TestValuesAreCountedByLineage: under any name, and by either protocol; what
// came already costs nothing.
func TestValuesAreCountedByLineage(t *testing.T) {
	h := startCounting(t, 9, "")
	c := h.conn()
	for i, query := range []string{
		"SELECT email FROM users WHERE id = %s", "SELECT u.email AS x FROM users u WHERE id = %s", "SELECT mail FROM people WHERE no = %s",
		"SELECT mail FROM folk WHERE id = %s", "WITH c(a, b) AS (SELECT id, email FROM users) SELECT b, a FROM c WHERE a = %s",
		"SELECT note FROM notes UNION ALL SELECT email FROM users WHERE id = %s", "SELECT (SELECT email FROM users WHERE id = %s)",
		"REPLACE INTO users SELECT id, email, NULL, NULL FROM users WHERE id = %s RETURNING email, id", "SELECT MAX(email), email FROM users WHERE id = %s GROUP BY email",
	} {
		for again, args := range [][]any{nil, {i + 1}, nil, {i + 1}} {
			value := fmt.Sprint(i + 1)
			if args != nil {
				value = "?"
			}
			if n, err := rowsOf(t, c, fmt.Sprintf(query, value), args...); n != 1 || err != nil {
				t.Fatalf("%s: %d rows, %v", query, n, err)
			}
			if got, first := h.counted(t), again == 0; (got == email(1)) != first {
				t.Errorf("%s, the %dth time: counted %s", query, again+1, got)
			}
		}
	}
	for _, args := range [][]any{nil, {3}} {
		query := "SELECT id, mail FROM (SELECT no AS id, mail FROM people) AS q WHERE id BETWEEN 3 AND 11 ORDER BY id"
		if args != nil {
			query = strings.Replace(query, "3", "?", 1)
		}
		n, err := rowsOf(t, c, query, args...)
		if wantError(t, err, 1226, "42000", "value-budget", "9 different values of the class email in an hour"); n != 7 {
			t.Errorf("%d rows came before the first new value", n)
		}
		if e := h.book.Last(t, "sql"); e.Code() != "value-budget" || e.In.Rows != 7 {
			t.Errorf("recorded as %s", e.Text)
		}
		if n, err := rowsOf(t, c, "SELECT id, year FROM users WHERE email = 'mail010@example.com'"); n != 1 || err != nil {
			t.Errorf("nothing of the class but NULL: %d rows, %v", n, err)
		}
		if strings.Contains(h.book.Last(t, "sql").Text, `"count"`) {
			t.Errorf("NULL is counted: %s", h.book.Last(t, "sql").Text)
		}
	}
}

// TestValuesInBinaryAreThoseInText: the same value of another protocol is no
// other.
func TestValuesInBinaryAreThoseInText(t *testing.T) {
	h := startCounting(t, 6, "")
	h.direct("UPDATE users SET year = 1970 + id, born = '2001-02-03 04:05:06' + INTERVAL id DAY WHERE id < 10")
	c := h.conn()
	for _, args := range [][]any{nil, {3}, nil} {
		query := "SELECT year, born FROM users WHERE id <= 3"
		if args != nil {
			query = strings.Replace(query, "3", "?", 1)
		}
		if n, err := rowsOf(t, c, query, args...); n != 3 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	}
	if _, err := rowsOf(t, c, "SELECT year FROM users WHERE id = 4"); err == nil {
		t.Error("a seventh value passes")
	}
}

// TestValuesOfCursors: the rows of a cursor are counted as they are fetched.
func TestValuesOfCursors(t *testing.T) {
	h := startCounting(t, 5, "")
	c := h.raw(t).login(wire.ClientDeprecateEOF)
	caps := c.g.Capabilities & (rawCaps | wire.ClientDeprecateEOF)
	var scan wire.ResultScanner
	id := uint32(0)
	c.each(&scan, caps, wire.AppendCommand(nil, wire.ComStmtPrepare, "SELECT email FROM users ORDER BY id"), func(kind wire.PacketKind, p []byte) {
		if kind == wire.KindPrepareOK {
			ok, err := wire.DecodePrepareOK(p)
			if err != nil {
				t.Fatal(err)
			}
			id = ok.StatementID
		}
	})
	c.each(&scan, caps, wire.AppendExecute(nil, id, wire.CursorReadOnly, nil, caps), nil)
	if !scan.Status().Has(wire.StatusCursorExists) {
		t.Fatal("no cursor")
	}
	for _, want := range []struct {
		rows uint64
		end  wire.PacketKind
	}{{3, wire.KindRowsEnd}, {2, wire.KindErr}, {0, wire.KindErr}} {
		var end wire.PacketKind
		var fetched wire.ResultScanner
		c.each(&fetched, caps, wire.Fetch{StatementID: id, Rows: 3}.Append(nil), func(kind wire.PacketKind, _ []byte) { end = kind })
		if fetched.Rows() != want.rows || end != want.end {
			t.Errorf("a fetch gives %d rows, ended by %v", fetched.Rows(), end)
		}
		if want.rows == 2 {
			if e := h.book.Last(t, "sql"); e.Code() != "value-budget" || e.In.Rows != 5 || h.counted(t) != email(5) {
				t.Errorf("recorded as %s", e.Text)
			}
		}
	}
}

// TestWritesThatReturnValues: one is refused before its change where nothing is
// left.
func TestWritesThatReturnValues(t *testing.T) {
	h := startCounting(t, 2, "")
	c := h.conn()
	if n, err := rowsOf(t, c, "DELETE FROM users WHERE id <= 2 RETURNING email"); n != 2 || err != nil {
		t.Fatalf("%d rows, %v", n, err)
	}
	_, err := rowsOf(t, c, "DELETE FROM users WHERE id = 3 RETURNING email")
	wantError(t, err, 1226, "42000", "value-budget")
	if n, err := rowsOf(t, c, "DELETE FROM users WHERE id = 7 RETURNING id"); n != 1 || err != nil {
		t.Errorf("one that returns none of them: %d rows, %v", n, err)
	}
	if n, err := rowsOf(t, c, "SELECT id FROM users WHERE id = 3"); n != 1 || err != nil {
		t.Errorf("what was refused is done: %d rows, %v", n, err)
	}
}

// TestWhatCannotBeCounted: nothing brings values in beside the budget.
func TestWhatCannotBeCounted(t *testing.T) {
	h := startCounting(t, 5, "")
	c := h.conn()
	for _, q := range []string{
		"SELECT LOWER(email) FROM users", "SELECT GROUP_CONCAT(email) FROM users", "SELECT JSON_ARRAYAGG(email) FROM users", "SELECT GROUP_CONCAT(mail) FROM folk",
		"INSERT INTO notes SELECT id, email FROM users", "CREATE TABLE copy AS SELECT email FROM users", "EXPLAIN SELECT email FROM users",
		"UPDATE users SET email = (SELECT x FROM (SELECT GROUP_CONCAT(email) AS x FROM users) AS q)", "SELECT email INTO @x FROM users LIMIT 1",
		"SELECT CONCAT(email, '') FROM users", "SELECT EXTRACTVALUE(email, CONCAT('/', email)) FROM users",
	} {
		_, err := rowsOf(t, c, q)
		if err == nil || strings.Contains(err.Error(), "mail001") || strings.Contains(h.book.Last(t, "sql").Text, `"values"`) {
			t.Errorf("%s: %v, recorded as %s", q, err, h.book.Last(t, "sql").Text)
		}
	}
	rowsOf(t, c, "SELECT id FROM users WHERE EXTRACTVALUE('<a/>', CONCAT('/', email, '$$')) = 1")
	if _, err := rowsOf(t, c, "SHOW WARNINGS"); err == nil {
		t.Error("warnings that quote values are shown")
	}
	h = startCounting(t, 5, "    unknown-lineage: mask\n")
	if got, err := cells(t, h.conn(), "SELECT LOWER(email), id FROM users WHERE id = 1"); got != "<nil> 1" || err != nil {
		t.Errorf("what is computed: %q, %v", got, err)
	}
}

// TestMaskedValuesAreCountedAsTheyCome: masks that make all values the same cost
// one.
func TestMaskedValuesAreCountedAsTheyCome(t *testing.T) {
	h := startCounting(t, 1, "    in: {email: mask}\n")
	c := h.conn()
	for _, args := range [][]any{nil, {0}} {
		query := "SELECT email FROM users WHERE id > 0"
		if args != nil {
			query = strings.Replace(query, "0", "?", 1)
		}
		if n, err := rowsOf(t, c, query, args...); n != 200 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	}
	h.direct("INSERT INTO users VALUES (999, 'longer.mail@example.com', NULL, NULL)")
	if _, err := rowsOf(t, c, "SELECT email FROM users WHERE id = 999"); err == nil {
		t.Error("a mask of another length passes")
	}
}

// TestValuesOfSessionsAtOnce: together they bring what the budget has, no more.
func TestValuesOfSessionsAtOnce(t *testing.T) {
	h := startCounting(t, 100, "")
	var mu sync.Mutex
	seen := map[string]bool{}
	var wg sync.WaitGroup
	for i := range 4 {
		c := h.conn()
		wg.Go(func() {
			rows, err := c.QueryContext(t.Context(), fmt.Sprintf("SELECT email FROM users ORDER BY (id + %d) %% 200", 50*i))
			if err != nil {
				t.Error(err)
				return
			}
			defer rows.Close()
			for rows.Next() {
				var v string
				if rows.Scan(&v) == nil {
					mu.Lock()
					seen[v] = true
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if len(seen) != 100 {
		t.Errorf("%d values came in", len(seen))
	}
}
