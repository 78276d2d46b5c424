package policy

import (
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // so that a policy means the same on every machine
)

// Hours is a span of the day, on some days of the week, by the clocks of a
// place. One that ends no later than it begins ends on the next day.
type Hours struct {
	Days     [7]bool // from Sunday, as time.Weekday counts: the days on which it begins
	From, To int     // minutes since midnight; To is up to 1,440, and not part of it
	Zone     string  // a name of the IANA time zone database; "UTC" where none is written
}

const day = 24 * 60 // minutes

var dayWords = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

var hoursPattern = regexp.MustCompile(`^(?:([a-z,-]+) +)?([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])(?: +([A-Za-z][A-Za-z0-9_+/-]*))?$`)

const hoursHint = "write `mon-fri 08:00-18:00 Europe/Berlin`; without days it is every day, without a place UTC"

// hours reads `mon-fri 08:00-18:00 Europe/Berlin`.
func (v value) hours() (h Hours, ok bool) {
	s, ok := v.text(hoursHint)
	if !ok {
		return h, false
	}
	m := hoursPattern.FindStringSubmatch(s)
	if m == nil && h.days(s) == "" {
		v.errorf(CodeHours, "put hours with a comma in quotes: [\"mon,wed 08:00-18:00\"]; in brackets a comma ends an entry", "%q says days and no time", short(s))
		return h, false
	}
	if m == nil {
		v.errorf(CodeHours, hoursHint, "%q is no span of hours", short(s))
		return h, false
	}
	minutes := func(hour, minute string) int {
		return (int(hour[0]-'0')*10+int(hour[1]-'0'))*60 + int(minute[0]-'0')*10 + int(minute[1]-'0')
	}
	h.From, h.To, h.Zone = minutes(m[2], m[3]), minutes(m[4], m[5]), m[6]
	if h.From >= day || h.To > day {
		v.errorf(CodeHours, "a day goes from 00:00 to 24:00", "%q is no span of hours", short(s))
		return h, false
	}
	if h.From == h.To {
		v.errorf(CodeHours, "write 00:00-24:00 for the whole day", "%q begins when it ends", short(s))
		return h, false
	}
	if bad := h.days(m[1]); bad != "" {
		v.errorf(CodeHours, didYouMean(bad, dayWords, "the days are "+strings.Join(dayWords, ", ")), "%q is no day of the week", short(bad))
		return h, false
	}
	if h.Zone == "" {
		h.Zone = "UTC"
	}
	if _, err := time.LoadLocation(h.Zone); err != nil || h.Zone == "Local" {
		v.errorf(CodeHours, "write a name of the IANA time zone database: Europe/Berlin, UTC", "%q is no time zone", short(h.Zone))
		return h, false
	}
	return h, true
}

// days takes `mon-fri,sun`, and every day for "". It returns the word that is
// none.
func (h *Hours) days(s string) (bad string) {
	if s == "" {
		h.Days = [7]bool{true, true, true, true, true, true, true}
		return ""
	}
	for part := range strings.SplitSeq(s, ",") {
		first, last, span := strings.Cut(part, "-")
		if !span {
			last = first
		}
		from, to := slices.Index(dayWords, first), slices.Index(dayWords, last)
		if from < 0 {
			return first
		}
		if to < 0 {
			return last
		}
		for d := from; ; d = (d + 1) % 7 {
			h.Days[d] = true
			if d == to {
				break
			}
		}
	}
	return ""
}

// hold tells whether a moment is in the hours, by the clocks of their zone.
func (h Hours) hold(zone *time.Location, now time.Time) bool {
	if now.IsZero() || zone == nil {
		return false
	}
	now = now.In(zone)
	today, minute := int(now.Weekday()), now.Hour()*60+now.Minute()
	if h.From < h.To {
		return h.Days[today] && minute >= h.From && minute < h.To
	}
	return h.Days[today] && minute >= h.From || h.Days[(today+6)%7] && minute < h.To
}

// String is the hours as a policy writes them.
func (h Hours) String() string {
	var b strings.Builder
	if days := h.dayList(); days != "" {
		b.WriteString(days + " ")
	}
	clock := func(m int) string {
		return string([]byte{byte('0' + m/600), byte('0' + m/60%10), ':', byte('0' + m%60/10), byte('0' + m%10)})
	}
	b.WriteString(clock(h.From) + "-" + clock(h.To))
	if h.Zone != "UTC" {
		b.WriteString(" " + h.Zone)
	}
	return b.String()
}

// dayList is the days with those in a row as one, from Monday; "" for all.
func (h Hours) dayList() string {
	var parts []string
	for i := 1; i <= 7; i++ {
		first := i
		for i <= 7 && h.Days[i%7] {
			i++
		}
		switch n := i - first; {
		case n == 7:
			return ""
		case n == 1:
			parts = append(parts, dayWords[first%7])
		case n > 1:
			parts = append(parts, dayWords[first%7]+"-"+dayWords[(i-1)%7])
		}
	}
	return strings.Join(parts, ",")
}

// openHours is the hours of a rule, ready to be asked.
type openHours struct {
	spans []Hours
	zones []*time.Location
}

func compileHours(spans []Hours) openHours {
	o := openHours{spans: spans, zones: make([]*time.Location, len(spans))}
	for i, h := range spans {
		o.zones[i], _ = time.LoadLocation(h.Zone) // what does not load never holds
	}
	return o
}

// closed tells whether a moment is outside of the hours; no hours are never
// closed.
func (o *openHours) closed(now time.Time) bool {
	for i := range o.spans {
		if o.spans[i].hold(o.zones[i], now) {
			return false
		}
	}
	return len(o.spans) > 0
}

// clocks is what time it is by the clocks of the hours.
func (o *openHours) clocks(now time.Time) string {
	if now.IsZero() {
		return "and nobody says what time it is: a sentence can end with `at 09:00`"
	}
	var all []string
	for i, h := range o.spans {
		if o.zones[i] == nil {
			continue
		}
		at := now.In(o.zones[i])
		if s := dayWords[at.Weekday()] + at.Format(" 15:04 ") + h.Zone; !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return "it is " + strings.Join(all, ", ")
}

// withinHours tells whether all of the hours of b are in those of a. What is in
// different zones is not compared: clocks change on different days.
func withinHours(b, a []Hours) bool {
	if len(a) == 0 {
		return true
	}
	if len(b) == 0 {
		return false
	}
	for _, h := range b {
		outer := slices.DeleteFunc(slices.Clone(a), func(o Hours) bool { return o.Zone != h.Zone })
		for d := range 7 {
			for m := range day {
				// 1 March 2026 is a Sunday.
				at := time.Date(2026, 3, 1+d, 0, m, 0, 0, time.UTC)
				if h.hold(time.UTC, at) && !slices.ContainsFunc(outer, func(o Hours) bool { return o.hold(time.UTC, at) }) {
					return false
				}
			}
		}
	}
	return true
}
