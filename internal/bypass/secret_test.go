package bypass

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strconv"
	"strings"
	"testing"
)

// TestSeen shows each form in which a secret is found, and what is none.
func TestSeen(t *testing.T) {
	const secret = "k7wq2zr9"
	cell := func(cells ...string) *Received {
		r := &Received{}
		r.row(cells)
		return r
	}
	each := func(encode func(byte) string) []string {
		var all []string
		for _, c := range []byte(secret) {
			all = append(all, encode(c))
		}
		return all
	}
	columns := func(encode func(byte) string) *Received {
		r := &Received{}
		for i, c := range []byte(secret) {
			r.row([]string{encode(c), strconv.Itoa(1000 + i)})
		}
		return r
	}
	character := func(c byte) string { return string(c) }
	code := func(c byte) string { return strconv.Itoa(int(c)) }
	bytesOnly := func(s string) *Received {
		r := &Received{}
		r.raw.WriteString(s)
		return r
	}

	for name, r := range map[string]*Received{
		"whole":               cell("<" + secret + ">"),
		"six of it":           cell("x" + secret[1:7] + "x"),
		"capitals":            cell(strings.ToUpper(secret)),
		"backwards":           cell(reversed(secret)),
		"hexadecimal":         cell(hex.EncodeToString([]byte(secret))),
		"HEXADECIMAL":         cell(strings.ToUpper(hex.EncodeToString([]byte(secret)))),
		"base64 at 0":         cell(base64.StdEncoding.EncodeToString([]byte(secret[:6] + "-"))),
		"base64 at 1":         cell(base64.StdEncoding.EncodeToString([]byte("-" + secret[:6] + "-"))),
		"base64 at 2":         cell(base64.StdEncoding.EncodeToString([]byte("--" + secret[:6] + "-"))),
		"base64 of capitals":  cell(base64.StdEncoding.EncodeToString([]byte("-" + strings.ToUpper(secret)))),
		"UTF-16":              bytesOnly(spread(secret, "\x00")),
		"hex of UTF-16":       cell(hex.EncodeToString([]byte(spread(secret, "\x00")))),
		"bits":                cell(bits(secret)),
		"characters in a row": cell(each(character)...),
		"codes in a row":      cell(each(code)...),
		"characters in JSON":  cell(`["` + strings.Join(each(character), `", "`) + `"]`),
		"codes in hex":        cell(each(func(c byte) string { return "0x" + hex.EncodeToString([]byte{c}) })...),
		"character a row":     columns(character),
		"code a row":          columns(code),
		"bytes alone":         bytesOnly("\x03\x00" + secret),
	} {
		if r.Seen(secret) == "" {
			t.Errorf("%s: not seen in\n%s", name, r.Transcript())
		}
	}
	for _, message := range []string{secret, percent(secret)} {
		noted := &Received{}
		noted.note("error %s", message)
		if noted.Seen(secret) == "" {
			t.Errorf("not seen in a message: %s", message)
		}
	}

	for name, r := range map[string]*Received{
		"nothing":     cell(""),
		"five of it":  cell(secret[:5], "-", secret[3:]),
		"mask":        cell("a***@example.com", url.QueryEscape("************1111")),
		"other order": cell("wk72qrz9"),
	} {
		if form := r.Seen(secret); form != "" {
			t.Errorf("%s: seen as %s", name, form)
		}
	}
}

// TestMasksAreNoSecrets: what masks show by intention has to be allowed.
func TestMasksAreNoSecrets(t *testing.T) {
	for _, w := range []World{First, Second, Twin} {
		r := &Received{}
		r.row([]string{w.Email[:1] + "***" + domain, "************" + lastFour})
		if form := seen(r, w); form != "" {
			t.Errorf("%s: the mask counts as seen: %s", w.Database, form)
		}
		r.row([]string{w.Email, w.Card})
		if seen(r, w) == "" {
			t.Errorf("%s: the values do not count as seen", w.Database)
		}
	}
	if First.Email[:1] != Second.Email[:1] || len(First.Email) != len(Second.Email) || len(First.Card) != len(Second.Card) {
		t.Error("the masks of two worlds differ")
	}
}

// TestDifference: names of databases and of exchanges are none, all else is.
func TestDifference(t *testing.T) {
	a, b := &Received{}, &Received{}
	a.note("error in bypass_a.users, crossing 0198c1a2-7b3c-7def-8123-456789abcdef")
	b.note("error in bypass_b.users, crossing 0198c1a2-7b3c-7def-8123-000000000000")
	if d := Difference(a, b); d != "" {
		t.Errorf("a difference: %s", d)
	}
	b.note("row")
	if Difference(a, b) == "" || Difference(b, a) == "" {
		t.Error("a line more is no difference")
	}
}
