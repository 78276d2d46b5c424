package mask

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// stars is what text becomes where nothing of it may be seen.
const stars = "****"

// fixed is the value that full gives for each family. The date is one that
// MySQL's TIMESTAMP, which begins in 1970, can hold in every zone.
var fixed = [...]string{
	Text: stars, Integer: "0", Decimal: "0", Date: "2000-01-01", Timestamp: "2000-01-01 00:00:00",
	TimestampZone: "2000-01-01 00:00:00+00", Time: "00:00:00", Binary: "",
}

// buildFull makes full: a value that depends on the column's type and not on
// the cell, so neither its length nor any character of it is to be seen.
//
//	text                  Ann Example               ****
//	integer, decimal      48120.50                  0
//	date                  1984-05-17                2000-01-01
//	timestamp             1984-05-17 08:15:00.25    2000-01-01 00:00:00
//	timestamp-zone        1984-05-17 08:15:00+02    2000-01-01 00:00:00+00
//	time                  08:15:00                  00:00:00
//	binary                any bytes                 no bytes
func buildFull(s Spec, _ []byte, _ string) (apply, error) {
	value := fixed[s.family]
	return func(dst, _ []byte) ([]byte, bool) { return append(dst, value...), true }, nil
}

// hidden is full for text.
func hidden(dst []byte) ([]byte, bool) { return append(dst, stars...), true }

// changed returns what was appended to dst from start on, or full in its place
// where that is the cell itself: a value that already looked like its mask.
func changed(dst []byte, start int, cell []byte) ([]byte, bool) {
	if bytes.Equal(dst[start:], cell) {
		return hidden(dst[:start])
	}
	return dst, true
}

// null cannot: the guard makes the cell NULL.
func null(dst, _ []byte) ([]byte, bool) { return dst, false }

// maxConstant is how long the text of a constant may be, in bytes.
const maxConstant = 256

func parseConstant(s *Spec, arg string) *SpecError {
	if len(arg) > maxConstant || strings.ContainsFunc(arg, unicode.IsControl) {
		return &SpecError{Message: "the text is over 256 bytes long or has control characters", Hint: "write constant(TEXT) with a short text"}
	}
	s.text = arg
	return nil
}

func constantArg(s Spec) (string, bool) { return s.text, true }

func constantSuits(s Spec, f Family) *SpecError {
	if !isValue(f, s.text) {
		return &SpecError{Message: "the text is no value of type " + f.String(), Hint: "write one as the database does, such as constant(" + fixed[f] + ")"}
	}
	return nil
}

// buildConstant makes constant: the text of the policy, whatever the cell is,
// so that nothing of it is to be seen. constant(n/a) makes "n/a" of every
// value. The text may have brackets of its own.
func buildConstant(s Spec, _ []byte, _ string) (apply, error) {
	text := s.text
	return func(dst, _ []byte) ([]byte, bool) { return append(dst, text...), true }, nil
}

// isValue tells whether a text is a value of the family. Text and Binary take
// any.
func isValue(f Family, text string) bool {
	b := []byte(text)
	switch f {
	case Text, Binary:
		return utf8.Valid(b)
	case Integer, Decimal:
		_, ok := parseNumber(b, f)
		return ok
	case Date, Timestamp, TimestampZone:
		_, ok := parseMoment(b, f)
		return ok
	case Time:
		n := clockLength(b)
		return n > 0 && n == len(b)
	}
	return false
}
