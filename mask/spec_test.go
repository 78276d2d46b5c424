package mask

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]string{
		"full": "full", " null ": "null", "constant(n/a)": "constant(n/a)", "constant( a )": "constant( a )", "constant()": "constant()",
		"constant(a(b)c)": "constant(a(b)c)", "last4": "last4", "email": "email", "phone": "phone",
		"partial(2,3)": "partial(2, 3)", "partial( 2 , 0 )": "partial(2, 0)", "partial (1,1)": "partial(1, 1)", "hash": "hash", "token": "token",
		"date-shift(30 days)": "date-shift(30 days)", "date-shift( 1  days )": "date-shift(1 day)", "date-shift(36525 days)": "date-shift(36525 days)",
		"date-year": "date-year", "round(100)": "round(100)", "round(0.50)": "round(0.5)", "round(1.00)": "round(1)", "round(0.05)": "round(0.05)",
		"round(0012.5)": "round(12.5)", "fpe": "fpe", "fpe(alnum)": "fpe(alnum)", "fpe( alnum )": "fpe(alnum)",
	} {
		s, err := Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if s.String() != want {
			t.Errorf("%q is written %q, want %q", text, s, want)
		}
		if again, err := Parse(s.String()); err != nil || again != s {
			t.Errorf("%q does not read back: %+v, %v", s, again, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	forms := list()
	for text, want := range map[string]string{
		"":                           `mask: masker "": no masker is named: write one of ` + forms,
		" (2)":                       `mask: masker " (2)": no masker is named: write one of ` + forms,
		"lst4":                       `mask: masker "lst4": is not known: did you mean last4?`,
		"Full":                       `mask: masker "Full": is not known: did you mean full?`,
		"e-mail":                     `mask: masker "e-mail": is not known: did you mean email?`,
		"date_shift(3 days)":         `mask: masker "date_shift(3 days)": is not known: did you mean date-shift(N days)?`,
		"hsah":                       `mask: masker "hsah": is not known: did you mean hash?`,
		"rot13":                      `mask: masker "rot13": is not known: write one of ` + forms,
		"full(2)":                    `mask: masker "full(2)": takes nothing in brackets: write full`,
		"full()":                     `mask: masker "full()": takes nothing in brackets: write full`,
		"partial":                    `mask: masker "partial": needs something in brackets: write partial(N, M)`,
		"partial(2, 2":               `mask: masker "partial(2, 2": the bracket does not end the spec: write partial(N, M)`,
		"partial(2, 2) x":            `mask: masker "partial(2, 2) x": the bracket does not end the spec: write partial(N, M)`,
		"partial(2)":                 `mask: masker "partial(2)": needs two numbers from 0 to 64: write how many characters to keep at the beginning and at the end, such as partial(2, 2)`,
		"partial(2, -1)":             `mask: masker "partial(2, -1)": needs two numbers from 0 to 64: write how many characters to keep at the beginning and at the end, such as partial(2, 2)`,
		"partial(65, 0)":             `mask: masker "partial(65, 0)": needs two numbers from 0 to 64: write how many characters to keep at the beginning and at the end, such as partial(2, 2)`,
		"partial(0, 0)":              `mask: masker "partial(0, 0)": keeps nothing: write full, which does not show the length either`,
		"date-shift(30)":             `mask: masker "date-shift(30)": needs a number of days from 1 to 36525: write date-shift(30 days)`,
		"date-shift(0 days)":         `mask: masker "date-shift(0 days)": needs a number of days from 1 to 36525: write date-shift(30 days)`,
		"date-shift(36526 days)":     `mask: masker "date-shift(36526 days)": needs a number of days from 1 to 36525: write date-shift(30 days)`,
		"round(0)":                   `mask: masker "round(0)": needs a step above 0 of at most 18 digits: write round(100)`,
		"round(-5)":                  `mask: masker "round(-5)": needs a step above 0 of at most 18 digits: write round(100)`,
		"round(1e2)":                 `mask: masker "round(1e2)": needs a step above 0 of at most 18 digits: write round(100)`,
		"round(1000000000000000000)": `mask: masker "round(1000000000000000000)": needs a step above 0 of at most 18 digits: write round(100)`,
		"fpe(letters)":               `mask: masker "fpe(letters)": knows no such alphabet: write fpe for digits or fpe(alnum) for letters and digits`,
		"constant":                   `mask: masker "constant": needs something in brackets: write constant(TEXT)`,
		"constant(a\nb)":             `mask: masker "constant(a\nb)": the text is over 256 bytes long or has control characters: write constant(TEXT) with a short text`,
		"constant(" + bad + ")":      `mask: masker "constant(\xff\xfe)": is over 512 bytes long or no UTF-8: write one of ` + forms,
		strings.Repeat("é", 257):     `mask: masker "` + strings.Repeat("é", 30) + `…": is over 512 bytes long or no UTF-8: write one of ` + forms,
	} {
		s, err := Parse(text)
		var problem *SpecError
		if !errors.As(err, &problem) || err.Error() != want {
			t.Errorf("%q: %v\nwant %s", text, err, want)
		}
		if s != (Spec{}) {
			t.Errorf("%q: the spec is %q all the same", text, s)
		}
	}
}

func TestFor(t *testing.T) {
	fits := map[string][]Family{
		"full":  {Text, Integer, Decimal, Date, Timestamp, TimestampZone, Time, Binary},
		"null":  {Unknown, Text, Integer, Decimal, Date, Timestamp, TimestampZone, Time, Binary},
		"last4": {Text}, "email": {Text}, "phone": {Text}, "partial(1, 1)": {Text}, "token": {Text}, "fpe": {Text}, "fpe(alnum)": {Text},
		"hash": {Text, Binary}, "date-shift(3 days)": {Date, Timestamp, TimestampZone}, "date-year": {Date, Timestamp, TimestampZone},
		"round(2)": {Integer, Decimal}, "round(1)": {Decimal}, "round(2.5)": {Decimal},
		"constant(n/a)": {Text, Binary}, "constant()": {Text, Binary}, "constant(1.5)": {Text, Decimal, Binary}, "constant(-3)": {Text, Integer, Decimal, Binary},
		"constant(1970-01-02)":             {Text, Date, Binary},
		"constant(1970-01-02 03:04:05)":    {Text, Timestamp, Binary},
		"constant(1970-01-02 03:04:05-07)": {Text, TimestampZone, Binary},
		"constant(03:04:05.5)":             {Text, Time, Binary},
	}
	for text, families := range fits {
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for f := Unknown; f <= Binary+1; f++ {
			want := false
			for _, fit := range families {
				want = want || fit == f
			}
			fitted, err := s.For(f)
			if (err == nil) != want {
				t.Errorf("%s for %s (%d): %v, want it to fit: %v", s, f, f, err, want)
			}
			if want && !s.Fits(f) {
				t.Errorf("%s says that it does not fit %s", s, f)
			}
			if err != nil {
				continue
			}
			m, err := fitted.Masker(testKey, "example")
			if err != nil || m.Name() != text {
				t.Errorf("%s for %s: %v", s, f, err)
			}
		}
	}
	for spec, want := range map[string]string{
		"last4":       `mask: masker "last4": does not fit a column of type integer: use full, null, constant, round`,
		"constant(x)": `mask: masker "constant(x)": the text is no value of type integer: write one as the database does, such as constant(0)`,
		"round(1)":    `mask: masker "round(1)": would leave whole numbers as they are, or make fractions of them: write a whole step of 2 or more, such as round(10)`,
	} {
		s, err := Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.For(Integer); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", spec, err, want)
		}
	}
}

// TestMaskerRefuses: what was not fitted, or has no key or domain, is no masker.
func TestMaskerRefuses(t *testing.T) {
	for _, d := range Names() {
		text := strings.NewReplacer("N, M", "1, 1", "N days", "3 days", "STEP", "10", " or fpe(alnum)", "").Replace(d.Form)
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if s.Keyed() != d.Keyed {
			t.Errorf("%s: Names says keyed: %v, the spec %v", d.Name, d.Keyed, s.Keyed())
		}
		if m, err := s.Masker(testKey, "example"); (err == nil) != (d.Name == "null") {
			t.Errorf("%s without For: %v, %v", s, m, err)
		}
		if !d.Keyed {
			continue
		}
		for f := Text; f <= Binary; f++ {
			fitted, err := s.For(f)
			if err != nil {
				continue
			}
			for _, key := range [][]byte{nil, testKey[:31], append(testKey[:32:32], 0)} {
				if m, err := fitted.Masker(key, "example"); err == nil || m != nil {
					t.Errorf("%s takes a key of %d bytes", s, len(key))
				}
			}
			if m, err := fitted.Masker(testKey, ""); (err == nil) != (d.Name == "date-shift") {
				t.Errorf("%s without a domain: %v, %v", s, m, err)
			}
		}
	}
	var zero Spec
	if m, err := zero.Masker(testKey, "example"); err == nil || m != nil || zero.String() != "" || zero.Keyed() || zero.Fits(Text) {
		t.Errorf("the zero Spec makes %v", m)
	}
}

// FuzzParse checks that what Parse reads is written so that it reads it back.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"full", "constant(a)", "partial(2, 2)", "date-shift(30 days)", "round(0.05)", "fpe(alnum)", "round(", "constant((", "lst4", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			if s != (Spec{}) || err.Error() == "" {
				t.Fatalf("%q is refused and read: %q, %v", text, s, err)
			}
			return
		}
		if again, err := Parse(s.String()); err != nil || again != s {
			t.Fatalf("%q is written %q, which reads as %q, %v", text, s, again, err)
		}
	})
}
