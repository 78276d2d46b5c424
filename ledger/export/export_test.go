package export

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

var update = flag.Bool("update", false, "write golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name
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
		t.Errorf("%s (-want +got; -update writes it):\n%s", name, diff)
	}
}

func id(t testing.TB, s string) sallyport.ID {
	t.Helper()
	id, err := sallyport.ParseID(s)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// day is a log of one evening and the next morning.
func day(t testing.TB) []Numbered {
	at := time.Date(2026, 11, 22, 23, 59, 58, 398_000_000, time.UTC)
	request := id(t, "0198c1a2-7b3c-7def-8123-456789abcdef")
	statement := id(t, "0198c1a2-7b3d-7001-8123-456789abcdef")
	app := ledger.Peer{Kind: "app", Name: "colours", Addr: "10.0.3.5:51234", Proof: "password", TLS: "1.3"}
	db := ledger.Peer{Kind: "host", Name: "main-db", Addr: "10.0.4.2:3306"}
	rule := func(at string) []ledger.Reason {
		return []ledger.Reason{{Code: "rule", At: at, Path: "doors[1].allow[0]"}}
	}
	policy := strings.Repeat("7c", 32)
	entries := []*ledger.Entry{
		{Type: ledger.Started, Time: at.Add(-time.Second), Policy: policy, Note: "sallyport 0.1.0 began to write this log"},
		{Type: ledger.Crossed, ID: request, Time: at, Nanos: 3_141_592, App: "colours", Door: "front",
			From: ledger.Peer{Kind: "anyone", Addr: "h:3f9a0c11", Proof: "none"}, To: ledger.Peer{Kind: "app", Name: "colours", Addr: "10.0.3.5:8443"},
			Act: ledger.Act{Kind: "http", Dir: "ingress", Verb: "POST", What: "/colours/**", Rest: "h:99aa", Proto: "HTTP/2.0", Media: "application/json", Status: 303},
			In:  ledger.Flow{Bytes: 312}, Out: ledger.Flow{Bytes: 1229, Classes: []string{"email"}}, Effect: "mask", Policy: policy,
			Reasons: []ledger.Reason{{Code: "class", At: "policy.yaml:37", Path: "doors[0].out.email"}},
			Masks:   []ledger.Mask{{Where: "$.user.email", Masker: "email"}}},
		{Type: ledger.Admitted, ID: statement, Session: request, Time: at.Add(time.Millisecond), App: "colours", Door: "db", From: app, To: db,
			Act:    ledger.Act{Kind: "sql", Dir: "ingress", Verb: "select", What: "SELECT name, hex FROM colours WHERE user_id = ?", Tables: []string{"colours"}, Prepared: true, Params: 1},
			Effect: "allow", Reasons: rule("policy.yaml:45"), Policy: policy},
		{Type: ledger.Crossed, ID: statement, Session: request, Time: at.Add(time.Millisecond), Nanos: 812_345, App: "colours", Door: "db", From: app, To: db,
			Act: ledger.Act{Kind: "sql", Dir: "ingress", Verb: "select", What: "SELECT name, hex FROM colours WHERE user_id = ?", Proto: "mysql", Tables: []string{"colours"}, Prepared: true, Params: 1},
			In:  ledger.Flow{Bytes: 40, Rows: 1}, Out: ledger.Flow{Bytes: 66}, Cause: ledger.Cause{ID: request, How: "by-issued-id"},
			SQL:    &ledger.SQLState{Database: "colours", Charset: "utf8mb4", Server: "10.11.6-MariaDB"},
			Effect: "allow", Reasons: rule("policy.yaml:45"), Policy: policy},
		{Type: ledger.Crossed, ID: statement, Time: at.Add(2 * time.Second), App: "colours", Door: "db", From: app, To: db,
			Act: ledger.Act{Kind: "sql", Dir: "egress", Verb: "update", What: "UPDATE colours SET name = ? WHERE id = ?", Tables: []string{"colours"}, Affected: 1,
				Columns: []ledger.Column{{Table: "shop.colours", Name: "id", Use: "test"}, {Table: "shop.colours", Name: "name", Use: "test write"}, {Table: "shop.log", Name: "*"}}, Traced: true},
			Effect: "allow", Reasons: rule("policy.yaml:45")},
		{Type: ledger.Crossed, ID: statement, Time: at.Add(3 * time.Second), Nanos: 91_000, App: "colours", Door: "db", From: app, To: db,
			Act:    ledger.Act{Kind: "sql", Dir: "ingress", Verb: "select", What: "SELECT id, email, password_hash FROM users UNION SELECT pan, ?, ? FROM payments ORDER BY 1", Tables: []string{"users", "payments"}, Danger: []string{"union"}},
			Effect: "deny", Policy: policy, Reasons: []ledger.Reason{{Code: "no-rule", At: "policy.yaml:41", Path: "doors[1].allow", Note: "no rule covers users and payments together"}, {Code: "unprepared", At: "policy.yaml:45"}},
			Finds: []ledger.Find{{By: "taint", Code: "union", Where: "parameter q", Count: 2}}},
		{Type: ledger.Crossed, ID: statement, Time: at.Add(4 * time.Second), App: "colours", Door: "world", From: app,
			Act: ledger.Act{Kind: "dial", Dir: "egress", Host: "h:77aa01"}, In: ledger.Flow{}, Out: ledger.Flow{Bytes: 22 << 20, Classes: []string{"card"}},
			Effect: "allow", Would: "deny", Reasons: []ledger.Reason{{Code: "no-rule", At: "policy.yaml:61"}}},
		{Type: ledger.Crossed, Time: at.Add(5 * time.Second), Door: "db", From: app, Act: ledger.Act{Kind: "sql", Dir: "ingress", What: "SELECT * FROM big"},
			In: ledger.Flow{Rows: 184_201, Bytes: 23 << 20}, Effect: "allow", Reasons: rule("policy.yaml:46")},
		{Type: ledger.Flood, Time: at.Add(6 * time.Second), Door: "front", From: ledger.Peer{Kind: "anyone", Addr: "h:3f9a0c11"}, Count: 12_043,
			Act: ledger.Act{Kind: "http", Dir: "ingress", Verb: "GET", What: ""}, Effect: "deny", Reasons: []ledger.Reason{{Code: "rate-limit", At: "policy.yaml:33"}}},
		{Type: ledger.Kill, Time: at.Add(7 * time.Second), Door: "world", Note: "kill switch on, 3 sessions cut"},
		{Type: ledger.Crossed, Time: at.Add(8 * time.Second), Door: "d\x1b[31mo\u202eor", From: ledger.Peer{Kind: "caller", Name: "日本語の名前です"},
			Act: ledger.Act{Kind: "http", Verb: "GE\x07T", What: "/\u202e\xff\u200b\x9b2J" + strings.Repeat("長", 60)}, Effect: "deny",
			Reasons: []ledger.Reason{{Code: "protocol", Note: "line\nbreak"}, {Code: "a-very-long-code-that-no-one-has-ever-seen-before", At: "some/where/policy.yaml:1000000"}}},
	}
	var all []Numbered
	for i, e := range entries {
		all = append(all, Numbered{Index: uint64(i + 40), Sealed: i < 5, Entry: e})
	}
	return all
}

// safe fails where s could steer a terminal.
func safe(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Error("it is not UTF-8")
	}
	for _, r := range s {
		if r != '\n' && !unicode.IsPrint(r) {
			t.Errorf("it holds %q", r)
		}
	}
}

func TestLines(t *testing.T) {
	for name, style := range map[string]Style{
		"lines.golden": {}, "lines-ascii.golden": {ASCII: true, Width: 80},
		"lines-wide.golden": {Width: 140, Zone: time.FixedZone("CET", 3600)},
	} {
		var b bytes.Buffer
		lines := NewLines(&b, style)
		for _, n := range day(t) {
			if err := lines.Write(n); err != nil {
				t.Fatal(err)
			}
		}
		safe(t, b.String())
		for line := range strings.Lines(b.String()) {
			if w := cells(strings.TrimSuffix(line, "\n")); w > style.width() {
				t.Errorf("%s: %d columns: %s", name, w, line)
			}
		}
		golden(t, name, b.String())
	}
}

// TestColourAddsNothing: without its colours a coloured line is the plain one.
func TestColourAddsNothing(t *testing.T) {
	for _, n := range day(t) {
		colour := Style{Colour: true}.Line(n)
		for _, code := range []string{red, green, yellow, dim, bold, "0"} {
			colour = strings.ReplaceAll(colour, "\x1b["+code+"m", "")
		}
		if diff := cmp.Diff(Style{}.Line(n), colour); diff != "" {
			t.Error(diff)
		}
	}
}

func TestExplain(t *testing.T) {
	all := day(t)
	var b bytes.Buffer
	for _, entries := range [][]Numbered{all[2:4], all[1:2], all[2:3], all[4:5], all[5:6], all[6:7], all[9:10], all[10:11]} {
		if err := Explain(&b, Style{}, entries); err != nil {
			t.Fatal(err)
		}
		b.WriteString("\n=====\n\n")
	}
	safe(t, b.String())
	golden(t, "explain.golden", b.String())
	if err := Explain(&b, Style{}, nil); err == nil {
		t.Error("no entries were explained")
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	c, err := NewCSV(&b)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range day(t) {
		if err := c.Write(n); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Flush(); err != nil {
		t.Fatal(err)
	}
	safe(t, b.String())
	golden(t, "day.csv", b.String())
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != len(day(t))+1 {
		t.Errorf("%d rows: %v", len(rows), err)
	}
}

func TestCell(t *testing.T) {
	for _, tc := range [][2]string{
		{"", ""}, {"plain", "plain"}, {"=1+1", "'=1+1"}, {"+1", "'+1"}, {"-1", "'-1"}, {"@SUM(A1)", "'@SUM(A1)"},
		{"\t=1", `'\t=1`}, {"\r=1", `'\r=1`}, {"  =1", "'  =1"}, {"＝1", "'＝1"}, {"\u00a0=1", "' =1"},
		{"a=1", "a=1"}, {"a\x1b[0m", `a\u{1b}[0m`}, {"'=1", "'=1"},
	} {
		if got := Cell(tc[0]); got != tc[1] {
			t.Errorf("%q became %q, want %q", tc[0], got, tc[1])
		}
	}
}

func TestPrintable(t *testing.T) {
	for _, tc := range [][2]string{
		{"SELECT 'é' — 日本", "SELECT 'é' — 日本"}, {"a\x1b]0;x\x07", `a\u{1b}]0;x\u{7}`}, {"\u202eabc\u2066", `\u{202e}abc\u{2066}`},
		{"\x80\xff", `\x80\xff`}, {"\u009b2J", `\u{9b}2J`}, {"a\nb\tc\r", `a\nb\tc\r`}, {"a\u00a0b", "a b"}, {"\u200b\ufeff", `\u{200b}\u{feff}`},
		{"\u2028", `\u{2028}`}, {"\x00", `\u{0}`}, {"\x7f", `\u{7f}`}, {"\ufffd", "\ufffd"},
	} {
		if got := Printable(tc[0]); got != tc[1] {
			t.Errorf("%q became %q, want %q", tc[0], got, tc[1])
		}
	}
}

func TestNDJSON(t *testing.T) {
	var b bytes.Buffer
	n := NewNDJSON(&b)
	raws := []string{`{"type":"crossing", "note":"a` + "\u202e\u009b\x7f\U000e0041" + `é\n"}`, "{}"}
	for i, raw := range raws {
		if err := n.Write(ledger.Record{Index: uint64(i), Raw: []byte(raw)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := n.Write(ledger.Record{Raw: []byte("[1]")}); err == nil {
		t.Error("an array was exported")
	}
	if err := n.Write(ledger.Record{Raw: []byte(`{"a":1}` + "\n{}")}); err == nil {
		t.Error("two objects were exported")
	}
	if err := n.Flush(); err != nil {
		t.Fatal(err)
	}
	want := `{"index":0,"type":"crossing","note":"a\u202e\u009b\u007f\udb40\udc41é\n"}` + "\n" + `{"index":1}` + "\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	var before, after struct{ Note string }
	line, _, _ := strings.Cut(b.String(), "\n")
	if err := json.Unmarshal([]byte(raws[0]), &before); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(line), &after); err != nil || before != after {
		t.Errorf("%q became %q: %v", before, after, err)
	}
}

func FuzzSafe(f *testing.F) {
	f.Add("=cmd|' /C calc'!A0\x1b[2J\u202e")
	f.Add("日本\xff\u200b")
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 512 {
			return // twelve of them would be more than an entry may hold
		}
		e := &ledger.Entry{
			Type: ledger.Crossed, Door: s, From: ledger.Peer{Name: s, Addr: s}, Effect: s, Would: s, Note: s, App: s,
			Act:     ledger.Act{Kind: "http", Verb: s, What: s, Error: s, Tables: []string{s, s}},
			Reasons: []ledger.Reason{{Code: s, At: s, Path: s, Note: s}}, Finds: []ledger.Find{{By: s, Code: s}},
		}
		line := Style{}.Line(Numbered{Index: 18_446_744_073_709_551_615, Entry: e})
		var b bytes.Buffer
		if err := Explain(&b, Style{}, []Numbered{{Entry: e}}); err != nil {
			t.Fatal(err)
		}
		safe(t, line+b.String()+Cell(s))
		if strings.Contains(line, "\n") || cells(line) > 110 {
			t.Errorf("%d columns: %q", cells(line), line)
		}
		if c := Cell(s); c != "" && strings.ContainsAny(c[:1], "=+-@\t\r") {
			t.Errorf("%q is a formula", c)
		}
		raw, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		b.Reset()
		n := NewNDJSON(&b)
		if err := n.Write(ledger.Record{Raw: raw}); err != nil || n.Flush() != nil {
			t.Fatal(err)
		}
		safe(t, b.String())
		if got, err := ledger.Decode(b.Bytes()); err != nil || got.Note != strings.ToValidUTF8(s, "\ufffd") && utf8.ValidString(s) {
			t.Errorf("%q became %q: %v", s, got.Note, err)
		}
	})
}
