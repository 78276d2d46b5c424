package mask

import (
	"bytes"
	"math/big"
	"strings"
	"sync"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport/sallyport/guard"
)

// specs are one or more of each masker.
var specs = []string{"full", "null", "constant(0)", "last4", "email", "domain", "phone", "partial(2, 2)", "partial(0, 3)", "hash", "token",
	"date-shift(30 days)", "date-year", "round(100)", "round(2.5)", "fpe", "fpe(alnum)"}

// TestEveryMaskerIsTried wants each masker among the specs, by which the tests of
// all of them go.
func TestEveryMaskerIsTried(t *testing.T) {
	tried := map[string]bool{}
	for _, m := range all(t) {
		name, _, _ := strings.Cut(m.spec, "(")
		tried[name] = true
	}
	for _, d := range Names() {
		if !tried[d.Name] {
			t.Errorf("no test of the properties and of the servers tries %s: it is not among the specs", d.Name)
		}
	}
}

// fitted is a masker and the family that it was built for.
type fitted struct {
	spec   string
	family Family
	guard.Masker
}

// all are the specs in each family that they fit.
func all(t testing.TB) []fitted {
	t.Helper()
	var list []fitted
	for _, text := range specs {
		s, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		for f := Unknown; f <= Binary; f++ {
			if _, err := s.For(f); err == nil {
				list = append(list, fitted{text, f, build(t, text, f)})
			}
		}
	}
	return list
}

// seeds are values of all kinds, and broken ones.
var seeds = []string{"", "Ann Example", "4111 1111 1111 1111", "DE89370400440532013000", "ann.example@example.com", "a***@example.com", "+49 170 1234567",
	"1984-05-17", "1984-05-17 08:15:00.25", "1984-05-17 08:15:00.25+02", "0044-03-15 BC", "0000-00-00", "infinity", "2024-02-29 00:00:00",
	"48153.20", "-12", "1.5e-07", "1e20", "NaN", "99999999999999999999999999.5", "123456", "ab12", "AB-1234-CD", "****", "abcd****efgh",
	"日本語日本語日本", "Größenmaß", "e" + acute + "lise" + acute + "beth", bad, "12345678" + bad, "\x00\x01", strings.Repeat("9", 300), strings.Repeat("é", 200)}

// FuzzMasks checks what holds for every masker and value: the same value has
// the same mask, of the same family, which does not contain the value.
func FuzzMasks(f *testing.F) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	maskers := all(f)
	f.Fuzz(func(t *testing.T, cell []byte) {
		for _, m := range maskers {
			out := run(t, m, string(cell))
			if out == cannot {
				continue
			}
			if m.family != Text && m.family != Binary && !isValue(m.family, out) {
				t.Errorf("%s of the %s %q is %q, which is none", m.spec, m.family, cell, out)
			}
			if m.family == Text && !utf8.ValidString(out) {
				t.Errorf("%s of %q is %q, which is no UTF-8", m.spec, cell, out)
			}
			if again := run(t, m, string(cell)); again != out {
				t.Errorf("%s of %q is %q, and then %q", m.spec, cell, out, again)
			}
			checkHidden(t, m, string(cell), out)
		}
	})
}

// checkHidden checks that a mask does not contain the value, or, for maskers
// that can give a value back, that it is the one that their description says.
func checkHidden(t *testing.T, m fitted, cell, out string) {
	t.Helper()
	switch name, _, _ := strings.Cut(m.spec, "("); name {
	case "full":
		if out != fixed[m.family] {
			t.Errorf("full of the %s %q is %q", m.family, cell, out)
		}
	case "constant":
		if out != "0" {
			t.Errorf("constant of %q is %q", cell, out)
		}
	case "date-year":
		if !strings.Contains(out, "-01-01") || out[:4] != cell[:4] {
			t.Errorf("date-year of %q is %q", cell, out)
		}
	case "round":
		step, _ := new(big.Rat).SetString(strings.Trim(m.spec[5:], "()"))
		value, ok := new(big.Rat).SetString(out)
		if !ok || !value.Quo(value, step).IsInt() {
			t.Errorf("%s of %q is %q", m.spec, cell, out)
		}
		if again := run(t, m, out); again != out && again != cannot {
			t.Errorf("%s of %q is %q, and of that %q", m.spec, cell, out, again)
		}
	default:
		if letters(cell) >= 8 && strings.Contains(out, cell) {
			t.Errorf("%s of %q is %q, which contains it", m.spec, cell, out)
		}
	}
}

func letters(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// FuzzLast4 checks that the last four letters or digits are kept, and of
// letters and digits these alone.
func FuzzLast4(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		out := run(t, build(t, "last4", Text), cell)
		if !utf8.ValidString(cell) || letters(cell) < 8 {
			if out != stars {
				t.Fatalf("last4 of %q is %q", cell, out)
			}
			return
		}
		pick := func(s string) (all []rune) {
			for _, r := range s {
				if unicode.IsLetter(r) || unicode.IsDigit(r) {
					all = append(all, r)
				}
			}
			return all
		}
		was, is := pick(cell), pick(out)
		if string(is) != string(was[len(was)-4:]) {
			t.Fatalf("last4 of %q is %q", cell, out)
		}
		for _, r := range out {
			if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !separator(r) && r != '*' && !unicode.IsMark(r) && r != zeroWidthJoiner && r != zeroWidthNonJoiner {
				t.Fatalf("last4 of %q is %q, which keeps %q", cell, out, r)
			}
		}
	})
}

// FuzzPartial checks that the ends are kept, that at least half of the
// characters are hidden, and that no code point is split.
func FuzzPartial(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, byte(2), byte(2))
	}
	f.Fuzz(func(t *testing.T, cell string, n, m byte) {
		s := Spec{kind: find("partial"), n: int(n % 65), m: int(m % 65), family: Text}
		masker, err := s.Masker(nil, "")
		if err != nil {
			t.Fatal(err)
		}
		out := run(t, masker, cell)
		if out == stars {
			return
		}
		var is, was [][]byte
		for _, v := range []struct {
			text string
			list *[][]byte
		}{{cell, &was}, {out, &is}} {
			if !utf8.ValidString(v.text) {
				t.Fatalf("%s of %q is %q", s, cell, out)
			}
			for rest := []byte(v.text); len(rest) > 0; {
				_, size := character(rest)
				*v.list, rest = append(*v.list, rest[:size]), rest[size:]
			}
		}
		if len(is) != len(was) || 2*(s.n+s.m) > len(was) {
			t.Fatalf("%s of %q is %q: %d and %d characters", s, cell, out, len(was), len(is))
		}
		for i := range is {
			want := was[i]
			if i >= s.n && i < len(was)-s.m {
				want = []byte{'*'}
			}
			if !bytes.Equal(is[i], want) {
				t.Fatalf("%s of %q is %q", s, cell, out)
			}
		}
	})
}

// TestConcurrent uses each masker from several goroutines; the race detector
// sees what they share.
func TestConcurrent(t *testing.T) {
	for _, m := range all(t) {
		var want []string
		for _, s := range seeds {
			want = append(want, run(t, m, s))
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for i, s := range seeds {
					out, ok := m.Mask(nil, []byte(s))
					if ok && string(out) != want[i] || !ok && want[i] != cannot {
						t.Errorf("%s of %q is %q, %v, want %q", m.spec, s, out, ok, want[i])
					}
				}
			})
		}
		wg.Wait()
	}
}
