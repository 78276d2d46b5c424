package classes

// JSON Web Tokens: RFC 7519 in the compact form of RFC 7515 (three parts, of
// which two are JSON objects in base64url) or RFC 7516 (five parts).

// shortestPart is shorter than any header, claims or signature.
const shortestPart = 10

// webToken looks for a token whose header begins with the eyJ that ends at i. It is
// false where more of the stream has to be seen.
func (s *Scanner) webToken(i int, final bool) bool {
	b := &s.buf
	from := i - 2
	if b[from] != 'e' || is(b[from-1], base64) || b[from-1] == '.' {
		return true
	}
	var parts [6]int // where each begins
	n, at := 1, from
	parts[0] = from
	for n < len(parts) && at-from < MaxLength {
		for at-from < MaxLength && is(b[at], base64) {
			at++
		}
		if at+1 >= s.end && !final && at-from < MaxLength {
			return false
		}
		if b[at] != '.' || !is(b[at+1], base64) && b[at+1] != '.' {
			break
		}
		at++
		parts[n] = at
		n++
	}
	header, claims := parts[1]-from-1, parts[2]-parts[1]-1
	signed := n == 3 && claims >= shortestPart && at-parts[2] >= shortestPart
	sealed := n == 5 && at-parts[4] >= shortestPart
	cut := n >= 2 && at-from >= MaxLength
	if header < shortestPart || !signed && !sealed && !cut || !sealed && string(b[parts[1]:parts[1]+3]) != "eyJ" {
		return true
	}
	s.found(jwt, from, at, High)
	return true
}
