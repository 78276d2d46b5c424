package httpgate

import (
	"net/netip"
	"strconv"
	"strings"
)

// authority is the canonical form of a Host field or :authority.
type authority struct {
	full string // host[:port]; an IPv6 address in brackets: what is forwarded
	host string // without port and brackets: what is judged and recorded
}

// parseHost reads uri-host [":" port] (RFC 9110, section 7.2): a DNS name or
// an IP address, in lower case, without the root's dot. Names may hold "_",
// which is not DNS but is what container networks use.
func parseHost(s string) (authority, error) {
	invalid := ambiguous("the host is not valid")
	if s == "" || len(s) > 255+len(":65535") {
		return authority{}, invalid
	}
	if s[0] == '[' {
		return parseHost6(s, invalid)
	}
	host, port, hasPort := strings.Cut(s, ":")
	if hasPort && !validPort(port) {
		return authority{}, invalid
	}
	host = lower(strings.TrimSuffix(host, "."))
	if !validName(host) {
		return authority{}, invalid
	}
	// A name that ends in a number is an address in one of the forms that
	// inet_aton reads (127.1, 0x7f.1): only the one form that has no second
	// reading passes.
	if endsInNumber(host) {
		if _, err := netip.ParseAddr(host); err != nil {
			return authority{}, invalid
		}
	}
	if !hasPort {
		return authority{host, host}, nil
	}
	return authority{host + ":" + port, host}, nil
}

func parseHost6(s string, invalid error) (authority, error) {
	inside, rest, closed := strings.Cut(s[1:], "]")
	addr, err := netip.ParseAddr(inside)
	if !closed || err != nil || !addr.Is6() || addr.Zone() != "" {
		return authority{}, invalid
	}
	if rest != "" && (rest[0] != ':' || !validPort(rest[1:])) {
		return authority{}, invalid
	}
	return authority{"[" + addr.String() + "]" + rest, addr.String()}, nil
}

func validPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && s[0] != '0' && s[0] != '+'
}

// validName tells whether s is labels of letters, digits, "-" and "_", none of
// them empty.
func validName(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.') {
			return false
		}
	}
	return true
}

// endsInNumber is the "ends in a number checker" of the WHATWG URL standard,
// section 3.5, for a valid name.
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	digits, hex := strings.CutPrefix(last, "0x")
	for i := 0; i < len(digits); i++ {
		if c := digits[i]; (c < '0' || c > '9') && !(hex && isHex(c)) {
			return false
		}
	}
	return true
}

// lower is s in lower case, ASCII only, without a copy where it already is.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}
