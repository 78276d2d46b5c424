package policy

import (
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
)

const anchorHint = "write file:/other-disk/checkpoints, https://host/path or \"syslog:\""

// anchor reads one place outside of the ledger's own disk to which checkpoints
// are copied.
func (v value) anchor() (string, bool) {
	s, ok := v.text(anchorHint)
	if !ok {
		return "", false
	}
	scheme, rest, _ := strings.Cut(s, ":")
	code, what, hint := Code(""), "", anchorHint
	switch scheme {
	case "file":
		code, what = fileAnchor(rest)
	case "syslog":
		code, what = syslogAnchor(rest)
	case "https", "http":
		code, what, hint = urlAnchor(s)
	default:
		code, what = CodeFileReference, "it begins with none of file:, syslog:, https: and http:"
	}
	if what != "" {
		shown := fmt.Sprintf("%q", short(s))
		if userInfo.MatchString(s) {
			shown = "this" // it may hold a password
		}
		v.errorf(code, hint, "%s is no place for checkpoints: %s", shown, what)
		return "", false
	}
	return s, true
}

func fileAnchor(path string) (Code, string) {
	switch {
	case path == "" || strings.TrimSpace(path) != path || strings.HasPrefix(path, "//"):
		return CodeFileReference, "file: is to be followed by a path"
	case strings.ContainsAny(path, "%?#"):
		return CodeFileReference, "the path holds one of % ? #"
	}
	return "", ""
}

// syslogAnchor is what follows syslog: nothing for /dev/log, the path of
// another socket, or //ADDRESS:PORT for UDP, which nothing protects.
func syslogAnchor(rest string) (Code, string) {
	if host, udp := strings.CutPrefix(rest, "//"); udp {
		if at, err := netip.ParseAddrPort(host); err != nil || !at.Addr().IsLoopback() || at.Port() == 0 {
			return CodeClearUpstream, "syslog over UDP is not protected: name a loopback address and a port, syslog://127.0.0.1:514"
		}
		return "", ""
	}
	if rest != "" && (!filepath.IsAbs(rest) || strings.ContainsAny(rest, "%?#")) {
		return CodeFileReference, "syslog: is to be followed by nothing, or by the absolute path of a socket"
	}
	return "", ""
}

func urlAnchor(s string) (code Code, what, hint string) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Opaque != "" || u.Hostname() == "" || strings.HasSuffix(u.Host, ":") || u.Fragment != "":
		return CodeURL, "it is no URL that can be posted to", "write https://host/path"
	case u.User != nil:
		return CodeURL, "it holds a user name; logins do not belong into a URL", "let the receiver know the gateway by its address"
	case u.Scheme == "http":
		if a, err := netip.ParseAddr(u.Hostname()); err != nil || !a.IsLoopback() {
			return CodeClearUpstream, "http is not protected", "write https://, or http:// and a loopback address"
		}
	}
	return "", "", ""
}
