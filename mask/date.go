package mask

import (
	"encoding/binary"
	"strconv"
	"strings"
)

// maxShift is the largest N of date-shift, in days: a century.
const maxShift = 36525

func parseDateShift(s *Spec, arg string) *SpecError {
	words := strings.Fields(arg)
	if len(words) == 2 && (words[1] == "days" || words[1] == "day") {
		if n, ok := whole(words[0], maxShift); ok && n > 0 {
			s.n = n
			return nil
		}
	}
	return &SpecError{Message: "needs a number of days from 1 to 36525", Hint: "write date-shift(30 days)"}
}

func dateShiftArg(s Spec) (string, bool) {
	if s.n == 1 {
		return "1 day", true
	}
	return strconv.Itoa(s.n) + " days", true
}

// buildDateShift makes date-shift: it moves every date of a key by the same
// number of days, from -N to N and never 0, which the key and N determine. The
// time of day, the fraction, the zone and the distance between two dates stay,
// across all columns and tables that have the same N.
//
//	date-shift(30 days)    2024-02-20 08:15:00.25+01    2024-01-23 08:15:00.25+01
//
// Whoever knows the true date of one masked value knows the shift, and with it
// every date of the key; who knows none still knows each date to within N
// days, and what the pattern of all of them gives away (weekdays, an event that
// everybody knows). A zone's offset stays as written: where it follows summer
// time it tells which half of the year the true date was in.
//
// What is no date of the column's type is refused: zero dates, infinity, and a
// date that the shift would move out of the years 1 to 9999, which all
// databases can hold, or, for one beyond these, to the other side of their
// borders.
func buildDateShift(s Spec, key []byte, _ string) (apply, error) {
	secret, err := subkey(key, s.String(), "")
	if err != nil {
		return nil, err
	}
	days := int(binary.BigEndian.Uint64(secret)%uint64(2*s.n)) - s.n
	if days >= 0 {
		days++
	}
	family := s.family
	return func(dst, cell []byte) ([]byte, bool) {
		m, ok := parseMoment(cell, family)
		if !ok {
			return dst, false
		}
		bc, long := m.bc, m.year > 9999
		m.year, m.month, m.day = civil(dayNumber(m.astronomical(), m.month, m.day) + days)
		if m.bc = m.year <= 0; m.bc {
			m.year = 1 - m.year
		}
		if m.bc != bc || (m.year > 9999) != long || m.year > maxYear || m.bc && m.year > minYearBC {
			return dst, false
		}
		return m.append(dst), true
	}, nil
}

// buildDateYear makes date-year: the first of January of the year, at
// midnight, and where there is a zone at offset 0, since summer time would tell
// the half of the year.
//
//	date         1984-05-17                   1984-01-01
//	timestamp    1984-05-17 08:15:00.25+02    1984-01-01 00:00:00+00
//
// To be seen is the year; a date that is the first of January comes back as it
// was. What is no date of the column's type is refused, as with date-shift.
func buildDateYear(s Spec, _ []byte, _ string) (apply, error) {
	family := s.family
	return func(dst, cell []byte) ([]byte, bool) {
		m, ok := parseMoment(cell, family)
		if !ok {
			return dst, false
		}
		m.month, m.day = 1, 1
		if family != Date {
			m.clock = midnight
		}
		if family == TimestampZone {
			m.zone = utc
		}
		return m.append(dst), true
	}, nil
}

var (
	midnight = []byte("00:00:00")
	utc      = []byte("+00")
)
