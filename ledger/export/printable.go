package export

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable is s with everything that could steer a terminal or deceive the
// eye made visible: control characters, characters that turn the direction of
// text or have no width, and unassigned ones as \u{…}, bytes that are not
// UTF-8 as \x… . Spaces other than the common one become the common one. The
// result is one line.
func Printable(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, s[0])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case visible(r):
			b.WriteRune(r)
		case unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		default:
			fmt.Fprintf(&b, `\u{%x}`, r)
		}
		s = s[n:]
	}
	return b.String()
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// visible tells whether a character shows as itself: letters, marks, numbers,
// punctuation, symbols and the common space. Format characters (Cf), among
// them all that change direction, are none of these.
func visible(r rune) bool {
	return unicode.IsPrint(r) && !unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// cells is how many columns of a terminal s takes.
func cells(s string) (n int) {
	for _, r := range s {
		n += cell(r)
	}
	return n
}

func cell(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r < 0x1100:
		return 1
	case r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf && r != 0x303f, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// fit is s, cut with an ellipsis where it has more than width cells, and
// filled with spaces where it has less.
func (st Style) fit(s string, width int) string {
	s = st.cut(s, width)
	return s + strings.Repeat(" ", max(0, width-cells(s)))
}

// right is fit with the spaces in front.
func (st Style) right(s string, width int) string {
	s = st.cut(s, width)
	return strings.Repeat(" ", max(0, width-cells(s))) + s
}

func (st Style) cut(s string, width int) string {
	if cells(s) <= width {
		return s
	}
	more := st.mark("…", "~")
	used := cells(more)
	if width < used {
		return ""
	}
	for i, r := range s {
		if used += cell(r); used > width {
			return s[:i] + more
		}
	}
	return s
}
