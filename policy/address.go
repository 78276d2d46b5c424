package policy

import (
	"net"
	"net/netip"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// specialName tells whether a name means this machine (RFC 6761, section 6.3).
func specialName(name string) bool {
	return name == "localhost" || strings.HasSuffix(name, ".localhost")
}

// hostName is a DNS name in lower case, or a literal address.
func (v value) hostName() (name string, addr netip.Addr, literal bool) {
	const hint = "write a DNS name such as api.example.com, or an address"
	s, ok := v.text(hint)
	if !ok {
		return "", netip.Addr{}, false
	}
	if a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")); err == nil {
		if a.Zone() != "" || strings.HasPrefix(s, "[") || a.Is4In6() {
			v.errorf(CodeHostName, "write the address without brackets, zone and ::ffff:", "%q is no plain address", short(s))
			return "", netip.Addr{}, false
		}
		return a.String(), a, true
	}
	if problem := badHostName(s); problem != "" {
		v.errorf(CodeHostName, hint, "%q is no host name: %s", short(s), problem)
		return "", netip.Addr{}, false
	}
	return s, netip.Addr{}, false
}

// badHostName says what keeps s from being a host name as DNS and TLS know
// them (RFC 1123, section 2.1; underscores are let be), or "".
func badHostName(s string) string {
	switch {
	case strings.HasSuffix(s, "."):
		return "it ends with a dot"
	case len(s) > 253:
		return "it is longer than 253 characters"
	case s != strings.ToLower(s):
		return "it is to be in lower case"
	}
	allDigits := true
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return "a part of it is empty, too long, or begins or ends with a hyphen"
		}
		for _, c := range []byte(label) {
			if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				return "a name has letters of a to z, digits, hyphens and dots; others in their xn-- form"
			}
		}
		_, err := strconv.ParseUint(label, 0, 64)
		allDigits = err == nil
	}
	// A last label that is a number is read as an address by some resolvers.
	if allDigits {
		return "its last part is a number"
	}
	return ""
}

// listen is host:port, where the host is empty, an address or localhost. No
// two listeners of a policy can share one.
func (r *reader) listen(x field) (addr string, loopback, ok bool) {
	const hint = "write :443 for all addresses, or 127.0.0.1:8080"
	if x.node.Kind == yaml.ScalarNode && x.node.Tag == "!!int" {
		x.errorf(CodeListen, "write :"+short(x.node.Value)+", with a colon", "a port alone is no listen address")
		return "", false, false
	}
	s, ok := x.text(hint)
	if !ok {
		return "", false, false
	}
	host, port, err := net.SplitHostPort(s)
	n, errPort := strconv.ParseUint(port, 10, 16)
	a, errAddr := netip.ParseAddr(host)
	switch {
	case err != nil || errPort != nil || strconv.FormatUint(n, 10) != port:
		x.errorf(CodeListen, hint, "%q is no listen address", short(s))
		return "", false, false
	case host != "" && host != "localhost" && errAddr != nil:
		x.errorf(CodeListen, "write an address of this machine, or nothing before the colon", "%q is no address: names are not looked up to listen on", short(host))
		return "", false, false
	}
	if errAddr == nil {
		host = a.Unmap().String()
	}
	addr = net.JoinHostPort(host, port)
	r.claim(addr, x)
	return addr, host == "localhost" || errAddr == nil && a.Unmap().IsLoopback(), true
}

// claim says where two listeners would want the same address. Port 0 is a free
// one each time.
func (r *reader) claim(addr string, x field) {
	host, port, _ := net.SplitHostPort(addr)
	everywhere := func(h string) bool { return h == "" || h == "0.0.0.0" || h == "::" }
	for _, o := range r.listens[port] {
		if port != "0" && (o.host == host || everywhere(o.host) || everywhere(host)) {
			x.errorf(CodeDuplicateListen, "choose another port", "%s is taken already by the listener on line %d", addr, o.at.node.Line)
			return
		}
	}
	r.listens[port] = append(r.listens[port], listener{host, x})
}

// listener is an address that something of the policy listens on.
type listener struct {
	host string
	at   field
}
