package policy

import (
	"fmt"
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
	"go.yaml.in/yaml/v3"
)

var (
	sexagesimal = regexp.MustCompile(`^[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?$`)
	variable    = regexp.MustCompile(`\$\{|\$\(|^\$[A-Za-z_]`)
	namePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,62}$`)
)

// surprising tells whether a plain scalar is text here and something else to
// readers of YAML 1.1: a boolean, or a number to base 60.
func surprising(n *yaml.Node) bool {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return false
	}
	switch strings.ToLower(n.Value) {
	case "y", "n", "yes", "no", "on", "off":
		return true
	}
	return sexagesimal.MatchString(n.Value)
}

// text is a string, never empty and without a variable in it. hint says what
// to write.
func (v value) text(hint string) (string, bool) {
	s, ok := v.scalar(hint)
	if !ok {
		return "", false
	}
	if variable.MatchString(s) {
		v.errorf(CodeExpansion, "write the value itself; secrets can be `env:NAME` or `file:path`", "nothing is expanded in a policy: this would be taken as it stands")
		return "", false
	}
	return s, true
}

// scalar is text that may hold a `$`.
func (v value) scalar(hint string) (string, bool) {
	switch {
	case v.node.Kind != yaml.ScalarNode:
		v.errorf(CodeType, hint, "%s is to be text, and this is %s", v.last(), v.shape())
	case v.node.Tag == "!!null" || v.node.Tag == "!!str" && strings.TrimSpace(v.node.Value) == "":
		v.errorf(CodeEmpty, hint, "%s is empty", v.last())
	case v.node.Tag == "!!bool" || surprising(v.node):
		v.errorf(CodeQuoting, "put it in quotes if that text is meant; "+hint, "%s: YAML readers take %s for %s", v.last(), short(v.node.Value), surprise(v.node))
	case v.node.Tag != "!!str":
		v.errorf(CodeQuoting, "put it in quotes if that text is meant; "+hint, "%s is to be text, and YAML takes %s for %s", v.last(), short(v.node.Value), surprise(v.node))
	default:
		return v.node.Value, true
	}
	return "", false
}

func surprise(n *yaml.Node) string {
	switch {
	case n.Tag == "!!timestamp":
		return "a date"
	case sexagesimal.MatchString(n.Value):
		return "a number to base 60"
	case n.Tag == "!!int" || n.Tag == "!!float":
		return "a number"
	}
	return "true or false"
}

// word is one of a closed set of words.
func (v value) word(words ...string) (string, bool) {
	hint := "write " + oneOf(words)
	if v.node.Kind == yaml.ScalarNode && v.node.Tag == "!!bool" {
		v.errorf(CodeWord, hint, "%s is not what %s can be", short(v.node.Value), v.last())
		return "", false
	}
	s, ok := v.text(hint)
	if !ok {
		return "", false
	}
	for _, w := range words {
		if s == w {
			return s, true
		}
	}
	v.errorf(CodeWord, didYouMean(s, words, hint), "%q is not what %s can be", short(s), v.last())
	return "", false
}

// name is a name that the policy gives.
func (v value) name() (string, bool) {
	hint := "a name begins with a letter and has up to 63 letters, digits, - _ or ."
	s, ok := v.text(hint)
	if !ok {
		return "", false
	}
	return s, v.checkName(s)
}

func (v value) checkName(s string) bool {
	what, hint := nameFault(s)
	if what != "" {
		v.errorf(CodeName, hint, "%s", what)
	}
	return what == ""
}

// CheckName tells why a policy could not give something this name, and what to
// do; nil where it could.
func CheckName(s string) error {
	if what, hint := nameFault(s); what != "" {
		return fmt.Errorf("%s: %s", what, hint)
	}
	return nil
}

func nameFault(s string) (what, hint string) {
	switch {
	case !namePattern.MatchString(s):
		return fmt.Sprintf("%q cannot be a name", short(s)), "a name begins with a letter and has up to 63 letters, digits, - _ or ."
	case s == "anyone" || s == "built-in":
		return fmt.Sprintf("%q is a word of the language", s), "choose another name"
	}
	return "", ""
}

// number is a whole number from low to high. Octal, hexadecimal and the like
// are refused: 0777 is 511 to some readers and 777 to others.
func (v value) number(low, high uint64) (uint64, bool) {
	hint := "write a whole number from " + strconv.FormatUint(low, 10)
	if high < math.MaxInt64 {
		hint += " to " + strconv.FormatUint(high, 10)
	}
	if v.node.Kind != yaml.ScalarNode || v.node.Tag == "!!null" {
		v.errorf(CodeType, hint, "%s is to be a number, and this is %s", v.last(), v.shape())
		return 0, false
	}
	s := v.node.Value
	if len(s) > 1 && s[0] == '0' || strings.Contains(s, "_") {
		v.errorf(CodeQuoting, hint+", without leading zeros, 0x or _", "%s: readers of YAML differ in what number %s is", v.last(), short(s))
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || v.node.Tag != "!!int" || n < low || n > high {
		v.errorf(CodeNumber, hint, "%s cannot be %s", v.last(), short(s))
		return 0, false
	}
	return n, true
}

var sizeUnits = []struct {
	unit string
	size uint64
}{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}}

// size is a number of bytes with its unit.
func (v value) size(low, high uint64) (uint64, bool) {
	const hint = "write a whole number and B, KiB, MiB or GiB: 64KiB"
	if v.node.Kind == yaml.ScalarNode && v.node.Tag == "!!int" {
		v.errorf(CodeSize, hint, "%s is a size and wants its unit", v.last())
		return 0, false
	}
	s, ok := v.text(hint)
	if !ok {
		return 0, false
	}
	for _, u := range sizeUnits {
		digits, found := strings.CutSuffix(s, u.unit)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 64)
		if err != nil || n > math.MaxInt64/u.size {
			break
		}
		if n *= u.size; n < low || n > high {
			v.errorf(CodeSize, "write a size from "+bytesOf(low)+" to "+bytesOf(high), "%s is out of bounds", v.last())
			return 0, false
		}
		return n, true
	}
	v.errorf(CodeSize, hint, "%q is no size", short(s))
	return 0, false
}

// bytesOf is n with the largest binary unit that divides it.
func bytesOf(n uint64) string {
	for i := 2; i >= 0; i-- {
		if u := sizeUnits[i]; n >= u.size && n%u.size == 0 {
			return strconv.FormatUint(n/u.size, 10) + u.unit
		}
	}
	return strconv.FormatUint(n, 10) + "B"
}

var durationUnits = []struct {
	unit string
	span time.Duration
}{
	{"ms", time.Millisecond}, {"days", 24 * time.Hour}, {"day", 24 * time.Hour}, {"d", 24 * time.Hour},
	{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour},
}

// duration is a whole number of ms, s, m, h or days.
func (v value) duration(low, high time.Duration) (time.Duration, bool) {
	const hint = "write a whole number and ms, s, m, h or days: 30s, 400 days"
	if v.node.Kind == yaml.ScalarNode && v.node.Tag == "!!int" {
		v.errorf(CodeDuration, hint, "%s is a duration and wants its unit", v.last())
		return 0, false
	}
	s, ok := v.text(hint)
	if !ok {
		return 0, false
	}
	for _, u := range durationUnits {
		digits, found := strings.CutSuffix(s, u.unit)
		if !found {
			continue
		}
		n, err := strconv.ParseUint(strings.TrimSpace(digits), 10, 32)
		if err != nil || n > uint64(math.MaxInt64/u.span) {
			break
		}
		if d := time.Duration(n) * u.span; d >= low && d <= high {
			return d, true
		}
		v.errorf(CodeDuration, "write a duration from "+low.String()+" to "+high.String(), "%s is out of bounds", v.last())
		return 0, false
	}
	v.errorf(CodeDuration, hint, "%q is no duration", short(s))
	return 0, false
}

var ratePattern = regexp.MustCompile(`^([0-9]{1,9})/(s|m|h)(?: per (address|caller|rule))?$`)

// rate is `20/s per address`; without `per` it counts all that the rule (or
// the door) covers together.
func (v value) rate(keys bool) (sallyport.Rate, bool) {
	hint := "write a number a second, minute or hour: 20/s, 600/m"
	if keys {
		hint += ", 20/s per address, per caller or per rule"
	}
	s, ok := v.text(hint)
	if !ok {
		return sallyport.Rate{}, false
	}
	m := ratePattern.FindStringSubmatch(s)
	if m == nil || !keys && m[3] != "" {
		v.errorf(CodeRate, hint, "%q is no rate", short(s))
		return sallyport.Rate{}, false
	}
	n, _ := strconv.ParseUint(m[1], 10, 32)
	if n == 0 {
		v.errorf(CodeRate, "to refuse everything, remove the rule", "a rate of 0 lets nothing through")
		return sallyport.Rate{}, false
	}
	r := sallyport.Rate{N: uint32(n), At: v.at()}
	r.Per = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour}[m[2]]
	r.Key = map[string]sallyport.RateKey{"address": sallyport.PerAddress, "caller": sallyport.PerCaller}[m[3]]
	return r, true
}

// prefix is a CIDR range, or one address.
func (v value) prefix() (netip.Prefix, bool) {
	const hint = "write a range such as 10.0.3.0/24, or one address"
	s, ok := v.text(hint)
	if !ok {
		return netip.Prefix{}, false
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	switch {
	case err != nil || p.Addr().Is4In6():
		v.errorf(CodeAddress, hint, "%q is no address range", short(s))
	case p.Masked() != p:
		v.errorf(CodeAddress, "write "+p.Masked().String()+", or the one address without a length", "%s has bits beyond its length", s)
	default:
		return p, true
	}
	return netip.Prefix{}, false
}

// prefixes is a list of ranges, or one.
func (v value) prefixes() []netip.Prefix {
	var all []netip.Prefix
	for _, e := range v.scalars(listing{"write `addresses: [10.0.3.0/24]`", "", apartNames}) {
		p, ok := e.prefix()
		if !ok {
			continue
		}
		for _, old := range all {
			if old == p {
				e.warnf(CodeRepeated, "remove one of them", "%s stands twice", p)
			}
		}
		all = append(all, p)
	}
	return all
}
