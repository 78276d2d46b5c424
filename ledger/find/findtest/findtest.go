// Package findtest makes entries and queries for tests of what finds entries:
// random, but from so few words that queries do find something. It knows the
// query language and the Entry type; it asserts nothing.
package findtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Start is when the first entry began.
var Start = time.Date(2026, 11, 1, 9, 14, 7, 412_000_000, time.UTC)

var (
	names   = []string{"", "colours", "partner", "main-db", "Prometheus", `od"d, na\me`}
	tables  = []string{"colours", "users", "shop.payments", "a\nb", `back\slash`, ""}
	classes = []string{"email", "card", "secret"}
	shapes  = []string{"SELECT name FROM colours WHERE user_id = ?", "INSERT INTO users VALUES (?, ?)", "", "select *"}
	addrs   = []string{"", "10.0.3.5:51234", "[2001:db8::7]:443", "h:0f3a9c", "10.9.0.1:80"}
	places  = []string{"", "policy.yaml:41", "policy.yaml:141", "policy.yaml:7"}
)

func pick[T any](r *rand.Rand, of []T) T { return of[r.IntN(len(of))] }

func some[T any](r *rand.Rand, of []T) []T {
	var out []T
	for range r.IntN(3) {
		out = append(out, pick(r, of))
	}
	return out
}

// ID is an identity out of 200, or now and then the zero ID.
func ID(r *rand.Rand) sallyport.ID {
	n := r.IntN(201)
	if n == 0 {
		return sallyport.ID{}
	}
	return sallyport.ID{1, 0x9a, byte(n), 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, byte(n)}
}

// Entry is the i-th of a log of random entries, some ten seconds apart, not
// quite in the order of their times.
func Entry(r *rand.Rand, i int) *ledger.Entry {
	peer := func() ledger.Peer {
		return ledger.Peer{
			Kind: pick(r, []string{"", "app", "anyone", "host"}), Name: pick(r, names),
			Addr: pick(r, addrs), Proof: pick(r, []string{"", "password", "key+address"}), TLS: pick(r, []string{"", "1.2", "1.3"}),
		}
	}
	flow := func() ledger.Flow {
		return ledger.Flow{Bytes: r.Uint64N(1 << r.IntN(40)), Rows: r.Uint64N(1 << r.IntN(20)), Classes: some(r, classes)}
	}
	e := &ledger.Entry{
		Type: pick(r, []ledger.Type{ledger.Crossed, ledger.Crossed, ledger.Admitted, ledger.Flood}),
		ID:   ID(r), Session: ID(r), Time: Start.Add(time.Duration(i)*10*time.Second + time.Duration(r.IntN(60))*time.Second),
		Nanos: r.Int64N(1 << (1 + r.IntN(40))), App: pick(r, names), Door: pick(r, []string{"db", "front", "world"}),
		From: peer(), To: peer(), In: flow(), Out: flow(),
		Act: ledger.Act{
			Kind: pick(r, []string{"http", "sql", "dial", ""}), Dir: pick(r, []string{"ingress", "egress", ""}),
			Verb: pick(r, []string{"GET", "POST", "select", "insert"}), What: pick(r, shapes), Tables: some(r, tables),
			Kinds: some(r, []string{"select", "set"}), Host: pick(r, names), Prepared: r.IntN(2) == 0,
			Status: pick(r, []int{0, 200, 404, 499, 500}), Error: pick(r, []string{"", "1142"}), Media: pick(r, []string{"", "text/html"}),
			Affected: r.Uint64N(5), Params: r.IntN(4), Writes: some(r, tables), Varies: r.IntN(4) == 0,
			Columns: columns(r),
		},
		Cause:  ledger.Cause{ID: ID(r), How: pick(r, []string{"", "by-time", "by-value"})},
		Effect: pick(r, []string{"deny", "mask", "allow"}), Would: pick(r, []string{"", "deny"}),
		Policy: pick(r, []string{"", "abcdef0123"}), Count: r.Uint64N(3), Note: pick(r, []string{"", "a note: hié"}),
	}
	for range r.IntN(3) {
		e.Reasons = append(e.Reasons, ledger.Reason{
			Code: pick(r, sallyport.ReasonCodes()[:5]).String(), At: pick(r, places), Path: pick(r, []string{"", "doors[0].allow[1]"}),
		})
		e.Finds = append(e.Finds, ledger.Find{By: "crs", Code: pick(r, []string{"942100", "x"}), Class: pick(r, classes)})
		e.Masks = append(e.Masks, ledger.Mask{Where: pick(r, []string{"users.email", "pan"}), Masker: "last4"})
	}
	return e
}

var numbers = []string{"0", ">100", "<=5", "10..2000", "=1", ">=1", "<1k"}

// columns are up to two columns that a statement uses.
func columns(r *rand.Rand) (all []ledger.Column) {
	for _, table := range some(r, tables) {
		all = append(all, ledger.Column{Table: table, Name: pick(r, []string{"email", "pan", "*"}), Use: "test"})
	}
	return all
}

// values are what Query writes behind each kind of field.
var values = map[string][]string{
	"since": {"1h", "2026-11-01T10:00", "3d"}, "until": {"20m", "2026-11-01T12:14:07Z", "now"},
	"at": {"2026-11-01T10", "2026-11-01T10:00..2026-11-01T11:00", "2026-11-01", "10:15"},
	"id": {"019a*", "*", "*7"}, "session": {"*", "019a05*"}, "cause": {"*", "019a1*"},
	"evidence": {"by-*", "by-time"}, "type": {"crossing", "*"}, "app": {"colours", "c*"}, "door": {"db", "db,front", "d*,w*d"},
	"peer": {"prometheus", "anyone", "*"}, "from": {"colours,anyone", "p*r"}, "to": {"main-db", `"od\"d, na\\me"`},
	"addr":      {"10.0.3.5", "10.0.0.0/8", "h:0f3a9c", "2001:db8::/32", "10.*", "192.0.2.7", "10.9.0.1:80"},
	"from.kind": {"app", "*"}, "to.kind": {"host"}, "proof": {"*key*", "password"}, "tls": {"1.3", "1.2,1.3", "*"}, "act": {"sql", "http,dial", "*"},
	"dir": {"in", "out", "egress"}, "verb": {"get", "select", "SET"}, "what": {"select*", `"select *"`, `"select *"*`, "*user*"},
	"route": {"*", "sel*"}, "shape": {"*", "*from*where*"}, "table": {"users", "*.payments", `"a` + "\n" + `b"`, "*slash", "*"},
	"danger": {"*"}, "column": {"users.email", "*.email,*.pan", `"users.*"`, "*"}, "host": {"partner"}, "proto": {"*"}, "media": {"text/*"}, "prepared": {"yes", "no", "*"}, "varies": {"yes", "no"}, "writes": {"users", "*"},
	"class": {"card", "email,secret", "*"}, "in.class": {"card"}, "out.class": {"*"}, "finding": {"942*"}, "mask": {"users.*"},
	"verdict": {"deny", "allow,mask", "blocked"}, "would": {"deny", "*"}, "reason": {"rule", "no-rule,mode", "*"},
	"rule": {"41", "policy.yaml:141", "doors[0]*", "*"}, "policy": {"abc*"}, "error": {"1142"},
	"status": {"4xx", "404", ">=400", "0", "200..404"}, "ns": {">10ms", "<1s", "5us..1m", ">1000"},
	"bytes": {">64KiB", "<=1.5M", "1k..1GiB", "0"}, "in.bytes": {">1MB"}, "out.bytes": {"<100"}, "note": {"*hié"},
}

// Words are free words that some entries have.
var words = []string{"colours", "SELECT", `"name from"`, "pay*ts", "a", "nothing"}

// Query is a random query of up to four terms over the given fields.
func Query(r *rand.Rand, fields []string) string {
	var terms []string
	for range r.IntN(4) + 1 {
		term := pick(r, words)
		if r.IntN(8) > 0 {
			name := pick(r, fields)
			of := values[name]
			if of == nil {
				of = numbers
			}
			term = name + ":" + pick(r, of)
			if (name == "id" || name == "session" || name == "cause") && r.IntN(2) == 0 {
				term = name + ":" + ID(r).String()
			}
		}
		if r.IntN(4) == 0 {
			term = "-" + term
		}
		terms = append(terms, term)
	}
	return strings.Join(terms, strings.Repeat(" ", 1+r.IntN(2)))
}

// Big is the i-th entry of a log as a busy gateway writes it: mostly allowed
// statements and requests of some hundred shapes, each with its own ID.
func Big(r *rand.Rand, i int) *ledger.Entry {
	at := Start.Add(time.Duration(i) * 3 * time.Millisecond)
	e := &ledger.Entry{
		Type: ledger.Crossed, Time: at, ID: stamp(r, at), Session: stamp(rand.New(rand.NewPCG(1, uint64(i/40))), Start),
		Nanos: 200_000 + r.Int64N(5_000_000), App: "colours", Effect: "allow", Policy: strings.Repeat("7c", 32),
		From:    ledger.Peer{Kind: "app", Name: "colours", Addr: "10.0.3.5:" + fmt.Sprint(30000+i/40%20000), Proof: "password"},
		Reasons: []ledger.Reason{{Code: "rule", At: fmt.Sprintf("policy.yaml:%d", 30+r.IntN(12)), Path: "doors[0].allow[1]"}},
		In:      ledger.Flow{Bytes: r.Uint64N(8192), Rows: r.Uint64N(20)}, Out: ledger.Flow{Bytes: r.Uint64N(512)},
	}
	if i%3 == 0 {
		e.Door = "front"
		e.From = ledger.Peer{Kind: "anyone", Addr: fmt.Sprintf("h:%012x", r.Uint64N(5000)), Proof: "none"}
		e.To = ledger.Peer{Kind: "app", Name: "colours", Addr: "10.0.3.5:8443"}
		e.Act = ledger.Act{Kind: "http", Dir: "ingress", Verb: "GET", What: fmt.Sprintf("/colours/%d/**", r.IntN(30)), Proto: "HTTP/2.0", Status: 200}
	} else {
		e.Door = "db"
		e.To = ledger.Peer{Kind: "host", Name: "main-db", Addr: "10.0.4.2:3306"}
		e.Act = ledger.Act{
			Kind: "sql", Dir: "ingress", Verb: "select", Proto: "mysql", Prepared: true, Params: 1, Tables: []string{"colours"},
			What: fmt.Sprintf("SELECT name, hex FROM colours AS c%d WHERE user_id = ? ORDER BY created DESC LIMIT 10", r.IntN(200)),
		}
		e.Cause = ledger.Cause{ID: stamp(r, at), How: "by-issued-id"}
	}
	if i%97 == 0 {
		e.Effect, e.Reasons = "deny", []ledger.Reason{{Code: "no-rule", At: "policy.yaml:41"}}
		e.Out.Classes = []string{"card"}
	}
	return e
}

// stamp is an ID for t whose rest is random, without the one clock of NewID.
func stamp(r *rand.Rand, t time.Time) (id sallyport.ID) {
	ms := uint64(t.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (40 - 8*i))
	}
	for i := 6; i < 16; i++ {
		id[i] = byte(r.Uint32())
	}
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}
