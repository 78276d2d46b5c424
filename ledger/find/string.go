package find

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// String is the query in its one canonical form, which Parse reads back to the
// same query: times are absolute, in UTC.
func (q *Query) String() string {
	var b strings.Builder
	for i := range q.terms {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(q.terms[i].String())
	}
	return b.String()
}

// String is the term in canonical form.
func (t Term) String() string {
	var b strings.Builder
	if t.not {
		b.WriteByte('-')
	}
	if t.field != &word {
		b.WriteString(t.field.name + ":")
	}
	for i := range t.values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(t.write(&t.values[i]))
	}
	return b.String()
}

func (t *Term) write(v *value) string {
	switch t.field.sort {
	case number, size, status:
		return written(v, func(n uint64) string { return strconv.FormatUint(n, 10) })
	case duration:
		return written(v, func(n uint64) string {
			if n > math.MaxInt64 {
				return strconv.FormatUint(n, 10)
			}
			return time.Duration(n).String()
		})
	case since:
		return MomentTime(v.lo).Format(time.RFC3339Nano)
	case until:
		return MomentTime(v.hi).Format(nanoLayout)
	case at:
		if v.lo == v.hi {
			return MomentTime(v.lo).Format(nanoLayout)
		}
		return MomentTime(v.lo).Format(nanoLayout) + ".." + MomentTime(v.hi).Format(nanoLayout)
	}
	parts := make([]string, len(v.parts))
	for i, part := range v.parts {
		parts[i] = quote(part, t.field == &word)
	}
	return strings.Join(parts, "*")
}

// nanoLayout names an instant of one nanosecond, so that its end is its own.
const nanoLayout = "2006-01-02T15:04:05.000000000Z07:00"

func written(v *value, number func(uint64) string) string {
	switch {
	case v.lo == v.hi:
		return number(v.lo)
	case v.hi == math.MaxUint64:
		return ">=" + number(v.lo)
	case v.lo == 0:
		return "<=" + number(v.hi)
	}
	return number(v.lo) + ".." + number(v.hi)
}

// quote puts a text into quotes where it would be read as something else.
func quote(s string, word bool) string {
	plain := !word || !slices.Contains(operators, s)
	for _, r := range s {
		if !unicode.IsGraphic(r) || unicode.IsSpace(r) || strings.ContainsRune(`",*\`, r) || word && (r == ':' || r == '-') {
			plain = false
		}
	}
	if plain {
		return s
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
