package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var tried = outcome{requests: minRequests}

func TestProvesNothing(t *testing.T) {
	tests := []struct {
		name   string
		change func(*outcome)
		want   string // in the only problem; "" for none
	}{
		{"printed", func(o *outcome) { o.output = true }, ""},
		{"written", func(o *outcome) { o.files = true }, ""},
		{"nowhere", func(*outcome) {}, "proves nothing"},
		{"answered, and not found by sqlmap", func(o *outcome) { o.answers, o.database = true, true }, "proves nothing"},
		{"hardly tried", func(o *outcome) { o.output, o.requests = true, 1 }, "no attack"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := tried
			tt.change(&o)
			one(t, provesNothing(o), tt.want)
		})
	}
}

func TestLeaks(t *testing.T) {
	tests := []struct {
		name   string
		change func(*outcome, *record)
		want   string
	}{
		{"nothing", func(*outcome, *record) {}, ""},
		{"not understood", func(_ *outcome, r *record) { r.denied, r.unknown = 0, 1 }, ""},
		{"printed", func(o *outcome, _ *record) { o.output = true }, "what sqlmap printed"},
		{"written", func(o *outcome, _ *record) { o.files = true }, "what sqlmap wrote"},
		{"answered", func(o *outcome, _ *record) { o.answers = true }, "the app's answers"},
		{"received", func(o *outcome, _ *record) { o.database = true }, "received of its database"},
		{"cut", func(o *outcome, _ *record) { o.cut = true }, "not done"},
		{"no denial", func(_ *outcome, r *record) { r.denied = 0 }, "no denial"},
		{"another's table", func(_ *outcome, r *record) { r.foreign = 1 }, "not denied"},
		{"all denied", func(_ *outcome, r *record) { r.own = 0 }, "no statement that was allowed"},
		{"not looked for", func(o *outcome, _ *record) { o.deaf = true }, "nobody looked"},
		{"hardly tried", func(o *outcome, _ *record) { o.requests = 1 }, "no attack"},
		{"broken before", func(o *outcome, _ *record) { o.before = errors.New("no") }, "before the attack"},
		{"broken after", func(o *outcome, _ *record) { o.after = errors.New("no") }, "after the attack"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o, r := tried, record{denied: 1, own: 1}
			tt.change(&o, &r)
			one(t, leaks(o, r), tt.want)
		})
	}
}

// one checks that there is one problem, with want in it, or none for "".
func one(t *testing.T, got []string, want string) {
	t.Helper()
	if want == "" && len(got) == 0 || want != "" && len(got) == 1 && strings.Contains(got[0], want) {
		return
	}
	t.Errorf("problems %q, want one with %q", got, want)
}

func TestReadRecord(t *testing.T) {
	const export = `{"type":"admit","verdict":"allow","act":{"tables":["colours"]}}
{"type":"crossing","verdict":"allow","act":{"tables":["colours"]}}
{"type":"crossing","verdict":"allow","act":{"tables":["public.users"],"prepared":true}}
{"type":"crossing","verdict":"deny","act":{"tables":["colours","public.payments"]}}
{"type":"crossing","verdict":"deny","act":{"tables":["users"]}}
{"type":"crossing","verdict":"deny","act":{"tables":["users"],"prepared":true}}
{"type":"crossing","verdict":"deny","act":{"tables":["colours"]}}
{"type":"crossing","verdict":"deny","act":{"tables":["information_schema.tables"]}}
{"type":"crossing","verdict":"deny","act":{}}
{"type":"crossing","verdict":"allow","act":{"tables":["colours","payments"]}}
{"type":"crossing","verdict":"allow","act":{"tables":["payments"],"prepared":true}}
{"type":"crossing","verdict":"allow","act":{"tables":["users"]}}
{"type":"crossing","verdict":"mask","act":{"tables":["more_colours"]}}
{"type":"crossing","verdict":"allow","act":{}}
`
	got, err := readRecord([]byte(export))
	if err != nil {
		t.Fatal(err)
	}
	want := record{denied: 2, unknown: 1, foreign: 4, own: 2}
	if d := cmp.Diff(want, got, cmp.AllowUnexported(record{})); d != "" {
		t.Errorf("record (-want +got):\n%s", d)
	}
	if got := got.since(want); got != (record{}) {
		t.Errorf("since itself: %+v", got)
	}
	if _, err := readRecord([]byte("{")); err == nil {
		t.Error("half an entry was read")
	}
}

func TestSieve(t *testing.T) {
	const secret = "abcdefgh23456722"
	tests := []struct {
		name   string
		writes []string
		want   bool
	}{
		{"whole", []string{"x " + secret + " y"}, true},
		{"in capitals", []string{strings.ToUpper(secret)}, true},
		{"a piece", []string{"defgh234"}, true},
		{"less than a piece", []string{"defgh23"}, false},
		{"over two writes", []string{"..abcd", "efgh.."}, true},
		{"a letter a write", strings.Split(secret, ""), true},
		{"hexadecimal over two writes", []string{"0x616263646", "5666768"}, true},
		{"nothing", []string{"nothing found"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSieve(secret)
			for _, w := range tt.writes {
				if _, err := s.Write([]byte(w)); err != nil {
					t.Fatal(err)
				}
			}
			if s.seen() != tt.want {
				t.Errorf("seen = %v, want %v", s.seen(), tt.want)
			}
		})
	}
}
