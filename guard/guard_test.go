package guard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

func TestGuardRefusesEverythingBeforeSwap(t *testing.T) {
	b := &book{}
	g := New(Options{Recorder: b})
	p := open(t, g, request(), nil)
	wantReason(t, p.Verdict(), sallyport.UnknownDoor)
	if e := b.all(); len(e) != 1 || e[0].Effect != "deny" {
		t.Fatalf("the book holds %+v, want the denial", e)
	}
}

func TestDenialIsDurableBeforeOpenReturns(t *testing.T) {
	g, b := opened(t, Door{Name: "front"}, refusing())
	p := open(t, g, request(), nil)
	wantReason(t, p.Verdict(), sallyport.NoRule)
	if len(b.entries) != 1 || b.how[0] != ledger.Durable || b.entries[0].Type != ledger.Crossed {
		t.Fatalf("the book holds %+v %v, want one durable crossing", b.entries, b.how)
	}
	if err := p.Close(nil); err != nil || len(b.entries) != 1 {
		t.Fatalf("closing a refused passage: %v, %d entries, want the one that was there", err, len(b.entries))
	}
}

func TestSpoolRecordsOnceAtTheEnd(t *testing.T) {
	g, b := opened(t, Door{Name: "front"}, allowing(sallyport.Grant{}))
	p := open(t, g, request(), func(error) {})
	if len(b.entries) != 0 {
		t.Fatalf("an open crossing is recorded as %+v", b.entries)
	}
	p.Count(sallyport.Egress, 120, 0)
	p.Count(sallyport.Ingress, 30, 2)
	if err := errors.Join(p.Close(nil), p.Close(io.EOF)); err != nil {
		t.Fatal(err)
	}
	if len(b.entries) != 1 || b.how[0] != ledger.Buffered {
		t.Fatalf("the book holds %+v %v, want one buffered entry", b.entries, b.how)
	}
	if e := b.entries[0]; e.Out.Bytes != 120 || e.In.Bytes != 30 || e.In.Rows != 2 || e.Effect != "allow" || e.Note != "" {
		t.Fatalf("the entry is %+v", e)
	}
}

func TestStrictRecordsBeforeAndAfter(t *testing.T) {
	g, b := opened(t, Door{Name: "front", Strict: true}, allowing(sallyport.Grant{}))
	p := open(t, g, request(), nil)
	if len(b.entries) != 1 || b.entries[0].Type != ledger.Admitted || b.how[0] != ledger.Durable {
		t.Fatalf("the book holds %+v %v before dispatch, want one durable admission", b.entries, b.how)
	}
	if err := p.Close(nil); err != nil {
		t.Fatal(err)
	}
	if len(b.entries) != 2 || b.entries[1].Type != ledger.Crossed || b.how[1] != ledger.Durable || b.entries[0].ID != b.entries[1].ID {
		t.Fatalf("the book holds %+v %v, want a durable outcome of the same ID", b.entries, b.how)
	}
}

func TestUnrecordedIsRefused(t *testing.T) {
	for _, tc := range []struct {
		name   string
		strict bool
		by     *rules
	}{
		{"strict admission", true, allowing(sallyport.Grant{})},
		{"denial on a spool door", false, refusing()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g, b := opened(t, Door{Name: "front", Strict: tc.strict}, tc.by)
			b.fail(errDisk)
			p, err := g.Open(context.Background(), request(), nil)
			if !errors.Is(err, ErrUnrecorded) || !errors.Is(err, errDisk) {
				t.Fatalf("Open returned %v, %v; want ErrUnrecorded and its cause", p, err)
			}
		})
	}
	t.Run("outcome", func(t *testing.T) {
		g, b := opened(t, Door{Name: "front"}, allowing(sallyport.Grant{}))
		p := open(t, g, request(), nil)
		b.fail(errDisk)
		if err := p.Close(nil); !errors.Is(err, ErrUnrecorded) {
			t.Fatalf("Close returned %v, want ErrUnrecorded", err)
		}
		b.fail(nil)
		if err := p.Close(nil); !errors.Is(err, ErrUnrecorded) {
			t.Fatalf("the second Close returned %v, want what the first did", err)
		}
	})
	t.Run("pressed and classified", func(t *testing.T) {
		g, b := opened(t, Door{Name: "front", Classified: true}, allowing(sallyport.Grant{}))
		b.pressed = true
		if _, err := g.Open(context.Background(), request(), nil); !errors.Is(err, ErrUnrecorded) {
			t.Fatalf("Open returned %v, want ErrUnrecorded", err)
		}
	})
}

func TestModesAreAppliedLast(t *testing.T) {
	for _, mode := range []Mode{Report, Learn} {
		g, b := opened(t, Door{Name: "front", Mode: mode}, refusing())
		p := open(t, g, request(), nil)
		if v := p.Verdict(); v.Effect != sallyport.Allow || v.Would != sallyport.Deny || v.Reason().Code != sallyport.NoRule {
			t.Fatalf("mode %d: verdict is %s, want allow that would deny", mode, v)
		}
		if err := p.Close(nil); err != nil || b.entries[0].Would != "deny" {
			t.Fatalf("mode %d: the entry is %+v (%v), want would: deny", mode, b.entries, err)
		}
		p = open(t, g, request(), nil)
		wantReason(t, p.Deny(sallyport.Reason{Code: sallyport.Protocol}), sallyport.Protocol)

		masking := allowing(sallyport.Grant{})
		masking.masks = []sallyport.Masking{{Where: "pin", Masker: "stars"}}
		g, b = opened(t, Door{Name: "front", Mode: mode}, masking)
		p = open(t, g, request(), nil)
		row := Row{Cells: [][]byte{[]byte("1234")}}
		if p.Result([]Column{{Table: "users", Name: "pin"}}) || p.Row(&row) != sallyport.Allow || string(row.Cells[0]) != "1234" {
			t.Errorf("mode %d: the cell became %q", mode, row.Cells[0])
		}
		if err := p.Close(nil); err != nil || b.entries[0].Would != "mask" || len(b.entries[0].Masks) != 1 {
			t.Errorf("mode %d: the entry is %+v (%v), want would: mask", mode, b.entries, err)
		}
	}
}

func TestModesDoNotSoftenBuiltIns(t *testing.T) {
	g, _ := opened(t, Door{Name: "front", Mode: Report}, allowing(sallyport.Grant{}))
	for _, code := range sallyport.ReasonCodes() {
		c := request()
		err := g.Refuse(c, sallyport.Reason{Code: code})
		if code.BuiltIn() != (err == nil) {
			t.Errorf("refusing for %s: %v", code, err)
		}
		if code.BuiltIn() && !c.Verdict.Denied() {
			t.Errorf("%s: the verdict is %s", code, c.Verdict)
		}
	}
}

func TestVerdictOnlyTightens(t *testing.T) {
	limit := sallyport.Limit{Max: 10, At: line7}
	g, b := opened(t, Door{Name: "front"}, allowing(sallyport.Grant{Body: limit}))
	p := open(t, g, request(), nil)
	in := p.Reader(sallyport.Ingress, strings.NewReader(strings.Repeat("x", 11)))
	_, err := io.ReadAll(in)
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("reading beyond the limit ended with %v, want a Refusal", err)
	}
	wantReason(t, refusal.Verdict, sallyport.BodyLimit)
	v := p.Update(func(c *sallyport.Crossing) { c.In.Bytes = 0 })
	wantReason(t, v, sallyport.BodyLimit)
	if err := p.Close(err); err != nil {
		t.Fatal(err)
	}
	if e := b.entries[0]; e.Effect != "deny" || e.Note != "cut: body-limit" || b.how[0] != ledger.Durable {
		t.Fatalf("the entry is %+v %v, want a durable cut", e, b.how)
	}
}

func TestEntriesHoldNoValues(t *testing.T) {
	g, b := opened(t, Door{Name: "front"}, refusing())
	c := request()
	c.Act.(*sallyport.HTTPRequest).Method = "STEAL-4111111111111111"
	c.Act.(*sallyport.HTTPRequest).ContentType = "secret/4111111111111111"
	open(t, g, c, nil)
	if err := g.Refuse(&sallyport.Crossing{Door: "front", Act: &sallyport.Logon{User: "alice"}},
		sallyport.Reason{Code: sallyport.BadCredentials}); err != nil {
		t.Fatal(err)
	}
	open(t, g, &sallyport.Crossing{Door: "front", Act: &sallyport.Statement{Shape: "selec alice", Unparsed: "near alice"}}, nil)
	for _, e := range b.entries {
		whole, err := ledger.AppendEntry(nil, &e)
		if err != nil {
			t.Fatal(err)
		}
		text := string(whole)
		for _, value := range []string{"secret-segment", "STEAL", "4111", "192.0.2.9", "alice", "app.example.com"} {
			if strings.Contains(text, value) {
				t.Errorf("the entry %+v holds %s", e, value)
			}
		}
	}
}

func TestAdmissionHasTheRoute(t *testing.T) {
	g, b := opened(t, Door{Name: "front", Strict: true}, allowing(sallyport.Grant{Route: "/colours/*"}))
	c := request()
	c.Act.(*sallyport.HTTPRequest).Route = ""
	open(t, g, c, nil)
	if got := b.entries[0].Act.What; got != "/colours/*" {
		t.Fatalf("the admission is of %q", got)
	}
}

// TestTooLargeIsRecordedAllTheSame: a client must not be able to choose that
// there is no record of what it sent.
func TestTooLargeIsRecordedAllTheSame(t *testing.T) {
	long := strings.Repeat("\x01", 1<<20)
	statement := func() *sallyport.Crossing {
		act := &sallyport.Statement{Kind: "select", Shape: long, Error: "1"}
		for range 5000 {
			act.Tables = append(act.Tables, sallyport.TableUse{Schema: "\x02\x02", Name: long[:300]})
			act.Kinds = append(act.Kinds, "select")
			act.Dangers = append(act.Dangers, "file")
		}
		return &sallyport.Crossing{Door: "front", Act: act, Context: sallyport.Context{SQL: sallyport.SQLContext{Database: long, Mode: long}},
			Findings: []sallyport.Finding{{Inspector: "x", Code: "y", Where: long}}}
	}
	g, b := opened(t, Door{Name: "front"}, refusing())
	open(t, g, statement(), nil)
	if len(b.entries) != 1 || b.entries[0].Effect != "deny" || !strings.Contains(b.entries[0].Note, "cut to fit") {
		t.Fatalf("%d entries after a denial that is too large", len(b.entries))
	}
	g, b = opened(t, Door{Name: "front", Strict: true}, allowing(sallyport.Grant{}))
	if err := open(t, g, statement(), nil).Close(nil); err != nil || len(b.entries) != 2 {
		t.Fatalf("%d entries after a crossing that is too large: %v", len(b.entries), err)
	}
}

// TestNotesOfWrites: a write that ended early may have been made, unless the
// door knows that it was not run; a read leaves no such doubt.
func TestNotesOfWrites(t *testing.T) {
	for _, tt := range []struct {
		writes bool
		err    error
		note   string
	}{
		{true, io.EOF, "the connection ended early; what it writes may have been written"},
		{true, fmt.Errorf("skipped: %w", ErrNotRun), ErrNotRun.Error()},
		{false, io.EOF, "the connection ended early"},
		{true, nil, ""},
	} {
		g, b := opened(t, Door{Name: "front"}, allowing(sallyport.Grant{}))
		c := request()
		c.Act = &sallyport.Statement{Kind: "select", Writes: tt.writes}
		if err := open(t, g, c, nil).Close(tt.err); err != nil {
			t.Fatal(err)
		}
		all := b.all()
		if got := all[len(all)-1].Note; got != tt.note {
			t.Errorf("%v of %v: the note is %q, want %q", tt.err, tt.writes, got, tt.note)
		}
	}
}
