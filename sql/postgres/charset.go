package postgres

import (
	"strconv"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// safeEncodings are the client encodings in which no byte below 0x80 is part of
// a longer character, by their names without case and punctuation (manual,
// "Character Set Support"). The rest is SJIS, SHIFT_JIS_2004, BIG5, GBK, UHC,
// GB18030 and JOHAB, and what nobody knows.
var safeEncodings = stringSet(`sqlascii euccn eucjp eucjis2004 euckr euctw iso88595 iso88596 iso88597
iso88598 koi8 koi8r koi8u latin1 latin2 latin3 latin4 latin5 latin6 latin7 latin8 latin9 latin10
muleinternal win866 win874 win1250 win1251 win1252 win1253 win1254 win1255 win1256 win1257 win1258
iso88591 iso88592 iso88593 iso88594 iso88599 iso885910 iso885913 iso885914 iso885915 iso885916 win alt
tcvn abc vscii windows866 windows874 windows1250 windows1251 windows1252 windows1253 windows1254
windows1255 windows1256 windows1257 windows1258`)

// encodingKey is the name of an encoding as the server compares it: letters and
// digits alone, in lower case.
func encodingKey(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r | 0x20
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, name)
}

// safeEncoding reports whether text in the client encoding can be cut into
// tokens byte by byte, and whether it is UTF-8, so that names outside ASCII can
// be told. Everywhere else they are refused.
func safeEncoding(name string) (safe, utf8 bool) {
	if name == "" || name == "UTF8" {
		return true, true
	}
	switch key := encodingKey(name); key {
	case "utf8", "unicode":
		return true, true
	default:
		return safeEncodings[key], false
	}
}

// The versions that are told apart. What is older or not known has only what
// all of these have; what is newer counts as the newest.
const (
	oldestMajor = 12
	newestMajor = 17
)

// majorVersion reads "15.4 (Debian 15.4-1)"; 0 is not known.
func majorVersion(s *sql.Session) int {
	n := 0
	for n < len(s.Version) && s.Version[n] >= '0' && s.Version[n] <= '9' {
		n++
	}
	major, err := strconv.Atoi(s.Version[:n])
	if err != nil || major < oldestMajor {
		return 0
	}
	return min(major, newestMajor)
}
