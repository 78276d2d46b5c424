package mysql

import (
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// The character sets of one byte a character in which every byte below 0x80 is
// ASCII. They can introduce a literal. As the client's own most of them will
// not do: bytes from 0x80 on are blanks or control characters in some, which
// begin comments and end names.
const singleByteCharsets = ` ascii armscii8 binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866
dec8 geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman tis620 `

// safeCharset reports whether text in the character set can be cut into tokens
// byte by byte, and whether it is UTF-8, so that names outside ASCII can be
// told. Everywhere else they are refused.
func safeCharset(name string) (safe, utf8 bool) {
	switch name {
	case "", "utf8mb4", "utf8", "utf8mb3":
		return true, true
	}
	name = strings.ToLower(name)
	switch name {
	case "utf8mb4", "utf8", "utf8mb3":
		return true, true
	}
	// In latin1 0xA0 is a blank; in cp1257 no byte from 0x80 on is a blank or a
	// control character (the server's own cp1257.xml). Names with such bytes are
	// refused there, as in every character set but UTF-8.
	return name == "ascii" || name == "binary" || name == "latin1" || name == "cp1257", false
}

// settableCharset reports whether a session may change to a character set. The
// server reads prepared statements again in the character set of that time, so
// text that was UTF-8 must come to the same tokens or to none. In ascii and
// binary a byte from 0x80 on is a syntax error outside of quotes. In latin1 some
// are blanks: `aàb` would be two names.
func settableCharset(name string) bool {
	safe, utf8 := safeCharset(name)
	return safe && (utf8 || strings.EqualFold(name, "ascii") || strings.EqualFold(name, "binary"))
}

// introducers are the character sets whose name after an underscore makes the
// literal that follows part of it. Elsewhere _name is a name.
var introducers = func() map[string]bool {
	m := make(map[string]bool)
	for _, n := range strings.Fields(singleByteCharsets +
		" big5 cp932 eucjpms euckr gb18030 gb2312 gbk sjis swe7 ucs2 ujis utf16 utf16le utf32 utf8 utf8mb3 utf8mb4") {
		m["_"+n] = true
	}
	return m
}()

// server is what the version says about versioned comments.
type server struct {
	version int // 100611 for 10.6.11, 80036 for 8.0.36; 0 for unknown
	maria   bool
}

// parseServer reads a version as a server's greeting shows it. MariaDB puts
// "5.5.5-" in front for old replicas.
func parseServer(s *sql.Session) server {
	v := s.Version
	sv := server{maria: s.MariaDB}
	if len(v) >= 7 && containsFold(v, "mariadb") {
		sv.maria = true
	}
	if sv.maria {
		v = strings.TrimPrefix(v, "5.5.5-")
	}
	var part [3]int
	n := 0
	digits := 0
	for i := 0; i < len(v) && n < 3; i++ {
		switch c := v[i]; {
		case c >= '0' && c <= '9' && digits < 3:
			part[n] = part[n]*10 + int(c-'0')
			digits++
		case c == '.' && digits > 0 && n < 2:
			n, digits = n+1, 0
		default:
			i = len(v)
		}
	}
	if n == 2 && digits > 0 && part[1] < 100 && part[2] < 100 {
		sv.version = part[0]*10000 + part[1]*100 + part[2]
	}
	return sv
}

func containsFold(s, lower string) bool {
	for i := 0; i+len(lower) <= len(s); i++ {
		if strings.EqualFold(s[i:i+len(lower)], lower) {
			return true
		}
	}
	return false
}

// runs tells whether the server takes the body of a versioned comment for
// code. sure is false when the session does not tell.
//
// MariaDB runs /*! … */ and /*M! … */, with a version in front only from that
// version on, and none of the versions 5.7.0 to 9.99.99 without the M, since
// those name a MySQL that it is not. MySQL knows no M.
func (sv server) runs(m bool, version int) (code, sure bool) {
	if version == 0 && !m {
		return true, true
	}
	if sv.version == 0 {
		return true, false
	}
	if !sv.maria {
		return !m && version <= sv.version, true
	}
	if version == 0 {
		return true, true
	}
	return version <= sv.version && (version < 50700 || version > 99999 || m), true
}
