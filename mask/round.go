package mask

import (
	"strconv"
	"strings"
)

// stepSize is the step of round: units divided by 10 to the power of scale.
// Neither has trailing zeros that could be dropped.
type stepSize struct {
	units uint64
	scale int
}

// maxStepDigits keeps a remainder and one more digit within 64 bits.
const maxStepDigits = 18

// String is the step as Parse reads it.
func (s stepSize) String() string {
	digits := strconv.FormatUint(s.units, 10)
	if s.scale == 0 {
		return digits
	}
	for len(digits) <= s.scale {
		digits = "0" + digits
	}
	return digits[:len(digits)-s.scale] + "." + digits[len(digits)-s.scale:]
}

func parseRound(s *Spec, arg string) *SpecError {
	text := strings.TrimSpace(arg)
	n, ok := parseNumber([]byte(text), Decimal)
	if ok && !n.negative && !n.exponent && n.digits() <= maxStepDigits {
		digits := string(n.whole) + string(n.fraction)
		for s.step.scale = len(n.fraction); s.step.scale > 0 && strings.HasSuffix(digits, "0"); s.step.scale-- {
			digits = digits[:len(digits)-1]
		}
		s.step.units, _ = strconv.ParseUint(digits, 10, 64) // at most 18 digits
		if s.step.units > 0 {
			return nil
		}
	}
	return &SpecError{Message: "needs a step above 0 of at most 18 digits", Hint: "write round(100)"}
}

func roundArg(s Spec) (string, bool) { return s.step.String(), true }

func roundSuits(s Spec, f Family) *SpecError {
	if f == Integer && (s.step.scale > 0 || s.step.units < 2) {
		return &SpecError{Message: "would leave whole numbers as they are, or make fractions of them", Hint: "write a whole step of 2 or more, such as round(10)"}
	}
	return nil
}

// buildRound makes round: the nearest multiple of the step, with half a step
// rounded away from zero. It reckons with decimal digits, exactly, whatever
// the size of the number. The digits behind the point stay as many as they
// were, or as many as the step has where these are more; a number with an
// exponent comes back without one, with as many as the step has.
//
//	round(100)    48153.20    48200.00
//	round(0.5)    -12.30      -12.50
//
// To be seen is the number to within half a step; a multiple of the step comes
// back as it was. A step that is no larger than one in the number's last digit
// would change nothing, and is refused, as is what is no number: NaN, infinity.
// Rounding up can need one digit more than a narrow column has.
func buildRound(s Spec, _ []byte, _ string) (apply, error) {
	step, family := s.step, s.family
	return func(dst, cell []byte) ([]byte, bool) {
		n, ok := parseNumber(cell, family)
		if !ok || !step.coarser(n.scale) {
			return dst, false
		}
		return step.append(dst, &n), true
	}, nil
}

// coarser tells whether the step is larger than 10 to the power of -scale.
func (s stepSize) coarser(scale int) bool {
	power := s.scale - scale
	if power < 0 {
		return true
	}
	if power > maxStepDigits {
		return false
	}
	one := uint64(1)
	for range power {
		one *= 10
	}
	return s.units > one
}

// append appends n rounded. First it writes n in units of the step's last
// digit, with room for a carry, and takes the remainder by the step along.
func (s stepSize) append(dst []byte, n *number) []byte {
	sign := len(dst)
	if n.negative {
		dst = append(dst, '-')
	}
	start := len(dst)
	dst = append(dst, '0')
	keep := n.digits() + s.scale - n.scale
	for range s.scale + 1 - max(keep, 0) { // at least one digit before the point
		dst = append(dst, '0')
	}
	remainder := uint64(0)
	for i := range keep {
		c := n.digit(i)
		dst = append(dst, c)
		remainder = (remainder*10 + uint64(c-'0')) % s.units
	}
	next := byte('0')
	if keep >= 0 {
		next = n.digit(keep)
	}
	if 2*remainder >= s.units || 2*remainder+1 == s.units && next >= '5' {
		add(dst[start:], s.units-remainder)
	} else {
		subtract(dst[start:], remainder)
	}
	return point(dst, sign, start, s.scale, n)
}

// point takes away the room for a carry and the zeros that rounding left in
// front, unless the number was filled up with such zeros; it sets the point,
// fills the digits behind it up, and drops the sign of a zero.
func point(dst []byte, sign, start, scale int, n *number) []byte {
	zero := true
	for _, c := range dst[start:] {
		zero = zero && c == '0'
	}
	drop, filled := 0, len(n.whole) > 1 && n.whole[0] == '0'
	for dst[start+drop] == '0' && start+drop < len(dst)-1-scale && (drop == 0 || !filled) {
		drop++
	}
	dst = append(dst[:start], dst[start+drop:]...)
	if zero && n.negative {
		dst = append(dst[:sign], dst[start:]...)
	}
	shown := scale
	if !n.exponent {
		shown = max(shown, n.scale)
	}
	if shown == 0 {
		return dst
	}
	at := len(dst) - scale
	dst = append(dst, '0')
	copy(dst[at+1:], dst[at:])
	dst[at] = '.'
	for range shown - scale {
		dst = append(dst, '0')
	}
	return dst
}

// add adds v to a number of decimal digits that has room for it.
func add(digits []byte, v uint64) {
	for i := len(digits) - 1; i >= 0 && v > 0; i-- {
		v += uint64(digits[i] - '0')
		digits[i] = byte('0' + v%10)
		v /= 10
	}
}

// subtract takes v from a number of decimal digits that is not less.
func subtract(digits []byte, v uint64) {
	borrow := uint64(0)
	for i := len(digits) - 1; i >= 0 && v+borrow > 0; i-- {
		have, take := uint64(digits[i]-'0'), v%10+borrow
		borrow = 0
		if have < take {
			have, borrow = have+10, 1
		}
		digits[i] = byte('0' + have - take)
		v /= 10
	}
}
