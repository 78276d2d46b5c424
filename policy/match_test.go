package policy

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/sallyport/sallyport"
)

const matchPolicy = `version: 1
apps:
  colours: {proof: [password], password: env:COLOURS_DOOR_PASSWORD, addresses: [10.0.3.0/24]}
  report: {proof: [password], password: env:COLOURS_DOOR_PASSWORD_NEW}
hosts:
  main-db: {name: mysql.example.com, port: 3306}
keys:
  partner: {sha256: file:partner-a.sha256, expires: 2030-01-31}
doors:
  - name: front
    kind: http
    listen: :443
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: {app: colours, url: https://app.example.com}
    allow:
      - {who: anyone, methods: [GET, POST], paths: [/, /colours/**], rate: 20/s per address, body: 64KiB}
      - {who: anyone, methods: [POST], paths: [/colours/*/edit], body: 1KiB, rate: 600/m}
      - {who: {key: partner}, methods: [GET], paths: [/api/colours], upgrade: [websocket]}
  - name: api
    kind: http
    listen: :444
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: {app: colours, url: https://app.example.com}
    allow: [{who: {key: partner}, paths: [/api/**]}]
  - name: db
    kind: mysql
    listen: :3306
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    login: {user: colours, password: env:COLOURS_DB_PASSWORD}
    logins: {report: {user: report, password: env:REPORT_DB_PASSWORD}}
    allow:
      - {who: colours, statements: [select, insert], tables: [colours, users], prepared: required, rows: 500}
      - {who: colours, statements: [select], tables: [users], rows: 1, dangers: [time]}
      - {who: report, statements: [select], tables: ['*', mysql.proc], login: report}
`

func app(name string, addr string, proof sallyport.Proof) sallyport.Party {
	p := sallyport.Party{Kind: sallyport.AppParty, Name: name, Proof: proof}
	if addr != "" {
		p.Addr = netip.AddrPortFrom(netip.MustParseAddr(addr), 1234)
	}
	return p
}

func sel(tables ...string) *sallyport.Statement {
	s := &sallyport.Statement{Kind: "select", Kinds: []string{"select"}, Database: "colours", Prepared: true}
	for _, t := range tables {
		schema, name, ok := strings.Cut(t, ".")
		if !ok {
			schema, name = "", t
		}
		s.Tables = append(s.Tables, sallyport.TableUse{Schema: schema, Name: name})
	}
	return s
}

func with(s *sallyport.Statement, change func(*sallyport.Statement)) *sallyport.Statement {
	change(s)
	return s
}

func get(method, path string) *sallyport.HTTPRequest {
	return &sallyport.HTTPRequest{Method: method, Path: path}
}

func TestDecide(t *testing.T) {
	p := mustParse(t, matchPolicy)
	colours := app("colours", "10.0.3.9", sallyport.ProofPassword)
	report := app("report", "", sallyport.ProofPassword)
	anyone := sallyport.Party{Kind: sallyport.AnyoneParty}
	partner := sallyport.Party{Kind: sallyport.CallerParty, Name: "partner", Proof: sallyport.ProofKey}
	early := time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name string
		c    sallyport.Crossing
		want sallyport.ReasonCode
		line int
		note string // a part of it
	}{
		{"table in a rule", sallyport.Crossing{Door: "db", From: colours, Act: sel("colours")}, sallyport.ByRule, 33, ""},
		{"join within one rule", sallyport.Crossing{Door: "db", From: colours, Act: sel("colours", "users")}, sallyport.ByRule, 33, ""},
		{"join over two rules", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("colours", "users"), func(s *sallyport.Statement) { s.Dangers = []string{"time"} })}, sallyport.Dangerous, 33, "dangers: [time]"},
		{"qualified with the session's database", sallyport.Crossing{Door: "db", From: colours, Act: sel("colours.colours")}, sallyport.ByRule, 33, ""},
		{"same name, other database", sallyport.Crossing{Door: "db", From: colours, Act: sel("other.colours")}, sallyport.NoRule, 33, "no rule lets colours select other.colours; nearest: test.yaml:33 allows tables colours, users"},
		{"unqualified in a system schema", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("users"), func(s *sallyport.Statement) { s.Database = "MySQL" })}, sallyport.NoRule, 33, ""},
		{"other case", sallyport.Crossing{Door: "db", From: colours, Act: sel("Colours")}, sallyport.NoRule, 33, ""},
		{"kind", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("colours"), func(s *sallyport.Statement) { s.Kind, s.Kinds = "delete", []string{"delete"} })}, sallyport.NoRule, 33, "allows statements select, insert"},
		{"one of several kinds", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("colours"), func(s *sallyport.Statement) { s.Kinds = []string{"select", "update"} })}, sallyport.NoRule, 33, ""},
		{"unprepared", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("colours"), func(s *sallyport.Statement) { s.Prepared = false })}, sallyport.Unprepared, 33, ""},
		{"rows", sallyport.Crossing{Door: "db", From: colours, In: sallyport.Flow{Rows: 501}, Act: sel("colours")}, sallyport.RowLimit, 33, "500 rows"},
		{"rows up to the limit", sallyport.Crossing{Door: "db", From: colours, In: sallyport.Flow{Rows: 500}, Act: sel("colours")}, sallyport.ByRule, 33, ""},
		{"the tightest of two rules", sallyport.Crossing{Door: "db", From: colours, In: sallyport.Flow{Rows: 2}, Act: sel("users")}, sallyport.RowLimit, 34, "one row"},
		{"affected", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("colours"), func(s *sallyport.Statement) {
			s.Kind, s.Kinds, s.Writes, s.Affected = "insert", []string{"insert"}, true, 501
		})}, sallyport.RowLimit, 33, ""},
		{"no tables", sallyport.Crossing{Door: "db", From: colours, Act: sel()}, sallyport.ByRule, 33, ""},
		{"writes without tables", sallyport.Crossing{Door: "db", From: colours, Act: with(sel(), func(s *sallyport.Statement) { s.Kind, s.Kinds, s.Writes = "insert", []string{"insert"}, true })}, sallyport.NoRule, 33, ""},
		{"session", sallyport.Crossing{Door: "db", From: colours, Act: &sallyport.Statement{Kind: "transaction", Kinds: []string{"transaction"}, Session: true}}, sallyport.ByRule, 33, ""},
		{"session with a table is none", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("payments"), func(s *sallyport.Statement) { s.Session = true })}, sallyport.NoRule, 33, ""},
		{"unparsed", sallyport.Crossing{Door: "db", From: colours, Act: &sallyport.Statement{Unparsed: "not understood"}}, sallyport.Unparsed, 0, "not understood"},
		{"no kind", sallyport.Crossing{Door: "db", From: colours, Act: &sallyport.Statement{}}, sallyport.Unparsed, 0, ""},
		{"multi", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("colours"), func(s *sallyport.Statement) { s.Multi = true })}, sallyport.MultiStatement, 0, ""},
		{"infile", sallyport.Crossing{Door: "db", From: colours, Act: with(sel("colours"), func(s *sallyport.Statement) { s.Infile = true })}, sallyport.LocalFile, 0, ""},
		{"star", sallyport.Crossing{Door: "db", From: report, Act: sel("colours", "other.payments")}, sallyport.ByRule, 35, ""},
		{"star and a system schema", sallyport.Crossing{Door: "db", From: report, Act: sel("colours", "mysql.user")}, sallyport.NoRule, 35, ""},
		{"system schema in upper case", sallyport.Crossing{Door: "db", From: report, Act: sel("INFORMATION_SCHEMA.TABLES")}, sallyport.NoRule, 35, ""},
		{"a table of a system schema by name", sallyport.Crossing{Door: "db", From: report, Act: sel("mysql.proc")}, sallyport.ByRule, 35, ""},
		{"log in", sallyport.Crossing{Door: "db", From: colours, Act: &sallyport.Logon{}}, sallyport.ByRule, 33, ""},
		{"wrong address", sallyport.Crossing{Door: "db", From: app("colours", "10.0.4.9", sallyport.ProofPassword), Act: &sallyport.Logon{}}, sallyport.WrongAddress, 3, ""},
		{"address mapped into IPv6", sallyport.Crossing{Door: "db", From: app("colours", "::ffff:10.0.3.9", sallyport.ProofPassword), Act: &sallyport.Logon{}}, sallyport.ByRule, 33, ""},
		{"no address", sallyport.Crossing{Door: "db", From: app("colours", "", sallyport.ProofPassword), Act: &sallyport.Logon{}}, sallyport.WrongAddress, 3, ""},
		{"no proof", sallyport.Crossing{Door: "db", From: app("colours", "10.0.3.9", 0), Act: sel("colours")}, sallyport.UnknownCaller, 25, ""},
		{"another proof", sallyport.Crossing{Door: "db", From: app("colours", "10.0.3.9", sallyport.ProofCertificate|sallyport.ProofAddress), Act: sel("colours")}, sallyport.UnknownCaller, 25, ""},
		{"unknown app", sallyport.Crossing{Door: "db", From: app("nobody", "10.0.3.9", sallyport.ProofPassword), Act: sel("colours")}, sallyport.UnknownCaller, 25, ""},
		{"unknown door", sallyport.Crossing{Door: "back", From: colours, Act: sel("colours")}, sallyport.UnknownDoor, 0, ""},
		{"request at a database door", sallyport.Crossing{Door: "db", From: colours, Act: get("GET", "/")}, sallyport.NoRule, 0, ""},
		{"statement at an http door", sallyport.Crossing{Door: "front", From: anyone, Act: sel("colours")}, sallyport.NoRule, 0, ""},
		{"an act of no door", sallyport.Crossing{Door: "front", From: anyone, Act: &sallyport.Dial{}}, sallyport.NoRule, 10, ""},
		{"no act", sallyport.Crossing{Door: "front", From: anyone}, sallyport.NoRule, 10, ""},

		{"root", sallyport.Crossing{Door: "front", From: anyone, Act: get("GET", "/")}, sallyport.ByRule, 16, ""},
		{"zero rest", sallyport.Crossing{Door: "front", From: anyone, Act: get("GET", "/colours")}, sallyport.ByRule, 16, ""},
		{"rest", sallyport.Crossing{Door: "front", From: anyone, Act: get("GET", "/colours/1/2/3")}, sallyport.ByRule, 16, ""},
		{"a longer segment", sallyport.Crossing{Door: "front", From: anyone, Act: get("GET", "/coloursx")}, sallyport.NoRule, 16, "no rule lets anyone GET this path; nearest: test.yaml:16 allows paths /, /colours/**"},
		{"path in other case", sallyport.Crossing{Door: "front", From: anyone, Act: get("GET", "/Colours")}, sallyport.NoRule, 16, ""},
		{"method", sallyport.Crossing{Door: "front", From: anyone, Act: get("DELETE", "/colours")}, sallyport.NoRule, 16, "allows methods GET, POST"},
		{"method in other case", sallyport.Crossing{Door: "front", From: anyone, Act: get("get", "/colours")}, sallyport.NoRule, 16, "use this method"},
		{"body", sallyport.Crossing{Door: "front", From: anyone, In: sallyport.Flow{Bytes: 65537}, Act: get("POST", "/colours")}, sallyport.BodyLimit, 16, "64KiB"},
		{"the tighter body", sallyport.Crossing{Door: "front", From: anyone, In: sallyport.Flow{Bytes: 1025}, Act: get("POST", "/colours/7/edit")}, sallyport.BodyLimit, 17, "1KiB"},
		{"not for anyone", sallyport.Crossing{Door: "front", From: anyone, Act: get("GET", "/api/colours")}, sallyport.UnknownCaller, 18, "proven"},
		{"key", sallyport.Crossing{Door: "front", From: partner, Context: sallyport.Context{Time: early}, Act: get("GET", "/api/colours")}, sallyport.ByRule, 18, ""},
		{"a proven caller is anyone too", sallyport.Crossing{Door: "front", From: partner, Context: sallyport.Context{Time: early}, Act: get("GET", "/")}, sallyport.ByRule, 16, ""},
		{"a key that has expired is still anyone", sallyport.Crossing{Door: "front", From: partner, Context: sallyport.Context{Time: early.AddDate(2, 0, 0)}, Act: get("GET", "/")}, sallyport.ByRule, 16, ""},
		{"expired key", sallyport.Crossing{Door: "api", From: partner, Context: sallyport.Context{Time: early.AddDate(2, 0, 0)}, Act: get("GET", "/api")}, sallyport.BadCredentials, 8, "expired"},
		{"key at its expiry", sallyport.Crossing{Door: "api", From: partner, Context: sallyport.Context{Time: time.Date(2030, 1, 31, 0, 0, 0, 0, time.UTC)}, Act: get("GET", "/api")}, sallyport.BadCredentials, 8, "expired"},
		{"key just before its expiry", sallyport.Crossing{Door: "api", From: partner, Context: sallyport.Context{Time: time.Date(2030, 1, 30, 23, 59, 59, 0, time.UTC)}, Act: get("GET", "/api")}, sallyport.ByRule, 24, ""},
		{"key without a time", sallyport.Crossing{Door: "api", From: partner, Act: get("GET", "/api")}, sallyport.BadCredentials, 8, ""},
		{"unproven key", sallyport.Crossing{Door: "api", From: sallyport.Party{Kind: sallyport.CallerParty, Name: "partner"}, Context: sallyport.Context{Time: early}, Act: get("GET", "/api")}, sallyport.UnknownCaller, 19, ""},
		{"anyone where a key is wanted", sallyport.Crossing{Door: "api", From: anyone, Act: get("GET", "/api")}, sallyport.UnknownCaller, 19, ""},
		{"upgrade", sallyport.Crossing{Door: "front", From: anyone, Act: &sallyport.HTTPRequest{Method: "GET", Path: "/", Upgrade: "websocket"}}, sallyport.UpgradeRefused, 16, ""},
		{"upgrade that a rule names", sallyport.Crossing{Door: "front", From: partner, Context: sallyport.Context{Time: early}, Act: &sallyport.HTTPRequest{Method: "GET", Path: "/api/colours", Upgrade: "websocket"}}, sallyport.ByRule, 18, ""},
		{"no path", sallyport.Crossing{Door: "front", From: anyone, Act: get("GET", "")}, sallyport.NoRule, 16, ""},
		{"asterisk form", sallyport.Crossing{Door: "front", From: anyone, Act: get("OPTIONS", "*")}, sallyport.NoRule, 16, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, ok := p.Match(&tt.c)
			v := p.Decide(&tt.c, g)
			r := v.Reason()
			if r.Code != tt.want || tt.line != 0 && r.At.Line != tt.line || !strings.Contains(r.Note, tt.note) {
				t.Errorf("got %s, want %s at line %d with %q", v, tt.want, tt.line, tt.note)
			}
			if v.Denied() == (tt.want == sallyport.ByRule) || v.Would != v.Effect || v.Policy != p.Digest() {
				t.Errorf("the verdict is %+v", v)
			}
			if ok && len(g.Rules) == 0 || !ok && !cmp.Equal(g, sallyport.Grant{Route: g.Route}) {
				t.Errorf("Match gives %v and %+v", ok, g)
			}
			if p.Decide(&tt.c, sallyport.Grant{}).Effect != sallyport.Deny {
				t.Error("the zero Grant is to be a denial")
			}
		})
	}
}

func TestGrant(t *testing.T) {
	p := mustParse(t, matchPolicy)
	g, ok := p.Match(&sallyport.Crossing{Door: "front", From: sallyport.Party{Kind: sallyport.AnyoneParty}, Act: get("POST", "/colours/7/edit")})
	if !ok || g.Route != "/colours/*/edit" || len(g.Rules) != 2 || len(g.Rates) != 2 || g.Body.Max != 1024 {
		t.Errorf("the grant of two rules is %+v", g)
	}
	if g.Rates[0] != (sallyport.Rate{N: 20, Per: time.Second, Key: sallyport.PerAddress, At: g.Rates[0].At}) || g.Rates[1].N != 600 || g.Rates[1].Per != time.Minute {
		t.Errorf("the rates are %+v", g.Rates)
	}
	g, ok = p.Match(&sallyport.Crossing{Door: "db", From: app("report", "", sallyport.ProofPassword), Act: &sallyport.Logon{}})
	if !ok || g.Login != "report" {
		t.Errorf("the login is %+v", g)
	}
	g, _ = p.Match(&sallyport.Crossing{Door: "db", From: app("colours", "10.0.3.1", sallyport.ProofPassword), Act: sel("users")})
	if g.Rows.Max != 1 || g.Prepared.IsZero() || g.Rules[0].Path != "doors[2].allow[0]" {
		t.Errorf("the grant is %+v", g)
	}
}

func TestAdmits(t *testing.T) {
	p := mustParse(t, matchPolicy)
	for _, tt := range []struct {
		door  string
		party sallyport.Party
		want  bool
	}{
		{"db", app("colours", "10.0.3.9", sallyport.ProofPassword), true},
		{"db", app("colours", "10.0.9.9", sallyport.ProofPassword), false},
		{"db", app("colours", "10.0.3.9", 0), false},
		{"db", sallyport.Party{Kind: sallyport.AnyoneParty}, false},
		{"front", sallyport.Party{Kind: sallyport.AnyoneParty}, true},
		{"front", sallyport.Party{}, true},
		{"api", sallyport.Party{}, false},
		{"api", sallyport.Party{Kind: sallyport.CallerParty, Name: "partner", Proof: sallyport.ProofKey}, true},
		{"back", sallyport.Party{Kind: sallyport.AnyoneParty}, false},
	} {
		if got := p.Admits(tt.door, tt.party); got != tt.want {
			t.Errorf("Admits(%s, %+v) = %v", tt.door, tt.party, got)
		}
	}
	var zero Policy
	if _, ok := zero.Match(&sallyport.Crossing{Door: "db"}); ok || zero.Admits("db", sallyport.Party{}) {
		t.Error("the zero Policy is to allow nothing")
	}
}

// TestIndex compares Match with every rule tried by hand: the indexes by path
// and by table may find neither more nor less.
func TestIndex(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pick := func(words ...string) string { return words[rnd.IntN(len(words))] }
	some := func(words ...string) []string {
		var out []string
		for _, w := range words {
			if rnd.IntN(3) == 0 {
				out = append(out, w)
			}
		}
		return out
	}
	for range 300 {
		web := Door{Name: "web", Kind: "http"}
		db := Door{Name: "db", Kind: "mysql", Database: pick("", "app")}
		for i := range rnd.IntN(20) {
			web.Allow = append(web.Allow, Rule{
				At: sallyport.Position{Line: i + 1}, Who: []Who{{Kind: WhoAnyone}}, Methods: some("GET", "POST"),
				Paths: some("/", "/a", "/a/", "/a/*", "/a/**", "/**", "/*/b", "/a/b", "/*/*", "/a/*/c/**"),
			})
			db.Allow = append(db.Allow, Rule{
				At: sallyport.Position{Line: i + 1}, Who: []Who{{WhoApp, "x"}}, Statements: some("select", "insert"),
				Tables: some("t", "u", "app.t", "app.*", "*", "mysql.*", "other.u"), Dangers: some("time"),
			})
		}
		p := &Policy{Doors: []Door{web, db}, Apps: []App{{Name: "x", Proof: []string{"password"}}}}
		p.matcher = compile(p)
		for range 50 {
			q := get(pick("GET", "POST", "PUT"), "/"+strings.Join(slices.Repeat([]string{pick("a", "b", "")}, 1), "")+pick("", "/", "/b", "/c", "/b/c", "/x/c/d"))
			c := sallyport.Crossing{Door: "web", Act: q}
			var want []int
			for _, r := range web.Allow {
				covered := len(r.Paths) == 0
				for _, s := range r.Paths {
					covered = covered || matchesByHand(s, q.Path)
				}
				if covered && (len(r.Methods) == 0 || slices.Contains(r.Methods, q.Method)) {
					want = append(want, r.At.Line)
				}
			}
			checkLines(t, p, &c, want, fmt.Sprint(q, web.Allow))

			st := with(sel(pick("t", "u", "app.t", "other.u", "mysql.user")), func(s *sallyport.Statement) {
				s.Database = pick("app", "other", "mysql")
				s.Tables = append(s.Tables, sel(some("t", "other.v", "mysql.user", "app.*")...).Tables...)
				s.Dangers = some("time")
			})
			c = sallyport.Crossing{Door: "db", From: app("x", "", sallyport.ProofPassword), Act: st}
			want = nil
			m := p.matcher.doors["db"]
			for i := range m.rules {
				if m.meets(&m.rules[i], &c) {
					want = append(want, m.rules[i].At.Line)
				}
			}
			checkLines(t, p, &c, want, fmt.Sprint(st, db))
		}
	}
}

// matchesByHand is the meaning of a pattern by another road.
func matchesByHand(pattern, path string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "**"); ok {
		have, want := strings.Split(path, "/"), strings.Split(strings.TrimSuffix(prefix, "/"), "/")
		return len(have) >= len(want) && matchesByHand(strings.Join(want, "/"), strings.Join(have[:len(want)], "/"))
	}
	have, want := strings.Split(path, "/"), strings.Split(pattern, "/")
	return slices.EqualFunc(have, want, func(h, w string) bool { return h == w || w == "*" && h != "" })
}

func checkLines(t *testing.T, p *Policy, c *sallyport.Crossing, want []int, about string) {
	t.Helper()
	g, ok := p.Match(c)
	var got []int
	for _, at := range g.Rules {
		got = append(got, at.Line)
	}
	if ok != (len(want) > 0) || !slices.Equal(got, want) {
		t.Fatalf("rules %v, want %v: %s", got, want, about)
	}
}

func benchmarkPolicy(b *testing.B) *Policy {
	var s strings.Builder
	s.WriteString(strings.Split(matchPolicy, "doors:")[0] + "doors:\n  - name: web\n    kind: http\n    listen: :443\n    tls: {cert: file:gate.pem, key: file:gate-key.pem}\n    to: {app: colours, url: https://app.example.com}\n    allow:\n")
	for i := range 50 {
		fmt.Fprintf(&s, "      - {who: anyone, methods: [GET, POST], paths: [/section%d/*, /section%d/list/**], rate: 20/s per address}\n", i, i)
	}
	s.WriteString("  - name: db\n    kind: mysql\n    listen: :3306\n    tls: {cert: file:gate.pem, key: file:gate-key.pem}\n    to: main-db\n    login: {user: colours, password: env:COLOURS_DB_PASSWORD}\n    allow:\n")
	for i := range 50 {
		fmt.Fprintf(&s, "      - {who: colours, statements: [select, insert], tables: [t%d, u%d], prepared: required, rows: 500}\n", i, i)
	}
	return mustParse(b, s.String())
}

func BenchmarkMatchDecide(b *testing.B) {
	p := benchmarkPolicy(b)
	from := app("colours", "10.0.3.9", sallyport.ProofPassword)
	for _, bb := range []struct {
		name string
		c    sallyport.Crossing
	}{
		{"http", sallyport.Crossing{Door: "web", From: sallyport.Party{Kind: sallyport.AnyoneParty}, Act: get("GET", "/section49/list/1/2")}},
		{"statement", sallyport.Crossing{Door: "db", From: from, Act: sel("t49")}},
		{"join", sallyport.Crossing{Door: "db", From: from, Act: sel("t49", "u49")}},
		{"denied", sallyport.Crossing{Door: "db", From: from, Act: sel("payments")}},
		{"denied-http", sallyport.Crossing{Door: "web", Act: get("GET", "/admin")}},
	} {
		b.Run(bb.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				g, _ := p.Match(&bb.c)
				p.Decide(&bb.c, g)
			}
		})
	}
}

// TestAllocations is the part of the benchmark that does not depend on how
// busy the machine is.
func TestAllocations(t *testing.T) {
	p := mustParse(t, matchPolicy)
	c := sallyport.Crossing{Door: "db", From: app("colours", "10.0.3.9", sallyport.ProofPassword), Act: sel("colours")}
	if n := testing.AllocsPerRun(100, func() {
		g, _ := p.Match(&c)
		p.Decide(&c, g)
	}); n > 3 {
		t.Errorf("an allowed statement takes %v allocations, want at most 3", n)
	}
}
