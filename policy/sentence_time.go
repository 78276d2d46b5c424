package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
)

// moment is the end of a sentence that says when it is asked: `at 09:00
// Europe/Berlin`, `on mon at 09:00`, `on 2026-03-02 at 09:00` or
// `on 2026-03-02T09:00Z`. Without a day it is asked of every day of the week.
type moment struct {
	exact   time.Time // from `on 2026-03-02T09:00Z`, or the day of `on 2026-03-02`
	dated   bool      // exact is a day, and wants a clock
	day     int       // as time.Weekday counts; -1 for none
	clock   int       // minutes since midnight; -1 for none
	zone    *time.Location
	onWords bool // `on` has been read
}

func noMoment() moment { return moment{day: -1, clock: -1, zone: time.UTC} }

var clockPattern = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)

const momentHint = "write `at 09:00`, `on mon at 09:00 Europe/Berlin`, or `on 2026-03-02T09:00Z`"

// on reads what follows `on`.
func (s *scanner) on() *sentenceError {
	word := s.next()
	if s.when.onWords {
		return s.wrong("say the day once", "the day stands here twice")
	}
	s.when.onWords = true
	if d := slices.Index(dayWords, word); d >= 0 {
		s.when.day = d
		return nil
	}
	if day, err := time.Parse(time.DateOnly, word); err == nil {
		s.when.exact, s.when.dated = day, true
		return nil
	}
	exact, err := time.Parse("2006-01-02T15:04Z07:00", word)
	if err != nil {
		return s.wrong(momentHint, "here a day of the week, a date or a moment is wanted")
	}
	s.when.exact = exact
	return nil
}

// at reads what follows the second `at`: a time of day, and where its clock is.
func (s *scanner) at() *sentenceError {
	word := s.next()
	if !clockPattern.MatchString(word) {
		return s.wrong(momentHint, "here a time of day is wanted, from 00:00 to 23:59")
	}
	if s.when.clock >= 0 {
		return s.wrong("say the time once", "the time stands here twice")
	}
	clock, _ := time.Parse("15:04", word)
	s.when.clock = clock.Hour()*60 + clock.Minute()
	before := *s
	switch zone := s.next(); zone {
	case "", "from", "on", "at":
		*s = before
	default:
		var err error
		if s.when.zone, err = time.LoadLocation(zone); err != nil || zone == "Local" {
			return s.wrong("write a name of the IANA time zone database: Europe/Berlin, UTC", "%q is no time zone", short(zone))
		}
	}
	return nil
}

// times are the moments of which a sentence is asked: none where it says
// nothing, and one of each day of the week, from Sunday, where it says no day.
// before is when a key ends, or zero: a day that has no date is before that.
func (m *moment) times(before time.Time) []time.Time {
	on := func(day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 0, m.clock, 0, 0, m.zone)
	}
	switch {
	case m.clock < 0 && m.exact.IsZero():
		return nil
	case m.dated:
		return []time.Time{on(m.exact)}
	case !m.exact.IsZero():
		return []time.Time{m.exact}
	}
	sunday := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if late := sunday.AddDate(0, 0, 9).Sub(before); !before.IsZero() && late > 0 {
		sunday = sunday.AddDate(0, 0, -7*(1+int(late/(7*24*time.Hour))))
	}
	if m.day >= 0 {
		return []time.Time{on(sunday.AddDate(0, 0, m.day))}
	}
	all := make([]time.Time, 7)
	for d := range all {
		all[d] = on(sunday.AddDate(0, 0, d))
	}
	return all
}

// timed sees that a day comes with its time.
func (s *scanner) timed() *sentenceError {
	m := &s.when
	switch {
	case m.clock < 0 && (m.day >= 0 || m.dated):
		return s.wrong(momentHint, "the sentence says a day and no time")
	case m.clock >= 0 && !m.exact.IsZero() && !m.dated:
		return s.wrong(momentHint, "the sentence says the time twice")
	}
	return nil
}

// ask is what becomes of a sentence. Where it says a time and no day, and the
// days differ, there is no answer.
func (p *Policy) ask(s *sentence) (sallyport.Grant, sallyport.Verdict, *sentenceError) {
	g, _ := p.Match(&s.cross)
	v := p.Decide(&s.cross, g)
	if len(s.times) < 2 {
		return g, v, nil
	}
	days := map[sallyport.Effect]*Hours{}
	for d, at := range s.times {
		c := s.cross
		c.Context.Time = at
		g, _ := p.Match(&c)
		effect := p.Decide(&c, g).Effect
		if days[effect] == nil {
			days[effect] = &Hours{}
		}
		days[effect].Days[d] = true
	}
	if len(days) < 2 {
		return g, v, nil
	}
	var parts []string
	for _, effect := range []sallyport.Effect{sallyport.Allow, sallyport.Mask, sallyport.Deny} {
		if h := days[effect]; h != nil {
			parts = append(parts, fmt.Sprintf("%s on %s", effect, h.dayList()))
		}
	}
	return g, v, &sentenceError{CodeTestGrammar, s.whenFrom, s.whenTo, "it hangs on the day of the week: " + strings.Join(parts, ", "), "say the day: `on mon at 09:00`"}
}
