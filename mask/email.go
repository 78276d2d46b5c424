package mask

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lengths of an address in bytes: RFC 5321, section 4.5.3.1, and RFC 1035.
const (
	maxLocal  = 64
	maxDomain = 253
	maxLabel  = 63
)

// email keeps the first letter or digit of an address and its domain. What is
// no address, or begins with neither, becomes ****.
//
//	ann.example@example.com    a***@example.com
//	"a b"@example.com          ****
//
// An address is a dot-atom of RFC 5322, an @ and a domain name with at least
// one full stop whose last label begins with a letter; both parts may have
// letters beyond ASCII (RFC 6531). Blanks behind it, which fill up a CHAR, are
// dropped. Quoted local parts, domain literals, several @, display names and
// comments are no address here. Nor is one that is its own mask.
//
// To be seen are the first letter and the domain: that of a single person
// is as good as the name.
func email(dst, cell []byte) ([]byte, bool) {
	address, at, ok := addressIn(cell)
	if !ok {
		return hidden(dst)
	}
	letter, first := utf8.DecodeRune(address)
	if !significant(letter) {
		return hidden(dst)
	}
	start := len(dst)
	dst = append(append(dst, address[:first]...), "***"...)
	dst = append(dst, address[at:]...)
	return changed(dst, start, address)
}

// domain keeps the domain of an address, as email has it, and nothing before the
// @, not even the length. What is no address, or its own mask, becomes ****.
//
//	ann.example@example.com    ***@example.com
//	"a b"@example.com          ****
//
// To be seen is the domain: that of a single person is as good as the name.
func domain(dst, cell []byte) ([]byte, bool) {
	address, at, ok := addressIn(cell)
	if !ok {
		return hidden(dst)
	}
	start := len(dst)
	dst = append(append(dst, "***"...), address[at:]...)
	return changed(dst, start, address)
}

// addressIn is a cell without the blanks behind it, and where its @ is. It is not
// ok where that is no address.
func addressIn(cell []byte) (address []byte, at int, ok bool) {
	address = bytes.TrimRight(cell, " ")
	local, domain, found := bytes.Cut(address, []byte{'@'})
	ok = found && len(local) <= maxLocal && len(domain) <= maxDomain && utf8.Valid(address) && isDotAtom(local) && isDomain(domain)
	return address, len(local), ok
}

// isDotAtom tells whether a local part is atoms with single dots between them.
func isDotAtom(local []byte) bool {
	dot := true
	for rest := local; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		rest = rest[n:]
		if r == '.' {
			if dot {
				return false
			}
			dot = true
			continue
		}
		if !isWordRune(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) {
			return false
		}
		dot = false
	}
	return !dot
}

// isDomain tells whether a name has two labels or more, and in each nothing
// but letters, digits and inner dashes.
func isDomain(name []byte) bool {
	for labels := 1; ; labels++ {
		label, rest, more := bytes.Cut(name, []byte{'.'})
		if len(label) == 0 || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for left := label; len(left) > 0; {
			r, n := utf8.DecodeRune(left)
			if !isWordRune(r) && r != '-' {
				return false
			}
			left = left[n:]
		}
		if !more {
			first, _ := utf8.DecodeRune(label)
			return labels > 1 && unicode.IsLetter(first)
		}
		name = rest
	}
}

// isWordRune tells whether r is a letter, a mark of one, or a digit.
func isWordRune(r rune) bool {
	return significant(r) || r >= utf8.RuneSelf && unicode.IsMark(r)
}
