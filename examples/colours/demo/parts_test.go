package main

import (
	"bytes"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error, want one with %q", parts)
		return
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q, want %q in it", err, p)
		}
	}
}

// TestRenderKeepsLines: the example's line numbers are the demo's.
func TestRenderKeepsLines(t *testing.T) {
	to := filepath.Join(t.TempDir(), "sallyport.yaml")
	r, err := render("../sallyport.yaml", to, []swap{{"127.0.0.1:8443", "127.0.0.1:50001"}, {"port: 3306", "port: 50002"}})
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile("../sallyport.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(r.lines), strings.Count(string(example), "\n")+1; got != want {
		t.Errorf("%d lines, want %d", got, want)
	}
	for i, l := range r.lines {
		if strings.Contains(l, "50001") {
			if got := r.quote("sallyport.yaml:" + itoa(i+1) + ":5"); got != "listen: 127.0.0.1:50001" {
				t.Errorf("quoted %q", got)
			}
		}
	}
	for _, nowhere := range []string{"", "built-in", "sallyport.yaml:0", "sallyport.yaml:9999"} {
		if got := r.quote(nowhere); got != "" {
			t.Errorf("%q quoted %q", nowhere, got)
		}
	}
	if r, err = render("../sallyport.yaml", to, forPostgres); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(r.lines, "\n")
	for _, want := range []string{"kind: postgres", "WHERE user_id = $1", "WHERE id = $1"} {
		if !strings.Contains(text, want) {
			t.Errorf("for PostgreSQL the policy has no %q", want)
		}
	}
	_, err = render("../sallyport.yaml", to, []swap{{"127.0.0.1:1", "x"}})
	wantError(t, err, "is not in it")
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestPortsReplaceTheBusy(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	p := ports{given: map[string]bool{}}
	busy := ln.Addr().(*net.TCPAddr).Port
	addr, err := p.take(busy)
	if err != nil || addr == ln.Addr().String() || !strings.HasPrefix(addr, "127.0.0.1:") {
		t.Errorf("got %s, %v in place of a busy port", addr, err)
	}
}

func TestScreen(t *testing.T) {
	var b bytes.Buffer
	s := &screen{w: &b}
	s.heading("A part")
	s.say(strings.Repeat("word ", 60))
	s.field("label", red, strings.Repeat("word ", 60))
	s.doing("Doing")("done")
	for _, e := range []entry{
		{Type: "crossing", Door: "front", Verdict: "allow", From: peer{Kind: "anyone"},
			Act: act{Kind: "http", Dir: "ingress", Verb: "POST", What: "/signup", Status: 303}, In: flow{Bytes: 61}},
		{Type: "crossing", Door: "db", Verdict: "deny", From: peer{Name: "colours"},
			Act: act{Kind: "sql", Dir: "egress", Kinds: []string{"insert", "update"}, Tables: []string{"colours"}, Prepared: true, Affected: 2}},
	} {
		s.crossing(e, false)
	}
	for l := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(l, "\n")); n > width {
			t.Errorf("%d columns: %s", n, l)
		}
		if strings.Contains(l, "\x1b") {
			t.Errorf("colour without a terminal: %q", l)
		}
	}
	for _, want := range []string{"▸ ingress", "POST /signup → 303", "◂ egress", "INSERT+UPDATE colours, prepared", "2 rows", "✕ deny"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	if got := plain("a\x1b[31mb\nc\u009b"); got != "a·[31mb\nc·" {
		t.Errorf("plain gave %q", got)
	}
}

func TestTail(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lines")
	lines := `{"type":"admit","id":"b"}` + "\n" + `{"type":"crossing","id":"b","verdict":"allow"}` + "\n" + `{"type":"crossing","id":"a"}` + "\n"
	if err := os.WriteFile(file, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	tl, err := follow("cat", file)
	if err != nil {
		t.Fatal(err)
	}
	defer tl.stop()
	e, err := tl.await(t.Context(), 0, func(e entry) bool { return e.ID == "a" })
	if err != nil || e.Type != "crossing" {
		t.Fatalf("got %+v, %v", e, err)
	}
	if got := over(tl.since(0)); len(got) != 2 || got[0].ID != "a" || got[1].Verdict != "allow" {
		t.Errorf("over gave %+v", got)
	}
	_, err = tl.await(t.Context(), 0, func(e entry) bool { return e.ID == "c" })
	wantError(t, err, "following the ledger ended")
}

func TestFlip(t *testing.T) {
	dir := t.TempDir()
	bundle := filepath.Join(dir, "tile", "entries", "000.p", "3")
	if err := os.MkdirAll(filepath.Dir(bundle), 0o700); err != nil {
		t.Fatal(err)
	}
	before := []byte("some entries")
	if err := os.WriteFile(bundle, before, 0o600); err != nil {
		t.Fatal(err)
	}
	file, at, err := flip(dir)
	if err != nil || file != bundle {
		t.Fatalf("flipped %s, %v", file, err)
	}
	after, err := os.ReadFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	before[at] ^= 1
	if !bytes.Equal(before, after) {
		t.Errorf("%q, want %q", after, before)
	}
	_, _, err = flip(t.TempDir())
	wantError(t, err, "no bundle")
}
