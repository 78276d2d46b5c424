package postgresgate

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// counting is a door where the app may do anything, and so many different values
// of the class email come in an hour.
func counting(most int, more string) setup {
	return setup{
		allow:   fmt.Sprintf("%s, values-per-hour: {email: %d}}\n", strings.TrimSuffix(strings.TrimSpace(openPolicy), "}"), most),
		classes: "{email: {columns: [users.email, users.year], mask: stars}}", more: more,
	}
}

func startCounting(t *testing.T, most int, more string) *harness {
	t.Helper()
	s := counting(most, more)
	s.allow = "\n      " + s.allow
	h := start(t, s)
	h.direct("CREATE TABLE users (id int PRIMARY KEY, email text, year int)",
		"INSERT INTO users SELECT n, 'mail' || lpad(n::text, 3, '0') || '@example.com', NULL FROM generate_series(1, 200) n",
		"CREATE VIEW people AS SELECT id AS no, email AS mail FROM users", "CREATE TABLE notes (id int, note text)")
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

// TestValuesAreCountedByLineage: under any name, and in any protocol and format;
// what came already costs nothing.
func TestValuesAreCountedByLineage(t *testing.T) {
	h := startCounting(t, 9, "")
	plain, prepared := h.conn(simply), h.conn()
	for i, query := range []string{
		"SELECT email FROM users WHERE id = %d", "SELECT u.email AS x FROM users u WHERE id = %d", "SELECT mail FROM people WHERE no = %d",
		"WITH c(a, b) AS MATERIALIZED (SELECT id, email FROM users) SELECT b, a FROM c WHERE a = %d",
		"SELECT note FROM notes UNION ALL SELECT email FROM users WHERE id = %d", "SELECT (SELECT email FROM users WHERE id = %d)",
		"UPDATE users SET id = id WHERE id = %d RETURNING email, id", "SELECT email, email FROM users WHERE id = %d",
		"SELECT max(email) FROM users WHERE id = %d",
	} {
		query = fmt.Sprintf(query, i+1)
		for again, c := range []*pgx.Conn{plain, prepared, plain, prepared} {
			if n, err := rowsOf(t, c, query); n != 1 || err != nil {
				t.Fatalf("%s: %d rows, %v", query, n, err)
			}
			if got, first := h.counted(t), again == 0; (got == email(1)) != first {
				t.Errorf("%s, the %dth time: counted %s", query, again+1, got)
			}
		}
	}
	for _, c := range []*pgx.Conn{plain, prepared} {
		n, err := rowsOf(t, c, "SELECT id, mail FROM (SELECT no AS id, mail FROM people) AS q WHERE id BETWEEN 3 AND 11 ORDER BY id")
		if wantError(t, err, "54000", "value-budget", "9 different values of the class email in an hour"); n != 7 {
			t.Errorf("%d rows came before the first new value", n)
		}
		if e := h.book.Last(t, "sql"); e.Code() != "value-budget" || e.In.Rows != 7 || e.Reasons[0].At == "" {
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

// TestValuesInBinaryAreThoseInText: the same value of another format is no other.
func TestValuesInBinaryAreThoseInText(t *testing.T) {
	h := startCounting(t, 3, "")
	h.direct("UPDATE users SET year = 1970 + id WHERE id < 10")
	for _, change := range []func(*pgx.ConnConfig){simply, func(*pgx.ConnConfig) {}, simply} {
		if n, err := rowsOf(t, h.conn(change), "SELECT year FROM users WHERE id <= 3"); n != 3 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	}
	if _, err := rowsOf(t, h.conn(), "SELECT year FROM users WHERE id = 4"); err == nil {
		t.Error("a fourth value passes")
	}
}

// TestValuesOfSuspendedPortals: the rows of a portal are counted as they come.
func TestValuesOfSuspendedPortals(t *testing.T) {
	h := startCounting(t, 5, "")
	c := h.raw(t).secure(h).login()
	c.send(wire.AppendQuery(nil, "BEGIN"))
	c.until()
	b := executed("SELECT email FROM users ORDER BY id")
	b = wire.Execute{MaxRows: 2}.Append(b[:len(b)-len(wire.Execute{}.Append(nil))])
	c.send(wire.AppendEmpty(b, wire.MsgFlush))
	c.until1(wire.MsgPortalSuspended)
	more := wire.AppendEmpty(wire.Execute{MaxRows: 2}.Append(nil), wire.MsgFlush)
	c.send(more)
	c.until1(wire.MsgPortalSuspended)
	c.send(wire.AppendEmpty(wire.Execute{MaxRows: 2}.Append(nil), wire.MsgSync))
	if got := c.until(); got != "DE(54000)ZE" {
		t.Errorf("the rest is %s", got)
	}
	if e := h.book.Last(t, "sql"); e.Code() != "value-budget" || e.In.Rows != 5 || h.counted(t) != email(5) {
		t.Errorf("recorded as %s", e.Text)
	}
}

// TestValuesOfCopies: each row of a COPY is as many values as it has columns of
// the class, and none is begun where nothing is left.
func TestValuesOfCopies(t *testing.T) {
	h := startCounting(t, 5, "")
	c := h.conn()
	copyOut := func(query string) (int, error) {
		var out bytes.Buffer
		_, err := c.PgConn().CopyTo(t.Context(), &out, query)
		return strings.Count(out.String(), "@example.com"), err
	}
	if n, err := copyOut("COPY notes TO STDOUT"); n != 0 || err != nil || h.counted(t) != "" {
		t.Errorf("no class: %d values, %v", n, err)
	}
	if n, err := copyOut("COPY (SELECT id, email FROM users WHERE id <= 3) TO STDOUT (FORMAT csv, DELIMITER ';')"); n != 3 || err != nil || h.counted(t) != email(3) {
		t.Errorf("%d values, %v, recorded as %s", n, err, h.counted(t))
	}
	n, err := copyOut("COPY (SELECT mail FROM people) TO STDOUT")
	if wantError(t, err, "54000", "value-budget"); n != 2 || h.counted(t) != email(2) {
		t.Errorf("%d values, recorded as %s", n, h.counted(t))
	}
	n, err = copyOut("COPY users (email) TO STDOUT")
	if wantError(t, err, "54000", "value-budget"); n != 0 || h.book.Last(t, "sql").In.Rows != 0 {
		t.Errorf("%d values where nothing is left", n)
	}
}

// TestWritesThatReturnValues: one is refused before its change where nothing is
// left, and taken back where what is left does not do.
func TestWritesThatReturnValues(t *testing.T) {
	h := startCounting(t, 2, "")
	c := h.conn()
	_, err := rowsOf(t, c, "UPDATE users SET year = 1 WHERE id <= 3 RETURNING email")
	wantError(t, err, "54000", "value-budget")
	_, err = rowsOf(t, c, "DELETE FROM users WHERE id = 1 RETURNING email")
	wantError(t, err, "54000", "value-budget")
	if n, err := rowsOf(t, c, "DELETE FROM users WHERE id = 7 RETURNING id"); n != 1 || err != nil {
		t.Errorf("one that returns none of them: %d rows, %v", n, err)
	}
	if n, err := rowsOf(t, h.owner(), "SELECT FROM users WHERE id = 1"); n != 1 || err != nil {
		t.Errorf("what was refused is done: %d rows, %v", n, err)
	}
}

// TestWhatCannotBeCounted: nothing brings values in beside the budget.
func TestWhatCannotBeCounted(t *testing.T) {
	h := startCounting(t, 5, "")
	c := h.conn(simply)
	exec(t, c, "BEGIN")
	exec(t, c, "DECLARE c CURSOR FOR SELECT email FROM users") // shows nothing
	n, err := rowsOf(t, c, "FETCH ALL FROM c")
	wantError(t, err, "54000", "value-budget")
	if n > 5 {
		t.Errorf("a cursor brought %d values", n)
	}
	exec(t, c, "ROLLBACK")
	for _, q := range []string{
		"SELECT lower(email) FROM users", "SELECT string_agg(email, ',') FROM users", "SELECT array_agg(email) FROM users", "SELECT row_to_json(u) FROM users u",
		"SELECT u FROM users u", "SELECT count(*), string_agg(mail, ',') FROM people", "INSERT INTO notes SELECT id, email FROM users",
		"CREATE TABLE copy AS SELECT email FROM users", "EXPLAIN SELECT email FROM users", "UPDATE users SET email = (SELECT string_agg(email, ',') FROM users)",
		"SELECT query_to_xml('SELECT email FROM users', true, true, '')",
		"DO $$ BEGIN PERFORM email FROM users; END $$", "SELECT email::int FROM users", "SELECT 1 FROM users WHERE email::int = 1",
	} {
		_, err := rowsOf(t, c, q)
		if err == nil || strings.Contains(err.Error(), "mail001") || strings.Contains(h.book.Last(t, "sql").Text, `"values"`) {
			t.Errorf("%s: %v, recorded as %s", q, err, h.book.Last(t, "sql").Text)
		}
	}
	h = startCounting(t, 5, "    unknown-lineage: mask\n")
	if got, err := cells(t, h.conn(), "SELECT lower(email), id FROM users WHERE id = 1"); got != "<nil> 1" || err != nil {
		t.Errorf("what is computed: %q, %v", got, err)
	}
}

// TestMaskedValuesAreCountedAsTheyCome: masks that make all values the same cost
// one.
func TestMaskedValuesAreCountedAsTheyCome(t *testing.T) {
	h := startCounting(t, 1, "    in: {email: mask}\n")
	for _, change := range []func(*pgx.ConnConfig){simply, func(*pgx.ConnConfig) {}} {
		if n, err := rowsOf(t, h.conn(change), "SELECT email FROM users"); n != 200 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	}
	h.direct("INSERT INTO users VALUES (999, 'longer.mail@example.com', NULL)")
	if _, err := rowsOf(t, h.conn(), "SELECT email FROM users WHERE id = 999"); err == nil {
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
		change := simply
		if i%2 == 0 {
			change = func(*pgx.ConnConfig) {}
		}
		c := h.conn(change)
		wg.Go(func() {
			rows, err := c.Query(t.Context(), fmt.Sprintf("SELECT email FROM users ORDER BY (id + %d) %% 200", 50*i))
			if err != nil {
				t.Error(err)
				return
			}
			defer rows.Close()
			for rows.Next() {
				mu.Lock()
				seen[string(rows.RawValues()[0])] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(seen) != 100 {
		t.Errorf("%d values came in", len(seen))
	}
}

// TestReloadOfValues: a budget that is new counts from then on, and the one that
// stays remembers.
func TestReloadOfValues(t *testing.T) {
	h := startCounting(t, 3, "")
	c := h.conn()
	if n, err := rowsOf(t, c, "SELECT email FROM users WHERE id <= 3"); n != 3 || err != nil {
		t.Fatalf("%d rows, %v", n, err)
	}
	s := counting(4, "")
	s.allow = "\n      " + s.allow
	h.reload(s)
	n, err := rowsOf(t, c, "SELECT email FROM users ORDER BY id")
	if wantError(t, err, "54000", "4 different values"); n != 4 {
		t.Errorf("%d rows", n)
	}
}
