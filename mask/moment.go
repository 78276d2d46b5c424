package mask

// moment is a date with what stands behind it, as PostgreSQL (DateStyle ISO)
// and MySQL write it: YYYY-MM-DD, a blank and HH:MM:SS with a fraction of up to
// six digits, an offset from UTC, and " BC".
type moment struct {
	year, month, day int
	bc               bool   // year counts backwards from 1 BC
	clock, zone      []byte // parts of what was parsed; nil where there are none
}

// maxYear is the last year of PostgreSQL's timestamps, and minYearBC the
// first, rounded to whole years.
const (
	maxYear   = 294276
	minYearBC = 4713
)

// parseMoment reads a value of one of the dated families and of no other. It
// refuses what is no date of the proleptic Gregorian calendar: 0000-00-00,
// 2024-02-31, infinity.
func parseMoment(s []byte, f Family) (moment, bool) {
	var m moment
	n := 0
	for n < len(s) && isDigit(s[n]) && n < 6 {
		m.year = m.year*10 + int(s[n]-'0')
		n++
	}
	rest := s[n:]
	if n < 4 || n > 4 && s[0] == '0' || m.year == 0 || m.year > maxYear || len(rest) < 6 || rest[0] != '-' || rest[3] != '-' {
		return m, false
	}
	var ok1, ok2 bool
	m.month, ok1 = twoDigits(rest[1:], 12)
	m.day, ok2 = twoDigits(rest[4:], 31)
	rest = rest[6:]
	if !ok1 || !ok2 {
		return m, false
	}
	if f != Date {
		if len(rest) == 0 || rest[0] != ' ' {
			return m, false
		}
		n := clockLength(rest[1:])
		if n == 0 {
			return m, false
		}
		m.clock, rest = rest[1:1+n], rest[1+n:]
		if n = zoneLength(rest); (n > 0) != (f == TimestampZone) {
			return m, false
		}
		m.zone, rest = rest[:n], rest[n:]
	}
	if string(rest) == " BC" {
		m.bc, rest = true, nil
	}
	if len(rest) > 0 || m.month == 0 || m.day == 0 || m.bc && m.year > minYearBC || m.day > daysIn(m.astronomical(), m.month) {
		return m, false
	}
	return m, true
}

// astronomical is the year with 1 BC as 0 and 2 BC as -1.
func (m moment) astronomical() int {
	if m.bc {
		return 1 - m.year
	}
	return m.year
}

// append appends the moment as it would be written by who wrote the parsed one.
func (m moment) append(dst []byte) []byte {
	dst = appendPadded(dst, m.year, 4)
	dst = appendPadded(append(dst, '-'), m.month, 2)
	dst = appendPadded(append(dst, '-'), m.day, 2)
	if m.clock != nil {
		dst = append(append(dst, ' '), m.clock...)
	}
	dst = append(dst, m.zone...)
	if m.bc {
		dst = append(dst, " BC"...)
	}
	return dst
}

func appendPadded(dst []byte, v, width int) []byte {
	var b [20]byte
	i := len(b)
	for v > 0 || len(b)-i < width {
		i--
		b[i] = byte('0' + v%10)
		v /= 10
	}
	return append(dst, b[i:]...)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// twoDigits reads two digits at the beginning of s.
func twoDigits(s []byte, most int) (int, bool) {
	if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[1]) {
		return 0, false
	}
	v := int(s[0]-'0')*10 + int(s[1]-'0')
	return v, v <= most
}

// clockLength is how many bytes of s are HH:MM:SS with or without a fraction
// of one to six digits; 0 where s does not begin so.
func clockLength(s []byte) int {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' {
		return 0
	}
	_, ok1 := twoDigits(s, 23)
	_, ok2 := twoDigits(s[3:], 59)
	_, ok3 := twoDigits(s[6:], 59)
	if !ok1 || !ok2 || !ok3 {
		return 0
	}
	n := 8
	if n < len(s) && s[n] == '.' {
		for n++; n < len(s) && isDigit(s[n]); n++ {
		}
		if n < 10 || n > 15 {
			return 0
		}
	}
	return n
}

// zoneLength is how many bytes of s are an offset: +HH, +HH:MM or +HH:MM:SS, or
// the same with a minus; 0 where s does not begin so.
func zoneLength(s []byte) int {
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0
	}
	if _, ok := twoDigits(s[1:], 15); !ok {
		return 0
	}
	n := 3
	for n < 9 && n < len(s) && s[n] == ':' {
		if _, ok := twoDigits(s[n+1:], 59); !ok {
			return 0
		}
		n += 3
	}
	return n
}
