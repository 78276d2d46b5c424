package learn

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// sel is a prepared SELECT; change makes another statement of it.
func sel(table string, change ...func(*sallyport.Statement)) *sallyport.Statement {
	s := &sallyport.Statement{Protocol: "mysql", Kind: "select", Kinds: []string{"select"}, Database: "shop", Prepared: true,
		Tables: []sallyport.TableUse{{Name: table}}, Shape: "select name from " + table + " where id = ?"}
	for _, c := range change {
		c(s)
	}
	return s
}

func asText(s *sallyport.Statement) { s.Prepared = false }

func insert(s *sallyport.Statement) {
	s.Kind, s.Kinds, s.Writes, s.Affected = "insert", []string{"insert"}, true, 1
	s.Tables[0].Write = true
	s.Shape = "insert into " + s.Tables[0].Name + " values (?)"
}

// TestWritten is what a person gets to read.
func TestWritten(t *testing.T) {
	audit := sel("audit", insert, func(s *sallyport.Statement) {
		s.Kinds = []string{"insert", "select"}
		s.Tables = append(s.Tables, sallyport.TableUse{Name: "users"})
	})
	join := sel("orders", func(s *sallyport.Statement) {
		s.Tables = append(s.Tables, sallyport.TableUse{Name: "users"})
		s.Shape = "select * from orders join users using (id)"
	})
	big := by(shop, sel("users"))
	big.In.Rows = 70
	crossings := []sallyport.Crossing{
		big, by(shop, sel("users")), by(shop, sel("orders")), by(shop, sel("orders", insert)), by(shop, join), by(shop, audit),
		by(shop, sel("colours", asText)), by(shop, sel("colours")),
		by(shop, &sallyport.Statement{Protocol: "mysql", Kind: "call", Kinds: []string{"call"}, Writes: true, Prepared: true, Dangers: []string{"stored_code"}, Shape: "call purge()"}),
		by(shop, &sallyport.Statement{Protocol: "mysql", Kind: "show", Kinds: []string{"show"}, Prepared: true, Shape: "show variables"}),
		by(shop, &sallyport.Statement{Protocol: "mysql", Kind: "transaction", Kinds: []string{"transaction"}, Session: true, Shape: "begin"}),
		by(shop, &sallyport.Statement{Protocol: "mysql", Kind: "unknown", Writes: true, Unparsed: "near x", Shape: "x"}),
		by(shop, sel("users", func(s *sallyport.Statement) { s.Error = "1054" })),
		by(shop, sel("us ers")),
	}
	const want = `# door door
    allow:
      # 3 statements from 2026-11-20 to 2026-11-25, at most 70 rows
      # grants besides what was seen: insert on users, select on audit
      - {who: shop, statements: [insert, select], tables: [audit, users], prepared: required, rows: 200}
      # 2 statements from 2026-11-26 to 2026-11-27, at most 0 rows
      # not ` + "`prepared: required`" + `: 1 came as text or with other literals, mostly: select name from colours where id = ?
      - {who: shop, statements: [select], tables: [colours], rows: 10}
      # 1 statement on 2026-11-29, at most 0 rows
      # no table is named; ` + "`no-table`" + ` keeps the rule from meaning all of them
      - {who: shop, statements: [show], tables: [no-table], prepared: required, rows: 10}
      # 2 statements from 2026-11-22 to 2026-11-23, at most 1 row
      - {who: shop, statements: [insert, select], tables: [orders], prepared: required, rows: 10}
      # 4 statements from 2026-11-20 to 2026-11-24, at most 70 rows
      - {who: shop, statements: [select], tables: [orders, users], prepared: required, rows: 200}
      # 1 statement on 2026-11-28, at most 0 rows
      # what writes and names no table is covered by no ` + "`tables:`" + `, so this holds on all of them
      - {who: shop, statements: [call], dangers: [stored_code], prepared: required, rows: 10}
      # left out, of shop: answered by the database with an error (1)
      # left out, of shop: not understood, which no rule can allow (1)
      # left out, of shop: on a table whose name wants quotes in a rule: write that one by hand (1)
      # left out, of shop: refused or cut (700)
      # left out, of shop: what only steers its session, which needs no rule (1)
`
	entries := record(t, load(t, "mysql", "", nil), crossings)
	flood := ledger.Entry{Type: ledger.Flood, Door: "door", From: entries[0].From, Act: ledger.Act{Kind: "sql", Verb: "drop"}}
	counted := flood
	counted.Count = 700
	_, got := learnt(t, append(entries, &flood, &counted), "")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWrittenOfACertificate: who logs in by a certificate that is no app's is
// written as a rule names it.
func TestWrittenOfACertificate(t *testing.T) {
	entries := record(t, load(t, "mysql", "", nil), []sallyport.Crossing{by(shop, sel("users"))})
	entries[0].From = ledger.Peer{Kind: sallyport.CallerParty.String(), Name: "spiffe://example.com/reports", Proof: "mtls"}
	_, got := learnt(t, entries, "")
	if want := `- {who: {mtls: 'spiffe://example.com/reports'}, statements: [select]`; !strings.Contains(got, want) {
		t.Errorf("%s is not in\n%s", want, got)
	}
}

// TestRequests: methods by routes that the record names, for anyone and for who
// showed a key besides.
func TestRequests(t *testing.T) {
	anyone := sallyport.Party{Kind: sallyport.AnyoneParty}
	partner := sallyport.Party{Kind: sallyport.CallerParty, Name: "partner", Proof: sallyport.ProofKey}
	get := func(method, path string) *sallyport.HTTPRequest {
		return &sallyport.HTTPRequest{Method: method, Path: path, Status: 200}
	}
	crossings := []sallyport.Crossing{
		by(anyone, get("GET", "/")), by(anyone, get("GET", "/colours/7")), by(anyone, get("POST", "/colours/8")),
		by(partner, get("GET", "/")), by(partner, get("DELETE", "/api/x")), by(anyone, get("GET", "/elsewhere")),
		by(anyone, get("BREW", "/")),
		by(anyone, &sallyport.HTTPRequest{Method: "GET", Path: "/", Status: 101}),
	}
	const named = "    allow: [{who: anyone, paths: [/, /colours/*, /api/**]}]"
	_, got := learnt(t, record(t, load(t, "http", named, nil), crossings), "")
	const want = `# door door
    allow:
      # 1 request on 2026-11-20
      - {who: anyone, methods: [GET], paths: [/]}
      # 2 requests from 2026-11-21 to 2026-11-22
      - {who: anyone, methods: [GET, POST], paths: [/colours/*]}
      # 1 request on 2026-11-24
      - {who: {key: partner}, methods: [DELETE], paths: [/api/**]}
      # left out, of anyone: by a method that no rule can name (1)
      # left out, of anyone: on a path that no rule of the door names: the record has its hash alone (1)
      # left out, of anyone: upgraded to another protocol, which the record does not name: see ` + "`upgrade:`" + ` (1)
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	p := load(t, "http", got, nil)
	for _, c := range crossings[:5] {
		if _, v := judge(p, c); v.Denied() {
			t.Errorf("%+v was seen and is refused: %v", c.Act, v)
		}
	}
	for _, c := range []sallyport.Crossing{by(anyone, get("POST", "/")), by(anyone, get("DELETE", "/api/x")), by(partner, get("GET", "/api/x"))} {
		if _, v := judge(p, c); !v.Denied() {
			t.Errorf("%+v was not seen and is allowed: %v", c.Act, v)
		}
	}
}

func TestOffences(t *testing.T) {
	crossings := []sallyport.Crossing{
		by(shop, sel("users", asText)), by(shop, sel("users")), by(shop, sel("orders")),
		by(shop, sel("users", func(s *sallyport.Statement) { s.Varies = true })), by(shop, sel("colours", asText)),
		by(shop, &sallyport.Statement{Protocol: "mysql", Kind: "set", Kinds: []string{"set"}, Session: true, Shape: "set names utf8"}),
		by(shop, &sallyport.Statement{Protocol: "mysql", Kind: "unknown", Writes: true, Unparsed: "near x", Shape: "x"}),
	}
	entries := record(t, load(t, "mysql", "", nil), crossings)
	refused := *entries[4]
	refused.Effect, refused.Reasons, refused.Time = "deny", []ledger.Reason{{Code: "unprepared"}}, noon.Add(time.Hour)
	ruled := refused
	ruled.Reasons = []ledger.Reason{{Code: "no-rule"}}
	b, _ := learnt(t, append(entries, &refused, &ruled), "")
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	want := []Offence{
		{Door: "door", App: "shop", Shape: "select name from colours where id = ?", Text: 2, Refused: 1, First: noon.Add(time.Hour), Last: day(4), Example: entries[4].ID},
		{Door: "door", App: "shop", Shape: "select name from users where id = ?", Text: 1, Varied: 1, First: noon, Last: day(3), Example: entries[3].ID},
	}
	if diff := cmp.Diff(want, b.Offences()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestNames: what a rule of the door calls a table, and what it cannot.
func TestNames(t *testing.T) {
	for _, tt := range []struct{ table, proto, session, home, want string }{
		{"users", "mysql", "shop", "shop", "users"},
		{"shop.users", "mysql", "other", "shop", "users"},
		{"users", "mysql", "other", "shop", "other.users"},
		{"users", "mysql", "shop", "", "shop.users"},
		{"users", "mysql", "", "", "users"},
		{"shop.*", "mysql", "shop", "shop", "shop.*"},
		{"users", "postgres", "shop", "shop", "users"},
		{"public.users", "postgres", "shop", "shop", "users"},
		{"sales.users", "postgres", "shop", "shop", "sales.users"},
		{"a.b.c", "mysql", "shop", "shop", ""},
		{"*", "mysql", "", "", ""},
		{"", "mysql", "shop", "shop", ""},
		{"us`ers", "mysql", "shop", "shop", ""},
		{"new\nline", "mysql", "shop", "shop", ""},
		{strings.Repeat("x", 65), "mysql", "shop", "shop", ""},
	} {
		got, ok := nameOf(tt.table, tt.proto, tt.session, tt.home)
		if ok != (tt.want != "") || ok && got != tt.want {
			t.Errorf("%q in %q at a door of %q is %q, %v; want %q", tt.table, tt.session, tt.home, got, ok, tt.want)
		}
	}
}

// TestLogin: a session has one login, so every learnt rule of an app names the
// one that its rules named.
func TestLogin(t *testing.T) {
	b := NewBook(func(string) Door { return Door{Database: "shop", Logins: map[string]string{"shop": "report"}} })
	for _, e := range record(t, load(t, "mysql", "", nil), []sallyport.Crossing{by(shop, sel("users")), by(shop, sel("orders", insert))}) {
		b.Add(e)
	}
	var text strings.Builder
	if err := b.Write(&text, ""); err != nil || strings.Count(text.String(), ", login: report}") != 2 {
		t.Errorf("%v:\n%s", err, &text)
	}
}

// TestBounds: what cannot be told apart any more, and what the record has not
// whole, is in no rule and is counted.
func TestBounds(t *testing.T) {
	e := *record(t, load(t, "mysql", "", nil), []sallyport.Crossing{by(shop, sel("users"))})[0]
	b := NewBook(func(string) Door { return Door{Database: "shop"} })
	for i := range maxSeen + 3 {
		e.Act.What = strconv.Itoa(i)
		b.Add(&e)
	}
	whole := e
	whole.Act.What, whole.Note = "0", "timed out; "+ledger.CutNote
	b.Add(&whole)
	var text strings.Builder
	if err := b.Write(&text, ""); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# 100000 statements on", "less at a time (3)", "not all of it is known (1)"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not said:\n%s", want, &text)
		}
	}
}
