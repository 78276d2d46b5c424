package export

import (
	"fmt"
	"strings"
	"time"
)

// Style is how entries are shown to a person. The zero Style is 110 columns,
// UTC, without colour.
type Style struct {
	Width  int            // columns, at least 80; 0 stands for 110
	ASCII  bool           // no character beyond ASCII of our own; an entry's names stay as they are
	Colour bool           // ANSI colours; never the only sign of anything
	Zone   *time.Location // nil is UTC
}

func (st Style) width() int {
	if st.Width == 0 {
		return 110
	}
	return max(80, st.Width)
}

func (st Style) zone() *time.Location {
	if st.Zone == nil {
		return time.UTC
	}
	return st.Zone
}

func (st Style) mark(unicode, ascii string) string {
	if st.ASCII {
		return ascii
	}
	return unicode
}

// Colours: SGR codes of ECMA-48.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	dim    = "2"
	bold   = "1"
)

func (st Style) paint(code, s string) string {
	if !st.Colour || code == "" || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// verdict is a sign and a word of 5 letters at most, and their colour.
func (st Style) verdict(effect, would string) (sign, colour string) {
	switch {
	case effect == "allow" && would != "" && would != "allow":
		return st.mark("○", "o") + " allow", yellow
	case effect == "allow":
		return st.mark("✓", "+") + " allow", green
	case effect == "mask":
		return st.mark("◐", "~") + " mask", yellow
	case effect == "deny":
		return st.mark("✕", "x") + " deny", red
	}
	return st.mark("·", ".") + " " + Printable(effect), dim
}

// direction is the sign of the act's direction.
func (st Style) direction(dir string) string {
	switch dir {
	case "ingress":
		return st.mark("▸", ">")
	case "egress":
		return st.mark("◂", "<")
	}
	return " "
}

// short is a number of bytes in at most 5 characters: 312, 1.2K, 64K, 3.9M.
func short(n uint64) string { return scale(n, 1024, "KMGTPE") }

// about is a number of things in at most 5 characters: 312, 1.2k, 64k.
func about(n uint64) string { return scale(n, 1000, "kMGTPE") }

func scale(n uint64, step float64, units string) string {
	if n < uint64(step) {
		return fmt.Sprint(n)
	}
	f, unit := float64(n)/step, 0
	for f >= step-0.5 && unit < len(units)-1 {
		f /= step
		unit++
	}
	if f < 9.95 {
		return fmt.Sprintf("%.1f%c", f, units[unit])
	}
	return fmt.Sprintf("%.0f%c", f, units[unit])
}

// size is a number of bytes for reading: "312 B", "1.2 KiB".
func size(n uint64) string {
	s := short(n)
	if unit := strings.IndexAny(s, "KMGTPE"); unit > 0 {
		return s[:unit] + " " + s[unit:] + "iB"
	}
	return s + " B"
}

// grouped is a number with a comma for each thousand.
func grouped(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// some is "1 row", "3 rows".
func some(n uint64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}
