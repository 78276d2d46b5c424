package mysqlgate

import (
	"context"
	"strings"
	"sync"
	"testing"

	driver "github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/gatetest"
	"github.com/sallyport/sallyport/guard"
)

// spy is an inspector that keeps what it was shown of statements, and refuses
// where it meets a word.
type spy struct {
	refuse string

	mu   sync.Mutex
	seen []string
}

var _ guard.Watcher = (*spy)(nil)

func (*spy) Name() string                                                     { return "spy" }
func (*spy) Inspect(context.Context, *sallyport.Crossing) []sallyport.Finding { return nil }

// Watch follows statements that touch a table.
func (s *spy) Watch(c *sallyport.Crossing) guard.Tap {
	if act, ok := c.Act.(*sallyport.Statement); ok && len(act.Tables) > 0 {
		return s
	}
	return nil
}

func (s *spy) saw(text string) []sallyport.Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen = append(s.seen, text)
	if s.refuse != "" && strings.Contains(text, s.refuse) {
		return []sallyport.Finding{{Inspector: "spy", Code: "word", Count: 1, Deny: true}}
	}
	return nil
}

func (s *spy) Bytes(sallyport.Direction, []byte) []sallyport.Finding { return nil }
func (s *spy) Done() []sallyport.Finding                             { return nil }
func (s *spy) Fact(f sallyport.Fact) []sallyport.Finding {
	return s.saw(sprintf("%s %s<%s> %d-%d", f.Role, f.Name, f.Text, f.Span.Start, f.Span.End))
}

func (s *spy) Row(r *guard.Row) []sallyport.Finding {
	var b strings.Builder
	for i, c := range r.Columns {
		cell := string(r.Cells[i])
		if r.Cells[i] == nil {
			cell = "NULL"
		}
		b.WriteString(sprintf(" %s.%s=%s", c.Table, c.Name, cell))
	}
	return s.saw("row" + b.String())
}

func (s *spy) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := s.seen
	s.seen = nil
	return seen
}

// stars masks by as many stars as there are bytes.
type stars struct{}

func (stars) Name() string { return "stars" }
func (stars) Mask(dst, cell []byte) ([]byte, bool) {
	return append(dst, strings.Repeat("*", len(cell))...), true
}

// starsOnly knows one masker.
type starsOnly struct{}

func (starsOnly) Masker(_ string, m sallyport.Masking, _ guard.Type) guard.Masker {
	if m.Masker == "stars" {
		return stars{}
	}
	return nil
}

// masking is the policy with masks that it does not ask for.
type masking struct {
	guard.Decider
	masks []sallyport.Masking
}

func (m masking) Decide(c *sallyport.Crossing, g sallyport.Grant) sallyport.Verdict {
	v := m.Decider.Decide(c, g)
	if s, ok := c.Act.(*sallyport.Statement); ok && len(s.Tables) > 0 && v.Effect == sallyport.Allow {
		v.Effect, v.Would, v.Masks = sallyport.Mask, sallyport.Mask, m.masks
	}
	return v
}

const people = "CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(20), email VARCHAR(40), born DATE, n INT NOT NULL)"

func TestWatchersSeeFactsAndRows(t *testing.T) {
	eye := new(spy)
	h := start(t, setup{allow: openPolicy, inspectors: []guard.Inspector{eye}})
	h.direct(people, "INSERT INTO people VALUES (1, '', 'ann@example.com', '1990-02-03', 5), (2, NULL, 'bo@example.com', NULL, 6)")
	c := h.conn()
	want := func(what string, lines ...string) {
		t.Helper()
		if diff := cmp.Diff(lines, eye.take()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	rows := []string{"row people.id=1 people.name= people.email=ann@example.com people.born=1990-02-03",
		"row people.id=2 people.name=NULL people.email=bo@example.com people.born=NULL"}
	if n, err := rowsOf(t, c, "SELECT id, name, email, born FROM people WHERE n > 4 AND name <> 'x' OR n > 0 ORDER BY id"); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	want("text", append([]string{
		"code <SELECT id, name, email, born FROM people WHERE n >> 0-50", "literal <4> 51-52", "code <AND name <>> 53-64", "literal <'x'> 65-68",
		"code <OR n >> 69-75", "literal <0> 76-77", "code <ORDER BY id> 78-89",
	}, rows...)...)
	for range 2 {
		if n, err := rowsOf(t, c, "SELECT id, name, email, born FROM people WHERE n > ? AND email <> ? ORDER BY id", 4, "nobody"); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		want("prepared", append([]string{"literal parameter 1<4> 0-0", "literal parameter 2<nobody> 0-0"}, rows...)...)
	}
	if e := h.book.Last(t, "sql"); e.In.Rows != 2 || len(e.Finds) != 0 {
		t.Errorf("recorded as %s", e.Text)
	}
	exec(t, c, "SET @@sql_mode = ''")
	want("what nobody follows")
}

func TestWatchersCanRefuse(t *testing.T) {
	eye := &spy{refuse: "bo@example.com"}
	h := start(t, setup{allow: openPolicy, inspectors: []guard.Inspector{eye}})
	h.direct(people, "INSERT INTO people VALUES (1, 'ann', 'ann@example.com', NULL, 5), (2, 'bo', 'bo@example.com', NULL, 6), (3, 'cy', 'x', NULL, 6)")
	c := h.conn()
	for _, tc := range []struct {
		query string
		args  []any
		rows  int
	}{
		{"SELECT id, email FROM people ORDER BY id", nil, 1},
		{"SELECT id, email FROM people WHERE id > ? ORDER BY id", []any{0}, 1},
		{"UPDATE people SET email = 'bo@example.com' WHERE id = 1", nil, 0},
		{"UPDATE people SET email = ? WHERE id = 1", []any{"bo@example.com"}, 0},
	} {
		n, err := rowsOf(t, c, tc.query, tc.args...)
		if n != tc.rows {
			t.Errorf("%s: %d rows", tc.query, n)
		}
		wantError(t, err, 1142, "42000", "inspected", "spy found word")
		if e := h.book.Last(t, "sql"); e.Code() != "inspected" || e.In.Rows != uint64(tc.rows) || len(e.Finds) == 0 {
			t.Errorf("%s is recorded as %s", tc.query, e.Text)
		}
	}
	var email string
	if err := h.db.OpenDB(t).QueryRow("SELECT email FROM people WHERE id = 1").Scan(&email); err != nil || email != "ann@example.com" {
		t.Errorf("the refused update left %q, %v", email, err)
	}
}

// TestLongDataIsSaidToBeUnseen sends a parameter ahead of its execution.
func TestLongDataIsSaidToBeUnseen(t *testing.T) {
	eye := new(spy)
	h := start(t, setup{allow: openPolicy, inspectors: []guard.Inspector{eye}})
	h.direct(people, "INSERT INTO people VALUES (1, 'ann', 'ann@example.com', NULL, 5)")
	c := h.conn(func(c *driver.Config) { c.MaxAllowedPacket = 4096 })
	for range 2 {
		n, err := rowsOf(t, c, "SELECT id FROM people WHERE name <> ? AND n < ?", strings.Repeat("x", 3000), 77)
		if n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if diff := cmp.Diff([]string{"literal parameter 2<77> 0-0", "row people.id=1"}, eye.take()); diff != "" {
			t.Error(diff)
		}
		if e := h.book.Last(t, "sql"); len(e.Finds) != 1 || e.Finds[0].Code != "unseen" || !strings.Contains(e.Text, "parameter 1") {
			t.Errorf("recorded as %s", e.Text)
		}
	}
}

func TestRowsAreMasked(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct(people, "INSERT INTO people VALUES (1, 'ann', 'ann@example.com', '1990-02-03', 5)")
	p := h.live.Load()
	s := gatetest.Settings(p, starsOnly{})
	s.Decider = masking{p, []sallyport.Masking{{Where: "people.email", Masker: "stars"}, {Where: "born", Masker: "stars"}, {Where: "n", Masker: "gone"}}}
	h.guard.Swap(s)
	c := h.conn()
	const query = "SELECT id, email AS e, born, n, name FROM people WHERE id > "
	for _, tc := range []struct {
		query string
		args  []any
		want  string
	}{
		{query + "0", nil, "1 *************** ********** <nil> ann"},
		{query + "?", []any{0}, "1 *************** <nil> <nil> ann"}, // stars are no date
	} {
		var id, email, born, n, name any
		if err := c.QueryRowContext(t.Context(), tc.query, tc.args...).Scan(&id, &email, &born, &n, &name); err != nil {
			t.Fatal(err)
		}
		text := func(v any) any {
			if b, ok := v.([]byte); ok {
				return string(b)
			}
			return v
		}
		if got := sprintf("%v %v %v %v %v", text(id), text(email), text(born), text(n), text(name)); got != tc.want {
			t.Errorf("%s: %s, want %s", tc.query, got, tc.want)
		}
		if e := h.book.Last(t, "sql"); e.Effect != "mask" || e.In.Rows != 1 {
			t.Errorf("recorded as %s", e.Text)
		}
	}
}
