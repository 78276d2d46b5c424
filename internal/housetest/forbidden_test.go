package housetest

import (
	"fmt"
	"go/scanner"
	"go/token"
	"path"
	"regexp"
	"strings"
	"testing"
)

// maxLines is how long a file may be: beyond it, it is several files.
const maxLines = 800

// unwritten reports whether a file is made or quoted and not written here: the
// sums of modules, licences, expected outputs, and inputs that a fuzzer found.
func unwritten(file string) bool {
	return path.Base(file) == "go.sum" || path.Base(file) == "LICENSE" || path.Ext(file) == ".golden" || strings.Contains(file, "testdata/fuzz/")
}

// The patterns are put together from pieces so that this file does not match.
var (
	unfinished  = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)
	machinePath = regexp.MustCompile(`(?:^|[^A-Za-z0-9_.\-/])/(?:wo` + `rk|ro` + `ot)/`)
)

func TestNothingForbidden(t *testing.T) {
	for _, file := range walk(t) {
		if unwritten(file) {
			continue
		}
		lines := strings.Split(strings.TrimSuffix(read(t, file), "\n"), "\n")
		if len(lines) > maxLines {
			t.Errorf("%s has %d lines: beyond %d it is more than one idea", file, len(lines), maxLines)
		}
		for i, line := range lines {
			if m := unfinished.FindString(line); m != "" {
				t.Errorf("%s:%d: %s: finish it, or file an issue", file, i+1, m)
			}
			if m := machinePath.FindString(line); m != "" {
				t.Errorf("%s:%d: %q is a path of one machine", file, i+1, strings.TrimSpace(m))
			}
		}
	}
}

// host finds what reads as a host name under a common top-level domain.
var host = regexp.MustCompile(`(?i)\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:com|net|org|io|dev|cloud|biz|info)\b`)

// allowedHosts are the domains that may be named, with everything under them:
// the ones that RFC 2606 keeps for examples, and references, which nobody
// connects to.
var allowedHosts = map[string]string{
	"example.com": "RFC 2606", "example.net": "RFC 2606", "example.org": "RFC 2606",

	"github.com": "module paths, references", "golang.org": "module paths", "go.dev": "references",
	"filippo.io": "module path", "opentelemetry.io": "module path", "modernc.org": "module path", "prometheus.io": "references",
	"c2sp.org": "the ledger's format", "rfc-editor.org": "references", "ietf.org": "references",
	"iana.org": "references: registries", "w3.org": "references", "unicode.org": "references",
	"mariadb.com": "references: the manual", "mysql.com": "references: the manual",
	"postgresql.org": "references: the manual", "apache.org": "the licence", "owasp.org": "references",
	"oasis-open.org": "references", "parquet.apache.org": "references", "kubernetes.io": "label and API group names",
}

// metadataHosts are names under which clouds serve credentials: doors refuse
// them by name, so code and tests must say them.
var metadataHosts = map[string]bool{"metadata.google.internal": true}

func hostAllowed(name string) bool {
	name = strings.ToLower(name)
	for domain := name; ; {
		if _, ok := allowedHosts[domain]; ok {
			return true
		}
		_, rest, more := strings.Cut(domain, ".")
		if !more {
			return metadataHosts[name]
		}
		domain = rest
	}
}

func TestOnlyExampleHosts(t *testing.T) {
	for _, file := range walk(t) {
		if unwritten(file) || path.Base(file) == "go.mod" {
			continue
		}
		for _, found := range refusedHosts(file, read(t, file)) {
			t.Errorf("%s: use example.com or a name under it, or add the reference to the list", found)
		}
	}
}

// refusedHosts returns "file:line: the host NAME" for each host name in the
// text that is not allowed. In Go only strings and comments count: a selector
// such as cfg.Net is no host.
func refusedHosts(file, text string) []string {
	code := strings.HasSuffix(file, ".go")
	var found []string
	look := func(line int, text string) {
		for i, part := range strings.Split(text, "\n") {
			for _, name := range host.FindAllString(part, -1) {
				if code && name != strings.ToLower(name) {
					continue
				}
				if !hostAllowed(name) {
					found = append(found, fmt.Sprintf("%s:%d: the host %s", file, line+i, name))
				}
			}
		}
	}
	if !code {
		look(1, text)
		return found
	}
	var s scanner.Scanner
	fset := token.NewFileSet()
	f := fset.AddFile(file, -1, len(text))
	s.Init(f, []byte(text), nil, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		switch tok {
		case token.EOF:
			return found
		case token.STRING, token.COMMENT:
			look(f.Line(pos), lit)
		}
	}
}

func TestHosts(t *testing.T) {
	tests := []struct {
		file, line string
		want       int // host names that are not allowed
	}{
		{"docs/a.md", "see https://api.example.com/v1", 0},
		{"docs/a.md", "see https://api.elsewhere." + "com/v1", 1},
		{"docs/a.md", "ELSEWHERE." + "COM", 1},
		{"a.go", "url := `https://elsewhere." + "io`", 1},
		{"a.go", "// see elsewhere." + "io", 1},
		{"a.go", "// cfg.Net is a field", 0},
		{"a.go", "cfg." + "net = `tcp`", 0},
	}
	for _, tt := range tests {
		if n := len(refusedHosts(tt.file, tt.line)); n != tt.want {
			t.Errorf("%s: %s: %d hosts are refused, want %d", tt.file, tt.line, n, tt.want)
		}
	}
}
