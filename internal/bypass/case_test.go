package bypass

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseFamily(t *testing.T) {
	const text = `What it is.

-- one.mysql.sql --
-- why: a reason
-- expect: differs
-- clock: 1500ms
-- protocol: prepared
-- params: [1, "a", null, 1.5]
SELECT ?
  FROM t

-- by: dba
DO 1
-- two.postgres.sql --
-- why: another
-- expect: works
-- want: row

-- protocol: copy
-- data: "a\tb\n"
COPY t FROM STDIN
`
	got, err := parseFamily("f", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := []Case{
		{
			Family: "f", Name: "one", Server: MySQL, Why: "a reason", Expect: Differs, Clock: 1500 * time.Millisecond,
			Statements: []Statement{
				{Text: "SELECT ?\n  FROM t", Protocol: Prepared, Params: []any{int64(1), "a", nil, 1.5}},
				{Text: "DO 1", Protocol: Simple, DBA: true},
			},
		},
		{
			Family: "f", Name: "two", Server: Postgres, Why: "another", Expect: Works, Want: "row",
			Statements: []Statement{{Text: "COPY t FROM STDIN", Protocol: Copy, Data: "a\tb\n"}},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestParseFamilyRefuses(t *testing.T) {
	const head = "What it is.\n-- a.mysql.sql --\n"
	for text, want := range map[string]string{
		"-- a.mysql.sql --\n-- why: x\nSELECT 1\n": "says nothing of itself",
		"Nothing.\n":                                                  "has no case",
		"F.\n-- a.sql --\n-- why: x\nSELECT 1\n":                      "the name has to be",
		"F.\n-- a.oracle.sql --\n-- why: x\nSELECT 1\n":               "the name has to be",
		head + "SELECT 1\n":                                           "does not say why",
		head + "-- why: x\n":                                          "nothing to do",
		head + "-- why: x\n-- by: dba\nSELECT 1\n":                    "nothing to do",
		head + "-- why: x\n-- expect: maybe\nSELECT 1\n":              "none of shows",
		head + "-- why: x\n-- expect: works\nSELECT 1\n":              "want goes with",
		head + "-- why: x\n-- want: y\nSELECT 1\n":                    "want goes with",
		head + "-- why: x\n-- clock: soon\nSELECT 1\n":                "no duration",
		head + "-- why: x\n-- colour: red\nSELECT 1\n":                "no directive",
		head + "-- why: x\nSELECT 1\n\n-- why: y\nSELECT 2\n":         "no directive",
		head + "-- why: x\n-- a comment\nSELECT 1\n":                  "is no directive",
		head + "-- why: x\nSELECT 1\n\n-- by: dba\n":                  "without a statement",
		head + "-- why: x\n-- by: me\nSELECT 1\n":                     "only dba",
		head + "-- why: x\n-- params: [1]\nSELECT 1\n":                "go with protocol",
		head + "-- why: x\n-- protocol: smoke\nSELECT 1\n":            "is unknown",
		head + "-- why: x\nSELECT 1\n" + head[12:] + "-- why: y\nS\n": "stands there twice",
	} {
		_, err := parseFamily("f", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error with %q", text, err, want)
		}
	}
}

func FuzzParseFamily(f *testing.F) {
	f.Add([]byte("F.\n-- a.mysql.sql --\n-- why: x\n-- params: [1]\nSELECT 1\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		cases, err := parseFamily("f", text)
		if err == nil && len(cases) == 0 {
			t.Error("neither a case nor an error")
		}
	})
}
