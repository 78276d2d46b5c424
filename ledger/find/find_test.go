package find_test

import (
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find"
	"github.com/sallyport/sallyport/ledger/find/findtest"
)

var update = flag.Bool("update", false, "write golden files anew")

var now = time.Date(2026, 11, 23, 14, 30, 15, 0, time.FixedZone("", 3600))

func entry() *ledger.Entry {
	id, _ := sallyport.ParseID("0198c1a2-7b3c-7def-8123-456789abcdef")
	return &ledger.Entry{
		Type: ledger.Crossed, ID: id, Time: time.Date(2026, 11, 23, 13, 5, 0, 0, time.UTC), Nanos: 12_000_000,
		App: "colours", Door: "db",
		From: ledger.Peer{Kind: "app", Name: "colours", Addr: "10.0.3.5:51234", Proof: "password", TLS: "1.3"},
		To:   ledger.Peer{Kind: "host", Name: "main-db", Addr: "h:abc123"},
		Act: ledger.Act{
			Kind: "sql", Dir: "ingress", Verb: "select", What: "SELECT pan FROM payments WHERE id = ?",
			Tables: []string{"payments", "shop.users"}, Prepared: true, Host: "h:def456",
			Columns: []ledger.Column{{Table: "shop.users", Name: "iban", Use: "test"}, {Table: "payments", Name: "*"}},
		},
		In: ledger.Flow{Bytes: 100_000, Rows: 1200, Classes: []string{"card"}}, Out: ledger.Flow{Bytes: 50},
		Effect: "deny", Reasons: []ledger.Reason{{Code: "class", At: "policy.yaml:41", Path: "doors[1].in"}},
	}
}

func TestMatch(t *testing.T) {
	for _, tc := range []struct {
		query string
		want  bool
	}{
		{"", true},
		{"class:card verdict:deny dir:in -peer:prometheus rows:>1000 since:1h", true},
		{"column:shop.users.iban", true},
		{"column:*.IBAN", true},
		{"columns:*users.iban", true},
		{`column:"payments.*"`, true},
		{"column:iban", false},
		{"column:payments.iban", false},
		{"-column:*.iban", false},
		{"dir:out", false},
		{"dir:egress,ingress", true},
		{"rows:>1200", false},
		{"rows:1200", true},
		{"bytes:100050", true},
		{"in.bytes:>97KiB out.bytes:<=50B", true},
		{"ns:10ms..1s took:12ms", true},
		{"since:14:05", true}, // 13:05 UTC is 14:05 in the zone of now
		{"since:14:06", false},
		{"at:14:05", true},
		{"until:14:04", false},
		{"until:14:05", true},
		{"at:today -at:yesterday", true},
		{"at:2026-11", true},
		{"at:2026-11-23T13:05:00Z..2026-11-24", true},
		{"until:2h", false},
		{"id:0198C1A2-7b3c-7def-8123-456789abcdef", true},
		{"id:0198*", true},
		{"-cause:* -session:*", true},
		{"cause:*", false},
		{"table:PAYMENTS", true},
		{"table:users", false},
		{"table:*.users", true},
		{"what:payments", false},
		{"what:*payments*", true},
		{`what:"SELECT pan FROM "*`, true},
		{`what:"SELECT *"`, false},
		{"shape:select*", true},
		{"route:*", false},
		{"pan", true},
		{"-pan", false},
		{`"from payments"`, true},
		{"MAIN", true},
		{"peer:main-db from:colours to:main-db", true},
		{"from:main-db", false},
		{"tls:1.3 from.tls:1.2,1.3 tls:*", true},
		{"tls:1.2", false},
		{"addr:10.0.3.5", true},
		{"addr:10.0.3.5:51234", true},
		{"addr:::ffff:10.0.3.5", true},
		{"addr:10.0.0.0/16", true},
		{"addr:10.1.0.0/16", false},
		{"addr:192.0.2.7", true}, // its pseudonym
		{"addr:192.0.2.8", false},
		{"addr:192.0.2.7:443", true},
		{"addr:h:abc123", true},
		{"host:shop.example.com", true}, // its pseudonym
		{"host:Shop.Example.com.", true},
		{"host:shop.example.com:8443", true},
		{"host:192.0.2.9:8443 host:[2001:DB8:0::7]:443 host:[2001:db8::7] host:2001:db8::7", true},
		{"host:other.example.com", false},
		{"host:192.0.2.7", false}, // an address is hashed as another kind
		{"host:other.example.com,shop.example.com -host:other.example.com", true},
		{"host:h:def456 host:h:def* host:*", true},
		{"shop.example.com", false},
		{"rule:41 rule:policy.yaml:41 rule:doors[1]*", true},
		{"rule:1", false},
		{"reason:class", true},
		{"prepared:yes", true},
		{"varies:no", true},
		{"varies:yes", false},
		{"status:4xx", false},
		{"status:0", true},
		{"would:*", false},
		{"verdict:blocked", true},
		{"type:crossing act:sql,http", true},
	} {
		p := find.Parser{Now: now, Pseudonym: func(kind, value string) string {
			switch kind + " " + value {
			case "addr 192.0.2.7":
				return "h:abc123"
			case "host shop.example.com", "host 2001:db8::7", "host 192.0.2.9":
				return "h:def456"
			}
			return "h:other"
		}}
		q, err := p.Parse(tc.query)
		if err != nil {
			t.Errorf("%s: %v", tc.query, err)
			continue
		}
		if got := q.Match(entry()); got != tc.want {
			t.Errorf("%s: found is %v, want %v", tc.query, got, tc.want)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, tc := range [][2]string{
		{"  verdict:blocked   DIR:out ", "verdict:deny dir:egress"},
		{"who:a,B took:>10ms", "from:a,B ns:>=10.000001ms"},
		{"bytes:>=64KiB bytes:<1k rows:1..1k", "bytes:>=65536 bytes:<=1023 rows:1..1000"},
		{"since:30m", "since:2026-11-23T13:00:15Z"},
		{"until:2026-11-01", "until:2026-11-01T22:59:59.999999999Z"},
		{`table:"a b","x,\"y\""`, `table:"a b","x,\"y\""`},
		{`"colon:word" -"-dash"`, `"colon:word" -"-dash"`},
		{`what:"a*b"*c`, `what:"a*b"*c`},
		{"status:4xx", "status:400..499"},
		{"at:10.11.12", ""},
	} {
		q, err := find.Parse(tc[0], now)
		if err != nil {
			if tc[1] != "" {
				t.Errorf("%s: %v", tc[0], err)
			}
			continue
		}
		if got := q.String(); got != tc[1] {
			t.Errorf("%s\n got %s\nwant %s", tc[0], got, tc[1])
		}
	}
}

// TestMistakes holds what a person sees who wrote it wrong.
func TestMistakes(t *testing.T) {
	queries, err := os.ReadFile("testdata/mistakes.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for query := range strings.Lines(string(queries)) {
		query = strings.TrimSuffix(query, "\n")
		_, err := find.Parse(query, now)
		var e *find.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: error is %v", query, err)
			continue
		}
		got.WriteString("=== " + query + "\n" + err.Error() + "\n")
	}
	golden(t, "testdata/mistakes.golden", got.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update writes it):\n%s", file, diff)
	}
}

func TestBounds(t *testing.T) {
	for _, query := range []string{
		strings.Repeat("a", find.MaxQuery+1),
		strings.Repeat("é", find.MaxQuery),
		strings.Repeat("a ", find.MaxTerms+1),
		"door:" + strings.Repeat("a,", find.MaxValues),
		"\xff", "door:\"a\xff\"",
	} {
		if _, err := find.Parse(query, now); err == nil {
			t.Errorf("%.20q… was accepted", query)
		}
	}
}

// TestCanonicalMeansTheSame: the canonical form finds what the query finds.
func TestCanonicalMeansTheSame(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	var names []string
	for _, f := range find.Fields() {
		names = append(names, f.Name)
	}
	found := 0
	for range 4000 {
		q, err := find.Parse(findtest.Query(r, names), findtest.Start.Add(2*time.Hour))
		if err != nil {
			var e *find.Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			continue
		}
		again, err := find.Parse(q.String(), now)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if q.String() != again.String() {
			t.Fatalf("%s became %s", q, again)
		}
		for i := range 10 {
			e := findtest.Entry(r, i*80)
			if q.Match(e) != again.Match(e) {
				t.Fatalf("%s: differs from its canonical form on %+v", q, e)
			}
			if q.Match(e) {
				found++
			}
		}
	}
	if found < 1000 {
		t.Errorf("only %d entries were found: the test proves little", found)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"class:card verdict:deny dir:out -peer:prometheus rows:>1000 since:1h", `what:"a\"b"*,c -x`, "status:4xx ns:1us..1s",
		"at:2026-11-01..2026-11-03 until:14:05:09.5", "addr:10.0.0.0/8,h:ab", `"`, "-", "a:b:c", "bytes:>1.5MiB", `"OR" -"!",NOT*`,
	} {
		f.Add(s)
	}
	e := entry()
	f.Fuzz(func(t *testing.T, s string) {
		q, err := find.Parse(s, now)
		if err != nil {
			for _, r := range err.Error() {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Fatalf("the error holds %q", r)
				}
			}
			return
		}
		again, err := find.Parse(q.String(), now.Add(time.Hour))
		if err != nil {
			t.Fatalf("%q is not read back: %v", q, err)
		}
		if q.String() != again.String() || q.Match(e) != again.Match(e) {
			t.Fatalf("%q became %q", q, again)
		}
	})
}
