package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseExceptions(t *testing.T) {
	tests := []struct {
		name, text, want string // want: the error, or the tests that are listed
	}{
		{"empty", "# nothing\n\n", ""},
		{"two", "TestLoadData LOCAL INFILE is refused\nTestA/b  because\n", "TestA/b: because; TestLoadData: LOCAL INFILE is refused"},
		{"no reason", "TestA\n", "x:1: TestA stands there without a reason"},
		{"twice", "TestA because\n\nTestA because\n", "x:3: TestA stands on line 1 already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			exceptions, err := parseExceptions("x", tt.text)
			var got []string
			for _, name := range []string{"TestA/b", "TestLoadData"} {
				if e, ok := exceptions[name]; ok {
					got = append(got, e.test+": "+e.reason)
				}
			}
			s := strings.Join(got, "; ")
			if err != nil {
				s = err.Error()
			}
			if s != tt.want {
				t.Errorf("got %q, want %q", s, tt.want)
			}
		})
	}
}

func TestTheListsAreWellFormed(t *testing.T) {
	for _, d := range drivers {
		if _, err := d.exceptions(); err != nil {
			t.Error(err)
		}
	}
}

func TestWholeTests(t *testing.T) {
	exceptions, err := parseExceptions("x", "B/2 refused\nA refused\nB/1 refused")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"A", "B"}, wholeTests(exceptions)); d != "" {
		t.Errorf("tests (-want +got):\n%s", d)
	}
}

func TestCompare(t *testing.T) {
	direct := "pass A, pass B, fail C, skip D, pass P, pass P/1, pass P/2"
	tests := []struct {
		name, door, except string
		want               []string
	}{
		{name: "the same", door: direct},
		{name: "one fails", door: "pass A, fail B, pass P, pass P/1, pass P/2",
			want: []string{"B: passes directly; through the door: fail"}},
		{name: "one is skipped", door: "skip A, pass B, pass P, pass P/1, pass P/2",
			want: []string{"A: passes directly; through the door: skip"}},
		{name: "one does not run", door: "pass A, pass P, pass P/1, pass P/2",
			want: []string{"B: passes directly and does not run through the door"}},
		{name: "what fails directly may fail or pass", door: "pass A, pass B, pass C, fail D, pass P, pass P/1, pass P/2"},
		{name: "excepted", door: "pass A, fail B, pass P, pass P/1, pass P/2", except: "B refused"},
		{name: "excepted and passes", door: direct, except: "B refused",
			want: []string{"B: is excepted (line 1: refused) and passes through the door: take it off the list"}},
		{name: "excepted and fails directly", door: direct, except: "C refused",
			want: []string{"C: is excepted (line 1) and does not pass directly either: take it off the list"}},
		{name: "excepted and unknown", door: direct, except: "Z refused",
			want: []string{"Z: is excepted (line 1) and does not pass directly either: take it off the list"}},
		{name: "a part is excepted, the whole fails by it", door: "pass A, pass B, fail P, fail P/1, pass P/2", except: "P/1 refused"},
		{name: "a part is excepted, another fails too", door: "pass A, pass B, fail P, fail P/1, fail P/2", except: "P/1 refused",
			want: []string{"P: passes directly; through the door: fail", "P/2: passes directly; through the door: fail"}},
		{name: "the whole is excepted, parts never run", door: "pass A, pass B, fail P", except: "P refused"},
		{name: "the whole fails by itself", door: "pass A, pass B, fail P, pass P/1, pass P/2",
			want: []string{"P: passes directly; through the door: fail"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			exceptions, err := parseExceptions("x", tt.except)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, p := range compare(outcomes(direct), outcomes(tt.door), exceptions) {
				got = append(got, p.String())
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("problems (-want +got):\n%s", d)
			}
		})
	}
}

// outcomes reads "pass A, fail B".
func outcomes(s string) results {
	r := results{outcome: map[string]outcome{}}
	for part := range strings.SplitSeq(s, ", ") {
		how, test, _ := strings.Cut(part, " ")
		r.outcome[test] = outcome(how)
	}
	return r
}

func TestResultsParse(t *testing.T) {
	const events = `{"Action":"start"}
{"Action":"run","Test":"A"}
{"Action":"output","Test":"A","Output":"hello\n"}
{"Action":"pass","Test":"A","Elapsed":0.1}
{"Action":"run","Test":"B"}
{"Action":"run","Test":"B/1"}
{"Action":"skip","Test":"B/1"}
{"Action":"output","Output":"panic: crashed\n"}
{"Action":"fail"}
`
	r := newResults()
	for _, prefix := range []string{"", "pkg."} {
		if err := r.parse(prefix, strings.NewReader(events)); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]outcome{"A": passed, "B": failed, "B/1": skipped, "pkg.A": passed, "pkg.B": failed, "pkg.B/1": skipped}
	if d := cmp.Diff(want, r.outcome); d != "" {
		t.Errorf("outcomes (-want +got):\n%s", d)
	}
	if r.output["pkg.A"] != "hello\n" {
		t.Errorf("output of A = %q", r.output["A"])
	}
	if err := r.enough(3); err == nil {
		t.Error("two passing tests are enough for three")
	}
}
