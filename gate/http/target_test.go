package httpgate

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestParseTarget(t *testing.T) {
	for _, test := range []struct{ in, path, raw, query string }{
		{"/", "/", "/", ""},
		{"/a/b/", "/a/b/", "/a/b/", ""},
		{"/a%20b", "/a b", "/a%20b", ""},
		{"/%61%2d%7E", "/a-~", "/a-~", ""},
		{"/%c3%a9", "/é", "/%C3%A9", ""},
		{"/a:b@c!$&'()*+,=", "/a:b@c!$&'()*+,=", "/a:b@c!$&'()*+,=", ""},
		{"/a%3Fb%23c", "/a?b#c", "/a%3Fb%23c", ""},
		{"/100%25", "/100%", "/100%25", ""},
		{"/100%25x", "/100%x", "/100%25x", ""},
		{"/%22%3c%3E%5b%5D%7b%7D%5e%60%7c", "/\"<>[]{}^`|", "/%22%3C%3E%5B%5D%7B%7D%5E%60%7C", ""},
		{"/a.b/.c/d.", "/a.b/.c/d.", "/a.b/.c/d.", ""},
		{"/a?", "/a", "/a", ""},
		{"/a?x=1&y=%2F..%2f;z?/", "/a", "/a", "x=1&y=%2F..%2f;z?/"},
		{"/a?x=é", "/a", "/a", "x=%C3%A9"},
	} {
		got, err := parseTarget(test.in)
		if want := (target{test.path, test.raw, test.query}); err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", test.in, got, err, want)
		}
	}
}

func TestAmbiguousTargets(t *testing.T) {
	for note, targets := range map[string][]string{
		"the target is not a path":                        {"", "*", "a", "http://example.com/", "//"[:0] + "?x"},
		"the path has a dot segment":                      {"/.", "/..", "/a/../b", "/a/./b", "/a/..", "/%2e%2e/a", "/.%2E/", "/...", "/a/%2e"},
		"the path has an empty segment":                   {"//", "//a", "/a//b", "/a//"},
		"the path has an encoded slash":                   {"/a%2fb", "/a%2Fb", "/..%2f"},
		"the path has a backslash":                        {`/a\b`, "/a%5cb", "/a%5Cb"},
		"the path has a path parameter":                   {"/a;b", "/a;jsessionid=1/b", "/a%3bb", "/..;/a"},
		"the path has a control character":                {"/a%00", "/a%0d%0a", "/a%7f", "/a%c2%85", "/%09"},
		"the path is not UTF-8":                           {"/%ff", "/%c0%af", "/%e9", "/%ed%a0%80"},
		"the path has bytes that are not percent-encoded": {"/é", "/\xff"},
		"the path has an invalid percent-encoding":        {"/%", "/%2", "/%zz", "/a%u002f"},
		"the path is percent-encoded twice":               {"/%252e%252e/", "/%252f", "/%2561", "/%25%32%66"},
		"the target has a fragment":                       {"/a#b", "/a?x#y"},
		"the query has an invalid percent-encoding":       {"/a?%", "/a?x=%2", "/a?%u0041"},
		"the query has a NUL":                             {"/a?x=%00"},
		"the query has a control character":               {"/a?x=\x01", "/a?x y", "/a?\x7f"},
		"the query is not UTF-8":                          {"/a?\xff"},
	} {
		for _, in := range targets {
			if got, err := parseTarget(in); err == nil || err.Error() != note {
				t.Errorf("%q: got %q, %v; want %q", in, got, err, note)
			}
		}
	}
}

// FuzzTarget holds the canonical form to what the door relies on: it is one
// form, it means what is matched, and no reader finds a second path in it.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"/", "/a%20b/?q=%41", "/%25zz", "/%c3%a9?é", "/..%2f", "/a;b", "/%252e", "/a?b?c#d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := parseTarget(in)
		if err != nil {
			return
		}
		again, err := parseTarget(got.raw + "?" + got.query)
		if err != nil || again != got {
			t.Fatalf("%q: %q reads again as %q, %v", in, got, again, err)
		}
		if !utf8.ValidString(got.path) || strings.ContainsAny(got.path, "\\;\x00\r\n") || strings.Contains(got.path, "//") {
			t.Fatalf("%q: the path %q is not canonical", in, got.path)
		}
		for _, s := range strings.Split(got.path, "/") {
			if s == "." || s == ".." {
				t.Fatalf("%q: the path %q has a dot segment", in, got.path)
			}
		}
		for i := 0; i < len(got.raw); i++ {
			if c := got.raw[i]; c <= ' ' || c >= 0x7f || c == '#' || c == '?' {
				t.Fatalf("%q: the encoded path %q is not a path", in, got.raw)
			}
		}
		// A second decoding, as a careless server does it, changes nothing.
		if twice, err := unescape(strings.ReplaceAll(got.path, "#", "")); err == nil && isASCII(got.path) && twice != strings.ReplaceAll(got.path, "#", "") {
			t.Fatalf("%q: %q decodes again to %q", in, got.path, twice)
		}
	})
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

func TestParseHost(t *testing.T) {
	for _, test := range []struct{ in, full, host string }{
		{"example.com", "example.com", "example.com"},
		{"Example.COM.:8443", "example.com:8443", "example.com"},
		{"my_app:80", "my_app:80", "my_app"},
		{"127.0.0.1:1", "127.0.0.1:1", "127.0.0.1"},
		{"[::1]:443", "[::1]:443", "::1"},
		{"[2001:DB8:0:0::1]", "[2001:db8::1]", "2001:db8::1"},
		{"3scale.example.com", "3scale.example.com", "3scale.example.com"},
		{"xn--bcher-kva.example.com", "xn--bcher-kva.example.com", "xn--bcher-kva.example.com"},
	} {
		if got, err := parseHost(test.in); err != nil || got != (authority{test.full, test.host}) {
			t.Errorf("%q: got %q, %v", test.in, got, err)
		}
	}
	for _, in := range []string{
		"", ".", "a..b", ".a", "a:", "a:0", "a:65536", "a:+1", "a:01", "a:b", "a:1:2", "u@a", "a b", "a/b", "a,b", "é.example.com",
		"127.1", "0x7f.1", "2130706433", "1.2.3.4.5", "127.0.0.01", "[::1", "::1", "[::1]a", "[::1%25lo]", "[127.0.0.1]", "a%41", strings.Repeat("a", 300),
	} {
		if got, err := parseHost(in); err == nil {
			t.Errorf("%q is taken for %q", in, got)
		}
	}
}

func FuzzHost(f *testing.F) {
	for _, seed := range []string{"example.com:1", "[::1]:2", "127.0.0.1", "A.b."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, err := parseHost(in)
		if err != nil {
			return
		}
		if again, err := parseHost(got.full); err != nil || again != got {
			t.Fatalf("%q: %q reads again as %q, %v", in, got, again, err)
		}
	})
}
