package guard

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// spy is an inspector that says what it is told to and keeps what it saw.
type spy struct {
	finds []sallyport.Finding
	seen  []string
}

var _ interface {
	Watcher
	Causer
} = (*spy)(nil)

func (s *spy) Name() string { return "spy" }
func (s *spy) Inspect(context.Context, *sallyport.Crossing) []sallyport.Finding {
	return nil
}
func (s *spy) Watch(*sallyport.Crossing) Tap { return s }
func (s *spy) Cause(*sallyport.Crossing) sallyport.Cause {
	return sallyport.Cause{ID: sallyport.ID{7}, How: sallyport.ByValue}
}
func (s *spy) Bytes(d sallyport.Direction, b []byte) []sallyport.Finding {
	s.seen = append(s.seen, fmt.Sprintf("%s %s", d, b))
	return nil
}
func (s *spy) Row(r *Row) []sallyport.Finding {
	s.seen = append(s.seen, fmt.Sprintf("row %s", r.Cells))
	return nil
}
func (s *spy) Fact(f sallyport.Fact) []sallyport.Finding {
	s.seen = append(s.seen, fmt.Sprintf("%s %s=%s %v", f.Role, f.Name, f.Text, f.Span))
	return s.finds
}
func (s *spy) Done() []sallyport.Finding { return nil }

func TestInspectorsSeeFactsAndCanRefuse(t *testing.T) {
	s := &spy{}
	g, b := opened(t, Door{Name: "front", Mode: Report}, allowing(sallyport.Grant{}), func(o *Options) { o.Inspectors = []Inspector{s} })
	p := open(t, g, request(), nil)
	if v := p.Note(sallyport.Fact{Role: sallyport.Input, Name: "q", Text: []byte("red"), Span: sallyport.Span{Start: 2, End: 5}}); v.Denied() {
		t.Fatalf("a fact without a finding: %s", v)
	}
	s.finds = []sallyport.Finding{{Inspector: "spy", Code: "bad", Where: "q", Count: 1, Deny: true}}
	wantReason(t, p.Note(sallyport.Fact{Role: sallyport.Code, Text: []byte("or 1=1")}), sallyport.Inspected)
	if err := p.Close(nil); err != nil {
		t.Fatal(err)
	}
	want := []string{"input q=red {2 5}", "code =or 1=1 {0 0}"}
	if diff := cmp.Diff(want, s.seen); diff != "" {
		t.Fatal(diff)
	}
	e := b.entries[0]
	if e.Cause.How != "by-value" || len(e.Finds) != 1 || e.Finds[0].Code != "bad" || e.Effect != "deny" {
		t.Fatalf("the entry is %+v", e)
	}
}

// stars masks by as many stars as there are bytes.
type stars struct{}

func (stars) Name() string { return "stars" }
func (stars) Mask(dst, cell []byte) ([]byte, bool) {
	for range cell {
		dst = append(dst, '*')
	}
	return dst, true
}

// wardrobe has the one masker, for texts.
type wardrobe struct{}

func (wardrobe) Masker(_ string, m sallyport.Masking, t Type) Masker {
	if m.Masker != "stars" || t.Family != Text {
		return nil
	}
	return stars{}
}

func TestRowsAreMaskedAfterTheyWereSeen(t *testing.T) {
	s := &spy{}
	by := allowing(sallyport.Grant{Rows: sallyport.Limit{Max: 2, At: line7}})
	by.masks = []sallyport.Masking{{Where: "users.email", Masker: "stars"}, {Where: "pin", Masker: "not-wired-in"}}
	g, _ := opened(t, Door{Name: "front"}, by, func(o *Options) { o.Inspectors = []Inspector{s} })
	g.Swap(Settings{Decider: by, Doors: []Door{{Name: "front"}}, Maskers: wardrobe{}})
	p := open(t, g, request(), nil)
	columns := []Column{{Table: "users", Name: "email", Type: Type{Family: Text}}, {Name: "id"}, {Table: "cards", Name: "pin"}}
	if !p.Result(columns) {
		t.Fatal("a masked result need not be watched")
	}
	row := &Row{Columns: columns, Cells: [][]byte{[]byte("a@b"), []byte("1"), []byte("0000")}}
	if effect := p.Row(row); effect != sallyport.Mask {
		t.Fatalf("the first row: %s", effect)
	}
	if diff := cmp.Diff([][]byte{[]byte("***"), []byte("1"), nil}, row.Cells); diff != "" {
		t.Fatal(diff)
	}
	if s.seen[0] != "row [a@b 1 0000]" {
		t.Fatalf("the tap saw %q, want the row in the clear", s.seen[0])
	}
	p.Row(&Row{Columns: columns, Cells: [][]byte{nil, nil, nil}})
	if effect := p.Row(&Row{Columns: columns, Cells: [][]byte{nil, nil, nil}}); effect != sallyport.Deny {
		t.Fatalf("the row beyond the limit: %s", effect)
	}
}

func TestUnwatchedResultsAreForwarded(t *testing.T) {
	g, _ := opened(t, Door{Name: "front"}, allowing(sallyport.Grant{}))
	if p := open(t, g, request(), nil); p.Result([]Column{{Name: "id"}}) {
		t.Fatal("rows that nobody watches have to be shown")
	}
}

func TestRates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rate := sallyport.Rate{N: 2, Per: time.Second, Key: sallyport.PerAddress, At: line7}
		g, _ := opened(t, Door{Name: "front"}, allowing(sallyport.Grant{Rates: []sallyport.Rate{rate}}))
		from := func(addr string) *Passage {
			c := request()
			c.From.Addr = netip.MustParseAddrPort(addr)
			return open(t, g, c, nil)
		}
		for range 2 {
			if v := from("192.0.2.1:1").Verdict(); v.Denied() {
				t.Fatalf("within the rate: %s", v)
			}
		}
		p := from("192.0.2.1:2")
		wantReason(t, p.Verdict(), sallyport.RateLimit)
		if after := p.Refusal().RetryAfter; after != 500*time.Millisecond {
			t.Fatalf("retry after %s, want 500ms", after)
		}
		if v := from("192.0.2.2:1").Verdict(); v.Denied() {
			t.Fatalf("another address: %s", v)
		}
		from("[2001:db8::1]:1")
		from("[2001:db8::2]:1")
		wantReason(t, from("[2001:db8::3]:1").Verdict(), sallyport.RateLimit)
		time.Sleep(500 * time.Millisecond)
		if v := from("192.0.2.1:3").Verdict(); v.Denied() {
			t.Fatalf("half a second later: %s", v)
		}
	})
}

func TestRateMemoryIsBounded(t *testing.T) {
	r := newRates()
	rate := sallyport.Rate{N: 1, Per: time.Hour}
	now := time.Unix(1e9, 0)
	for i := range 3 * rateShards * shardKeys {
		r.take(rateKey{who: holder{name: fmt.Sprint(i)}}, rate, now)
	}
	for i := range r.shards {
		if n := len(r.shards[i].arrival); n > shardKeys {
			t.Fatalf("a shard holds %d buckets, at most %d", n, shardKeys)
		}
	}
}

func TestFloodIsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const denials = 100_000
		g, b := opened(t, Door{Name: "front"}, refusing())
		for i := range denials {
			c := request()
			c.From.Addr = netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), 1)
			c.From.Proof, c.From.Certificate = sallyport.ProofCertificate, fmt.Sprintf("client-%d.example.com", i)
			c.From.TLS = []string{"", "1.2", "1.3"}[i%3]
			c.Act.(*sallyport.HTTPRequest).Method = fmt.Sprintf("M%d", i)
			wantReason(t, open(t, g, c, nil).Verdict(), sallyport.NoRule)
			if i%1000 == 0 {
				time.Sleep(10 * time.Millisecond)
			}
		}
		time.Sleep(3 * time.Second)
		g.Close()
		var counted uint64
		for i, e := range b.all() {
			if b.how[i] != ledger.Durable {
				t.Fatalf("%+v is not durable", e)
			}
			if e.Type == ledger.Crossed {
				counted++
			}
			if e.Type == ledger.Flood && (e.From.Addr != "" || e.From.Certificate != "" || e.From.TLS != "") {
				t.Fatalf("%+v says of many denials what one of them was", e)
			}
			counted += e.Count
		}
		if counted != denials {
			t.Fatalf("%d denials are accounted for, want %d", counted, denials)
		}
		if b.bytes > 10<<20 {
			t.Fatalf("the flood took %d bytes, want less than 10 MiB", b.bytes)
		}
	})
}

// TestFloodHidesNothing: among many denials of one table those of another are
// not counted as one of them.
func TestFloodHidesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, b := opened(t, Door{Name: "front"}, refusing())
		deny := func(act sallyport.Act) {
			c := request()
			c.Act = act
			wantReason(t, open(t, g, c, nil).Verdict(), sallyport.NoRule)
		}
		table := func(name string) sallyport.Act {
			return &sallyport.Statement{Kind: "select", Tables: []sallyport.TableUse{{Schema: "shop", Name: name}}}
		}
		for range 60 {
			deny(table("payments"))
		}
		deny(table("leak"))
		time.Sleep(2 * time.Second)
		g.Close()
		told := map[string]uint64{}
		for _, e := range b.all() {
			n := e.Count
			if e.Type == ledger.Crossed {
				n = 1
			}
			told[strings.Join(e.Act.Tables, ",")] += n
		}
		for what, want := range map[string]uint64{"shop.payments": 60, "shop.leak": 1} {
			if told[what] != want {
				t.Errorf("%q is told %d times, want %d: %v", what, told[what], want, told)
			}
		}
	})
}

func TestFloodCountSurvivesALedgerThatRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, b := opened(t, Door{Name: "front"}, refusing())
		for range denialQuota + 10 {
			open(t, g, request(), nil)
		}
		b.fail(errDisk)
		time.Sleep(1500 * time.Millisecond)
		b.fail(nil)
		time.Sleep(2 * time.Second)
		var counted uint64
		for _, e := range b.all() {
			counted += e.Count
		}
		if counted != 10 {
			t.Fatalf("%d denials were counted, want 10", counted)
		}
	})
}
