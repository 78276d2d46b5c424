package find

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// numeric reads a number, a comparison or a range into the numbers lo to hi.
func numeric(f *field, r raw) (v value, message, hint string) {
	s := r.text()
	hint = map[sort]string{
		number:   "like 100, >1000, <=5 or 10..20",
		size:     "like 512, >64KiB or 1MiB..2MiB",
		duration: "like >10ms or 1s..1m",
		status:   "like 404, 4xx, >=400 or 500..599",
	}[f.sort]
	lo, hi, ok := span(s, func(s string) (uint64, uint64, bool) { return quantity(f.sort, s) })
	switch {
	case !ok:
		return v, fmt.Sprintf("%s: cannot be %q", f.name, s), hint
	case lo > hi:
		return v, fmt.Sprintf("no number is %s", s), hint
	}
	return value{lo: lo, hi: hi}, "", ""
}

// span reads a comparison, a range a..b or one quantity. What one quantity
// covers is itself a span: 4xx is 400 to 499. An empty span has lo > hi.
func span(s string, one func(string) (lo, hi uint64, ok bool)) (lo, hi uint64, ok bool) {
	if from, to, ranged := strings.Cut(s, ".."); ranged {
		lo, _, okFrom := one(from)
		_, hi, okTo := one(to)
		return lo, hi, okFrom && okTo
	}
	rest := strings.TrimLeft(s, "<>=")
	lo, hi, ok = one(rest)
	if !ok {
		return 0, 0, false
	}
	switch s[:len(s)-len(rest)] {
	case "", "=":
	case ">=":
		hi = math.MaxUint64
	case "<=":
		lo = 0
	case ">":
		if hi == math.MaxUint64 {
			return 1, 0, true
		}
		lo, hi = hi+1, math.MaxUint64
	case "<":
		if lo == 0 {
			return 1, 0, true
		}
		lo, hi = 0, lo-1
	default:
		return 0, 0, false
	}
	return lo, hi, true
}

func quantity(f sort, s string) (lo, hi uint64, ok bool) {
	if f == status && len(s) == 3 && (s[1:] == "xx" || s[1:] == "XX") && s[0] >= '1' && s[0] <= '9' {
		lo := uint64(s[0]-'0') * 100
		return lo, lo + 99, true
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil {
		return n, n, true
	}
	switch f {
	case duration:
		d, err := time.ParseDuration(s)
		return uint64(d), uint64(d), err == nil && d >= 0 && !strings.HasPrefix(s, "+")
	case size:
		return scaled(s, sizes)
	case number:
		return scaled(s, thousands)
	}
	return 0, 0, false
}

type unit struct {
	suffix string // lower case
	scale  float64
}

var (
	thousands = []unit{{"k", 1e3}, {"m", 1e6}, {"g", 1e9}}
	sizes     = []unit{
		{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"tib", 1 << 40},
		{"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"tb", 1e12},
		{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"t", 1 << 40}, {"b", 1},
	}
)

// scaled reads a decimal number with a unit, rounded down to a whole.
func scaled(s string, units []unit) (lo, hi uint64, ok bool) {
	s = strings.ToLower(s)
	for _, u := range units {
		digits, found := strings.CutSuffix(s, u.suffix)
		if !found {
			continue
		}
		if strings.Trim(digits, "0123456789.") != "" {
			return 0, 0, false
		}
		f, err := strconv.ParseFloat(digits, 64)
		if err != nil || f*u.scale >= 1<<63 {
			return 0, 0, false
		}
		n := uint64(f * u.scale)
		return n, n, true
	}
	return 0, 0, false
}
