package mask

import (
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestRound(t *testing.T) {
	check(t, "round(100)", Decimal, [][2]string{
		{"48153.20", "48200.00"}, {"48149.99", "48100.00"}, {"48150.00", "48200.00"}, {"-48150", "-48200"}, {"-48149.9", "-48100.0"},
		{"0", "0"}, {"49.9999", "0.0000"}, {"50", "100"}, {"-49", "0"}, {"-49.5", "0.0"}, {"99999.5", "100000.0"}, {"950", "1000"},
		{"000123", "000100"}, {"000050", "000100"}, {"0.00", "0.00"}, {"-0.00", "0.00"}, {"1200", "1200"},
		{"123456789012345678901234567890.12", "123456789012345678901234567900.00"},
		{"999999999999999999999999999999999999", "1000000000000000000000000000000000000"},
		{"1.2345e3", "1200"}, {"1.5e-07", "0"}, {"-1.5e-300", "0"}, {"1.25E+3", "1300"}, {"5e1", "100"}, {"1.23456e+05", "123500"},
		{"1e2", cannot}, {"1.5e300", cannot}, {"1.2345678901234567e+20", cannot}, {"1e1000", cannot}, {"1e99999999999999999999", cannot},
		{"", cannot}, {"-", cannot}, {"+5", cannot}, {".5", cannot}, {"5.", cannot}, {"1,000", cannot}, {"$5", cannot}, {" 5", cannot},
		{"NaN", cannot}, {"Infinity", cannot}, {"-Infinity", cannot}, {"0x10", cannot}, {"1e", cannot}, {"1e+", cannot}, {"1.2.3", cannot}, {"٤", cannot},
		{strings.Repeat("9", 70000), "1" + strings.Repeat("0", 70000)},
		{"0." + strings.Repeat("9", 16383), "0." + strings.Repeat("0", 16383)},
	})
	check(t, "round(0.5)", Decimal, [][2]string{
		{"-12.30", "-12.50"}, {"12.24", "12.00"}, {"12.25", "12.50"}, {"0.2", "0.0"}, {"12.75", "13.00"},
		{"12", cannot}, {"9.99e-1", "1.0"},
	})
	check(t, "round(2.5)", Decimal, [][2]string{{"12", "12.5"}, {"1", "0.0"}, {"2", "2.5"}, {"99", "100.0"}, {"-1.25", "-2.50"}})
	check(t, "round(0.25)", Decimal, [][2]string{{"1.3", "1.25"}, {"0.125", "0.250"}, {"0.124", "0.000"}, {"0.9", "1.00"}})
	check(t, "round(0.01)", Decimal, [][2]string{{"1.25", cannot}, {"1.2", cannot}, {"1.255", "1.260"}})
	check(t, "round(7)", Integer, [][2]string{{"10", "7"}, {"11", "14"}, {"-11", "-14"}, {"9223372036854775807", "9223372036854775807"}, {"1.5", cannot}, {"1e3", cannot}, {"1.0", cannot}})
	check(t, "round(3)", Decimal, [][2]string{{"1.4", "0.0"}, {"1.5", "3.0"}, {"1.49999", "0.00000"}, {"4.5", "6.0"}})
	check(t, "round(999999999999999999)", Integer, [][2]string{{"499999999999999999", "0"}, {"500000000000000000", "999999999999999999"}, {"18446744073709551615", "17999999999999999982"}})
}

// TestRoundAgainstRationals compares with exact rational arithmetic.
func TestRoundAgainstRationals(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	tried := 0
	for range 20000 {
		step := stepSize{units: 1 + r.Uint64N([]uint64{9, 99, 12345, 999999999999999998}[r.IntN(4)]), scale: r.IntN(4)}
		text := strings.TrimLeft(strconv.FormatUint(r.Uint64()>>r.IntN(60), 10)+strconv.FormatUint(r.Uint64()>>r.IntN(64), 10), "0") + strconv.Itoa(r.IntN(10))
		if n := r.IntN(len(text)); n > 0 && r.IntN(3) > 0 {
			text = text[:n] + "." + text[n:]
		}
		if r.IntN(2) == 0 {
			text = "-" + text
		}
		m := build(t, "round("+step.String()+")", Decimal)
		got := run(t, m, text)
		if got == cannot {
			continue
		}
		tried++
		value, _ := new(big.Rat).SetString(text)
		size, _ := new(big.Rat).SetString(step.String())
		quotient := new(big.Rat).Quo(new(big.Rat).Abs(value), size)
		quotient.Add(quotient, big.NewRat(1, 2))
		multiple := new(big.Int).Quo(quotient.Num(), quotient.Denom())
		want := new(big.Rat).Mul(new(big.Rat).SetInt(multiple), size)
		if value.Sign() < 0 {
			want.Neg(want)
		}
		have, ok := new(big.Rat).SetString(got)
		if !ok || have.Cmp(want) != 0 {
			t.Fatalf("%s of %s is %s, want %s", m.Name(), text, got, want.RatString())
		}
	}
	if tried < 5000 {
		t.Errorf("only %d numbers were rounded", tried)
	}
}

func TestDateYear(t *testing.T) {
	check(t, "date-year", Date, [][2]string{
		{"1984-05-17", "1984-01-01"}, {"2024-02-29", "2024-01-01"}, {"0044-03-15 BC", "0044-01-01 BC"}, {"12024-12-31", "12024-01-01"},
		{"2024-01-01", "2024-01-01"}, {"4713-11-24 BC", "4713-01-01 BC"},
		{"0000-00-00", cannot}, {"2024-00-00", cannot}, {"2023-02-29", cannot}, {"1900-02-29", cannot}, {"2024-13-01", cannot}, {"2024-12-32", cannot},
		{"0000-01-01", cannot}, {"infinity", cannot}, {"-infinity", cannot}, {"", cannot}, {"1984-05-17 00:00:00", cannot}, {"1984-5-17", cannot},
		{"984-05-17", cannot}, {"01984-05-17", cannot}, {"1984/05/17", cannot}, {"17.05.1984", cannot}, {"1984-05-17 AD", cannot}, {"1984-05-17  BC", cannot},
		{"4714-11-24 BC", cannot}, {"294277-01-01", cannot}, {"9999999-01-01", cannot}, {"1984-05-17" + bad, cannot}, {"-1984-05-17", cannot}, {"1984-05", cannot},
	})
	check(t, "date-year", Timestamp, [][2]string{
		{"1984-05-17 08:15:00", "1984-01-01 00:00:00"}, {"1984-05-17 08:15:00.25", "1984-01-01 00:00:00"}, {"0044-03-15 12:00:00 BC", "0044-01-01 00:00:00 BC"},
		{"1984-05-17", cannot}, {"1984-05-17T08:15:00", cannot}, {"1984-05-17 08:15", cannot}, {"1984-05-17 24:00:00", cannot}, {"1984-05-17 08:60:00", cannot},
		{"1984-05-17 08:15:60", cannot}, {"1984-05-17 08:15:00.", cannot}, {"1984-05-17 08:15:00.1234567", cannot}, {"1984-05-17 08:15:00+02", cannot},
		{"1984-05-17 8:15:00", cannot}, {"1984-05-17 08:15:00 PM", cannot}, {"0000-00-00 00:00:00", cannot},
	})
	check(t, "date-year", TimestampZone, [][2]string{
		{"1984-05-17 08:15:00.25+02", "1984-01-01 00:00:00+00"}, {"1984-05-17 08:15:00-03:30", "1984-01-01 00:00:00+00"},
		{"1884-05-17 08:15:00+00:53:28", "1884-01-01 00:00:00+00"}, {"0044-03-15 08:15:00-05 BC", "0044-01-01 00:00:00+00 BC"},
		{"1984-05-17 08:15:00", cannot}, {"1984-05-17 08:15:00Z", cannot}, {"1984-05-17 08:15:00+2", cannot}, {"1984-05-17 08:15:00+16", cannot},
		{"1984-05-17 08:15:00+02:60", cannot}, {"1984-05-17 08:15:00+02:", cannot}, {"1984-05-17 08:15:00+02:00:00:00", cannot}, {"1984-05-17 08:15:00 Europe/Paris", cannot},
	})
}

// TestDateShift checks that one key moves every date by the same days, which
// are not 0 and at most N, and that only the date changes.
func TestDateShift(t *testing.T) {
	shift := func(t *testing.T, m interface {
		Mask(dst, cell []byte) ([]byte, bool)
	}, cell string) int {
		t.Helper()
		out, ok := m.Mask(nil, []byte(cell))
		if !ok || string(out[10:]) != cell[10:] {
			t.Fatalf("date-shift of %q is %q, %v", cell, out, ok)
		}
		was, err1 := time.Parse(time.DateOnly, cell[:10])
		is, err2 := time.Parse(time.DateOnly, string(out[:10]))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		return int(is.Sub(was).Hours() / 24)
	}
	s, err := Parse("date-shift(2 days)")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]int{}
	for i := range 400 {
		key, err := DeriveKey(testKey, "app"+strconv.Itoa(i), "mask")
		if err != nil {
			t.Fatal(err)
		}
		days := 0
		for f, cells := range map[Family][]string{
			Date:          {"2024-02-28", "2024-02-29", "2024-12-31", "0001-02-01", "9999-11-30", "1900-02-28"},
			Timestamp:     {"2024-02-28 23:59:59.999999", "1970-01-01 00:00:00"},
			TimestampZone: {"2024-02-28 23:59:59.9+05:30", "2024-10-27 02:30:00+01"},
		} {
			for _, domain := range []string{"", "birthday"} {
				fitted, err := s.For(f)
				if err != nil {
					t.Fatal(err)
				}
				m, err := fitted.Masker(key, domain)
				if err != nil {
					t.Fatal(err)
				}
				for _, cell := range cells {
					got := shift(t, m, cell)
					if days == 0 {
						days = got
					}
					if got != days {
						t.Fatalf("%s moves by %d days, others by %d", cell, got, days)
					}
				}
			}
		}
		seen[days]++
	}
	if len(seen) != 4 || seen[0] > 0 || seen[-2] < 50 || seen[-1] < 50 || seen[1] < 50 || seen[2] < 50 {
		t.Errorf("shifts by days: %v", seen)
	}
}

func TestDateShiftBorders(t *testing.T) {
	// Each date is moved over a border by one of the two.
	forth, back := false, false
	for i := 0; !forth || !back; i++ {
		key, err := DeriveKey(testKey, strconv.Itoa(i), "mask")
		if err != nil {
			t.Fatal(err)
		}
		s, err := Parse("date-shift(1 day)")
		if err != nil {
			t.Fatal(err)
		}
		if s, err = s.For(Date); err != nil {
			t.Fatal(err)
		}
		m, err := s.Masker(key, "")
		if err != nil {
			t.Fatal(err)
		}
		want := [][2]string{{"2024-02-28", "2024-02-29"}, {"9999-12-31", cannot}, {"0001-12-31 BC", cannot}, {"294276-12-31", cannot}, {"0001-01-01", "0001-01-02"}, {"10000-01-01", "10000-01-02"}, {"0045-02-28 BC", "0045-02-29 BC"}}
		if run(t, m, "2024-01-01") < "2024-01-01" {
			back = true
			want = [][2]string{{"2024-03-01", "2024-02-29"}, {"0001-01-01", cannot}, {"10000-01-01", cannot}, {"4713-01-01 BC", cannot}, {"9999-12-31", "9999-12-30"}, {"0001-03-01 BC", "0001-02-29 BC"}, {"0044-01-01 BC", "0045-12-31 BC"}}
		} else {
			forth = true
		}
		for _, w := range want {
			if got := run(t, m, w[0]); got != w[1] {
				t.Errorf("date-shift of %s is %s, want %s", w[0], got, w[1])
			}
		}
	}
}

// FuzzMoment checks that a moment is written as it was read, and that it is of
// one family only.
func FuzzMoment(f *testing.F) {
	for _, s := range append(seeds, "294276-12-31 23:59:59.999999", "1884-05-17 08:15:00+00:53:28 BC", "01984-05-17", "1984-05-17 08:15:00+02:") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read := 0
		for _, family := range []Family{Date, Timestamp, TimestampZone} {
			m, ok := parseMoment([]byte(text), family)
			if !ok {
				continue
			}
			read++
			if got := string(m.append(nil)); got != text {
				t.Errorf("%q is read as a %s and written %q", text, family, got)
			}
			if year, month, day := civil(dayNumber(m.astronomical(), m.month, m.day)); year != m.astronomical() || month != m.month || day != m.day {
				t.Errorf("%q is a day of the year %d", text, year)
			}
		}
		if read > 1 {
			t.Errorf("%q is read as %d types", text, read)
		}
	})
}

// TestCalendar compares with the time package over all of both calendars.
func TestCalendar(t *testing.T) {
	origin := time.Date(0, 3, 1, 0, 0, 0, 0, time.UTC)
	for number := dayNumber(-4713, 1, 1); number <= dayNumber(maxYear, 12, 31); number += 13 {
		year, month, day := civil(number)
		if dayNumber(year, month, day) != number || day > daysIn(year, month) {
			t.Fatalf("day %d is %d-%d-%d, which is day %d", number, year, month, day, dayNumber(year, month, day))
		}
		if want := origin.AddDate(0, 0, number); want.Year() != year || int(want.Month()) != month || want.Day() != day {
			t.Fatalf("day %d is %d-%d-%d, want %s", number, year, month, day, want)
		}
	}
}
