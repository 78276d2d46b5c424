package bypass

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// window is how many characters of a secret in a row have been seen when it
// counts as seen. Fewer occur by chance.
const window = 6

// forms are the encodings in which a piece of a secret is looked for.
var forms = []struct {
	name   string
	folded bool // in lower case, as what is searched then is too
	encode func(piece string) []string
}{
	{"text", true, func(p string) []string { return []string{p} }},
	{"reversed", true, func(p string) []string { return []string{reversed(p)} }},
	{"hex", true, func(p string) []string { return []string{hex.EncodeToString([]byte(p))} }},
	{"UTF-16", true, func(p string) []string { return []string{spread(p, "\x00")} }},
	{"hex of UTF-16", true, func(p string) []string { return []string{hex.EncodeToString([]byte(spread(p, "\x00")))} }},
	{"percent", true, func(p string) []string { return []string{percent(p)} }},
	{"bits", true, func(p string) []string { return []string{bits(p)} }},
	{"base64", false, func(p string) []string { return slices.Concat(base64Forms(p), base64Forms(strings.ToUpper(p))) }},
}

// Seen reports how the secret, or six characters of it in a row, can be read
// in what the client received, and "" where it cannot. Letter case does not
// count.
func (r *Received) Seen(secret string) string {
	secret = strings.ToLower(secret)
	hay := r.haystacks()
	for i := 0; i+window <= len(secret); i++ {
		piece := secret[i : i+window]
		for _, f := range forms {
			for _, needle := range f.encode(piece) {
				for _, h := range hay {
					in := h.text
					if f.folded {
						in = h.folded
					}
					if bytes.Contains(in, []byte(needle)) {
						return fmt.Sprintf("%q as %s in the %s", piece, f.name, h.name)
					}
				}
			}
		}
	}
	return ""
}

type haystack struct {
	name         string
	text, folded []byte
}

var (
	notAlnum = regexp.MustCompile(`[^A-Za-z0-9]+`)
	hexMark  = regexp.MustCompile(`0x|\\x|\\u00`)
	integer  = regexp.MustCompile(`\d+`)
)

// haystacks are the views of what was received in which a secret is looked
// for: the bytes as they came, the transcript, and the cells one after the
// other, by rows and by columns, with nothing but letters and digits, and with
// numbers taken for codes of characters. The latter find a secret that comes
// one character a cell.
func (r *Received) haystacks() []haystack {
	rows, columns := []byte(strings.Join(r.cells, " ")), []byte(strings.Join(r.down, " "))
	all := []haystack{
		{name: "bytes", text: r.bytes()}, {name: "transcript", text: []byte(r.Transcript())},
		{name: "rows", text: bare(rows)}, {name: "columns", text: bare(columns)},
		{name: "codes in rows", text: codes(rows)}, {name: "codes in columns", text: codes(columns)},
	}
	for i := range all {
		all[i].folded = bytes.ToLower(all[i].text)
	}
	return all
}

// bare leaves letters and digits alone, and hexadecimal without its marks.
func bare(cells []byte) []byte {
	return notAlnum.ReplaceAll(hexMark.ReplaceAll(cells, nil), nil)
}

// codes takes each number for the code of a character of ASCII, or a zero byte.
func codes(cells []byte) []byte {
	var all []byte
	for _, n := range integer.FindAll(cells, -1) {
		code, err := strconv.Atoi(string(n))
		if err != nil || code < 0x21 || code > 0x7e {
			code = 0
		}
		all = append(all, byte(code))
	}
	return all
}

func reversed(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// spread puts sep between the characters of s.
func spread(s, sep string) string { return strings.Join(strings.Split(s, ""), sep) }

func percent(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

func bits(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%08b", c)
	}
	return b.String()
}

// base64Forms returns, for each of the three alignments, the characters that
// the piece decides alone, whatever stands around it.
func base64Forms(piece string) []string {
	var all []string
	for lead := range 3 {
		coded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", lead) + piece))
		from := (lead*8 + 5) / 6
		to := (lead + len(piece)) * 8 / 6
		all = append(all, coded[from:to])
	}
	return all
}
