package postgresgate

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// TestAnswersThatNobodyAskedFor has a pipeline without a Sync whose result is
// longer than a server keeps back.
func TestAnswersThatNobodyAskedFor(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).secure(h).login()
	parse := wire.Parse{Query: []byte("SELECT repeat('x', 100) FROM generate_series(1, 20000)")}
	c.send(wire.Execute{}.Append((&wire.Bind{}).Append(parse.Append(nil))))
	for _, want := range []wire.MessageType{wire.MsgParseComplete, wire.MsgBindComplete, wire.MsgDataRow} {
		if got, _ := c.read(); got != want {
			t.Fatalf("answered by %s, want %s", wire.Backend.Name(got), wire.Backend.Name(want))
		}
	}
	c.send(wire.AppendEmpty(nil, wire.MsgSync))
	if got := strings.TrimLeft(c.until(), "D"); got != "CZI" {
		t.Errorf("answered by %s", got)
	}
}

func TestKillAmidACopy(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE t (n INT)")
	c := h.raw(t).secure(h).login()
	c.send(wire.AppendQuery(nil, "COPY t FROM STDIN"))
	c.read()
	c.send(wire.AppendCopyData(nil, []byte("1\n2\n")))
	h.running("COPY t", 1)
	time.Sleep(1500 * time.Millisecond) // the watch looks round
	h.guard.Kill(guard.Kill{Caller: "app"})
	c.refused("57P01", "killed")
	h.running("COPY t", 0)
	if got := scan1(t, h.owner(), "SELECT count(*) FROM t"); got != "0" {
		t.Errorf("%s rows are kept", got)
	}
	if e := h.book.Last(t, "sql"); e.Code() != "killed" || e.Out.Rows != 2 {
		t.Errorf("recorded as %s", e.Text)
	}
}

// eye is an inspector that looks at all there is, and finds a word.
type eye struct {
	mu   sync.Mutex
	seen bytes.Buffer
	word string
}

// lookFor begins anew and looks for a word.
func (e *eye) lookFor(word string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen.Reset()
	e.word = word
}

func (e *eye) saw() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.seen.String()
}

func (*eye) Name() string                                                         { return "eye" }
func (*eye) Inspect(_ context.Context, _ *sallyport.Crossing) []sallyport.Finding { return nil }
func (e *eye) Watch(*sallyport.Crossing) guard.Tap                                { return e }
func (e *eye) Bytes(sallyport.Direction, []byte) []sallyport.Finding              { return nil }
func (e *eye) Done() []sallyport.Finding                                          { return nil }
func (e *eye) Fact(f sallyport.Fact) []sallyport.Finding                          { return e.look(f.Text) }

func (e *eye) Row(r *guard.Row) (found []sallyport.Finding) {
	for i, cell := range r.Cells {
		found = append(found, e.look([]byte(r.Columns[i].Name+"="+string(cell)))...)
	}
	return found
}

func (e *eye) look(text []byte) []sallyport.Finding {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.seen.Write(text)
	e.seen.WriteByte('\n')
	if e.word != "" && bytes.Contains(text, []byte(e.word)) {
		return []sallyport.Finding{{Inspector: "eye", Code: "word", Count: 1, Deny: true}}
	}
	return nil
}

// TestWatchersSeeStatementsAndRows cuts what they find something in.
func TestWatchersSeeStatementsAndRows(t *testing.T) {
	e := new(eye)
	h := start(t, setup{allow: openPolicy, inspectors: []guard.Inspector{e}})
	h.direct("CREATE TABLE colours (id INT, name TEXT)", "INSERT INTO colours VALUES (1, 'teal'), (2, 'plum'), (3, 'rust')")
	both(t, func(t *testing.T, change func(*pgx.ConnConfig)) {
		c := h.conn(change)
		e.lookFor("")
		if n, err := rowsOf(t, c, "SELECT name FROM colours WHERE id > $1 ORDER BY id", 0); n != 3 || err != nil {
			t.Error(n, err)
		}
		if got := e.saw(); !strings.Contains(got, "name=teal\nname=plum\nname=rust\n") {
			t.Errorf("seen: %s", got)
		}
		e.lookFor("plum")
		n, err := rowsOf(t, c, "SELECT name FROM colours WHERE id > $1 ORDER BY id", 0)
		if n > 1 {
			t.Errorf("%d rows passed", n)
		}
		wantError(t, err, "42501", "inspected")
		e.lookFor("")
		if got := scan1(t, c, "SELECT count(*) FROM colours"); got != "3" {
			t.Errorf("got %q", got)
		}
	})
	c := h.conn(simply)
	e.lookFor("needle")
	_, err := c.Exec(t.Context(), "SELECT 'needle'")
	wantError(t, err, "42501", "inspected")
}

// TestACopyThatFailsIsToldAtOnce has the database give a copy up of which more
// is to come.
func TestACopyThatFailsIsToldAtOnce(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE t (n INT)")
	c := h.raw(t).secure(h).login()
	c.send(wire.AppendQuery(nil, "COPY t FROM STDIN"))
	c.read()
	c.send(wire.AppendCopyData(nil, []byte("no number\n")))
	if got := c.until(); got != "E(22P02)ZI" {
		t.Errorf("answered by %s", got)
	}
	late := wire.AppendCopyData(nil, []byte("1\n"))
	c.send(append(wire.AppendEmpty(late, wire.MsgCopyDone), wire.AppendQuery(nil, "SELECT count(*) FROM t")...))
	if got := c.until(); got != "TDCZI" {
		t.Errorf("answered by %s", got)
	}
}

// TestUnansweredSession has the database refuse to tell the session's state, as
// it does where the app has set a statement_timeout that is too short for it.
func TestUnansweredSession(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	own := func(statement string) {
		t.Helper()
		script := `\connect ` + h.db.Name + "\n" + statement
		if err := h.db.Instance.Exec(t.Context(), script); err != nil {
			t.Fatal(err)
		}
	}
	const function = " EXECUTE ON FUNCTION pg_catalog.array_to_json(anyarray) "
	simple := func(text string) []byte { return wire.AppendQuery(nil, text) }
	sync := wire.AppendEmpty(nil, wire.MsgSync)
	for _, tt := range []struct {
		name   string
		before []byte
		send   []byte
		want   string
		after  string // what another statement gives, while it is not told
	}{
		{"Query", nil, simple("SELECT 1"), "E(42501)ZI", "E(42501)ZI"},
		{"Query in a transaction", simple("BEGIN"), simple("SELECT 1"), "E(42501)ZE", "E(25P02)ZE"},
		{"a pipeline", nil, append(executed("SELECT 1"), sync...), "E(42501)ZI", "E(42501)ZI"},
		{"amid a pipeline", nil, slices.Concat(executed("SET extra_float_digits = 1"), executed("SELECT 1"), simple("SELECT 2"), sync), "12nC1E(42501)ZI", "E(42501)ZI"},
		{"amid a pipeline, in a transaction", simple("BEGIN"), slices.Concat(executed("SET extra_float_digits = 1"), executed("SELECT 1"), sync), "12nC1E(42501)ZE", "E(25P02)ZE"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := h.raw(t).secure(h).login()
			own("REVOKE" + function + "FROM PUBLIC")
			defer own("GRANT" + function + "TO PUBLIC")
			if tt.before != nil {
				c.send(tt.before)
				c.until()
			}
			if !strings.HasPrefix(tt.name, "amid") {
				c.send(simple("SET extra_float_digits = 2"))
				c.until()
			}
			c.send(tt.send)
			if got := c.until(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
			if e := h.book.Last(t, "sql"); e.Code() != "ambiguous" || e.Effect != "deny" {
				t.Errorf("recorded as %s", e.Text)
			}
			c.send(simple("SELECT 3"))
			if got := c.until(); got != tt.after {
				t.Errorf("then got %s, want %s", got, tt.after)
			}
			own("GRANT" + function + "TO PUBLIC")
			c.send(simple("ROLLBACK"))
			c.until()
			c.send(simple("SELECT 4"))
			if got := c.until(); got != "TDCZI" {
				t.Errorf("at last got %s", got)
			}
		})
	}
}

// TestPausesAreSentOn has an app stop amid a pipeline, without a Flush: the
// database has what came of it by then.
func TestPausesAreSentOn(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).secure(h).login()
	parse := wire.Parse{Query: []byte("SELECT 'what is parsed ahead'")}
	c.send(parse.Append(nil))
	h.running("SELECT 'what is parsed ahead'", 1)
}
