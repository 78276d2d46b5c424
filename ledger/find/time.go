package find

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const timeHint = "like 1h, 90m, 2d, today, yesterday, 14:05, 2026-11-01 or 2026-11-01T14:05:09Z"

// moment reads a time for since, until or at into the moments lo to hi.
func (p Parser) moment(f *field, r raw) (v value, message, hint string) {
	s := r.text()
	from, to, ranged := strings.Cut(s, "..")
	if !ranged {
		to = from
	} else if f.sort != at {
		return v, f.name + ": takes one time, not a range", "at:a..b takes a range"
	}
	start, _, relative, ok := p.when(from)
	_, end, relativeEnd, okEnd := p.when(to)
	switch {
	case !ok || !okEnd:
		return v, fmt.Sprintf("%q is not a time between the years 1700 and 2200", s), timeHint
	case f.sort == at && !ranged && relative && relativeEnd:
		return v, fmt.Sprintf("%s ago is an instant, in which nothing begins", s), fmt.Sprintf("since:%s finds what began after it", s)
	case f.sort == since:
		return value{lo: Moment(start), hi: math.MaxUint64}, "", ""
	case f.sort == until:
		return value{lo: 0, hi: Moment(end) - 1}, "", ""
	case !start.Before(end):
		return v, fmt.Sprintf("%s ends before it begins", s), ""
	}
	return value{lo: Moment(start), hi: Moment(end) - 1}, "", ""
}

// layouts are the written times with the unit that each names.
var layouts = []struct {
	layout string
	add    func(time.Time) time.Time
}{
	{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006-01-02T15:04", plus(time.Minute)},
	{"2006-01-02T15:04Z07:00", plus(time.Minute)},
	{"2006-01-02T15:04:05", plus(time.Second)},
	{"2006-01-02T15:04:05Z07:00", plus(time.Second)},
}

func plus(d time.Duration) func(time.Time) time.Time {
	return func(t time.Time) time.Time { return t.Add(d) }
}

// when reads one time: its first instant and the first one after it. One that
// is relative to now has no length.
func (p Parser) when(s string) (start, end time.Time, relative, ok bool) {
	start, end, relative, ok = p.read(s)
	ok = ok && start.Year() >= 1700 && end.Year() < 2200
	return start, end, relative, ok
}

func (p Parser) read(s string) (start, end time.Time, relative, ok bool) {
	y, m, d := p.Now.Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, p.Now.Location())
	switch lower(s) {
	case "now":
		return p.Now, p.Now, true, true
	case "today":
		return today, today.AddDate(0, 0, 1), false, true
	case "yesterday":
		return today.AddDate(0, 0, -1), today, false, true
	}
	if ago, ok := elapsed(s); ok {
		t := p.Now.Add(-ago)
		return t, t, true, true
	}
	clock := len(s) >= 5 && s[2] == ':'
	if clock {
		s = fmt.Sprintf("%04d-%02d-%02dT%s", y, int(m), d, s)
	}
	s = strings.Replace(strings.ToUpper(s), " ", "T", 1)
	for _, l := range layouts {
		t, err := time.ParseInLocation(l.layout, s, p.Now.Location())
		if err != nil {
			continue
		}
		end := l.add(t)
		if digits := fraction(s); digits > 0 {
			end = t.Add(time.Duration(math.Pow10(9 - digits)))
		}
		if clock && t.After(p.Now) {
			t, end = t.AddDate(0, 0, -1), end.AddDate(0, 0, -1) // the last time that it was so late
		}
		return t, end, false, true
	}
	return start, end, false, false
}

// fraction is how many digits follow the seconds' point, at most 9.
func fraction(s string) int {
	_, after, _ := strings.Cut(s, ".")
	return min(9, len(after)-len(strings.TrimLeft(after, "0123456789")))
}

// elapsed reads 90m, 1h30m, 2d or 1w; a day is 24 hours.
func elapsed(s string) (time.Duration, bool) {
	const most = 200 * 365 * 24 * time.Hour
	var total time.Duration
	if s == "" {
		return 0, false
	}
	for s != "" {
		n := len(s) - len(strings.TrimLeft(s, "0123456789."))
		word := len(s[n:]) - len(strings.TrimLeft(s[n:], "wdhmsnuµ"))
		amount, err := strconv.ParseFloat(s[:n], 64)
		scale, known := elapsedUnits[s[n:n+word]]
		if err != nil || !known || amount*float64(scale) > float64(most-total) {
			return 0, false
		}
		total += time.Duration(amount * float64(scale))
		s = s[n+word:]
	}
	return total, true
}

var elapsedUnits = map[string]time.Duration{
	"w": 7 * 24 * time.Hour, "d": 24 * time.Hour, "h": time.Hour, "m": time.Minute, "s": time.Second,
	"ms": time.Millisecond, "us": time.Microsecond, "µs": time.Microsecond, "ns": 1,
}
