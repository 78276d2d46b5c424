package mysql

import (
	"bytes"
	"strings"
)

// Authentication method names.
const (
	NativePassword      = "mysql_native_password"
	CachingSHA2Password = "caching_sha2_password"
	SHA256Password      = "sha256_password"
	ClientEd25519       = "client_ed25519"
	ClearPassword       = "mysql_clear_password"
	OldPassword         = "mysql_old_password"
)

// Collations by their number in the protocol.
const (
	CollationUTF8MB4GeneralCI uint8 = 45
	CollationBinary           uint8 = 63
)

// Greeting is the server's first packet, Protocol::HandshakeV10.
type Greeting struct {
	// ServerVersion as sent; see Version for what it means.
	ServerVersion string
	ThreadID      uint32
	// Nonce is the challenge for AuthPlugin without its trailing NUL: 20 bytes
	// for all the methods of MySQL.
	Nonce        []byte
	Capabilities Capability
	Collation    uint8
	Status       Status
	AuthPlugin   string
}

const greetingVersion = 10

// DecodeGreeting decodes a HandshakeV10 payload. Nonce is borrowed. A server
// that is too old to speak protocol 4.1 is refused as malformed; an ERR packet,
// which a server may send in the greeting's place, begins with 0xFF and must be
// looked for first.
func DecodeGreeting(p []byte) (Greeting, error) {
	var g Greeting
	c := cursor{b: p}
	if c.u8() != greetingVersion {
		return g, malformed("greeting: protocol version is not 10")
	}
	g.ServerVersion = string(c.nulString())
	g.ThreadID = c.u32()
	part1 := c.take(8)
	c.take(1)
	g.Capabilities = Capability(c.u16())
	g.Collation = c.u8()
	g.Status = Status(c.u16())
	g.Capabilities |= Capability(c.u16()) << 16
	authLen := int(c.u8())
	c.take(6)
	ext := c.u32()
	if !g.Capabilities.Has(ClientLongPassword) {
		g.Capabilities |= Capability(ext) << 32
	}
	if c.bad || !g.Capabilities.Has(ClientProtocol41|ClientSecureConnection) {
		return Greeting{}, malformed("greeting")
	}
	part2 := c.take(max(13, authLen-8))
	if c.bad {
		return Greeting{}, malformed("greeting: authentication data")
	}
	part2 = bytes.TrimSuffix(part2, []byte{0})
	g.Nonce = append(append(make([]byte, 0, len(part1)+len(part2)), part1...), part2...)
	if g.Capabilities.Has(ClientPluginAuth) {
		// Some servers end the packet without the final NUL.
		name, _, _ := bytes.Cut(c.rest(), []byte{0})
		g.AuthPlugin = string(name)
	}
	return g, nil
}

// Append appends the greeting's payload. Nonce must have at least 20 bytes and
// at most 246, and hold no NUL. Extended capabilities are sent only when
// ClientLongPassword is not set, as MariaDB does.
func (g *Greeting) Append(dst []byte) []byte {
	caps := g.Capabilities
	nonce := g.Nonce
	for len(nonce) < 20 {
		nonce = append(nonce[:len(nonce):len(nonce)], 0)
	}
	dst = append(dst, greetingVersion)
	dst = append(append(dst, g.ServerVersion...), 0)
	dst = append(dst, byte(g.ThreadID), byte(g.ThreadID>>8), byte(g.ThreadID>>16), byte(g.ThreadID>>24))
	dst = append(append(dst, nonce[:8]...), 0)
	dst = append(dst, byte(caps), byte(caps>>8), g.Collation, byte(g.Status), byte(g.Status>>8),
		byte(caps>>16), byte(caps>>24))
	if caps.Has(ClientPluginAuth) {
		dst = append(dst, byte(len(nonce)+1))
	} else {
		dst = append(dst, 0)
	}
	dst = append(dst, 0, 0, 0, 0, 0, 0)
	ext := uint32(caps >> 32)
	if caps.Has(ClientLongPassword) {
		ext = 0
	}
	dst = append(dst, byte(ext), byte(ext>>8), byte(ext>>16), byte(ext>>24))
	dst = append(append(dst, nonce[8:]...), 0)
	if caps.Has(ClientPluginAuth) {
		dst = append(append(dst, g.AuthPlugin...), 0)
	}
	return dst
}

// mariaDBPrefix stands before a MariaDB 10 or 11 server's version, so that old
// replicas take it for a MySQL 5.5.
const mariaDBPrefix = "5.5.5-"

// Version returns the server's own version without the prefix that MariaDB
// puts before it, and whether it is a MariaDB.
func (g *Greeting) Version() (version string, mariaDB bool) {
	v, prefixed := strings.CutPrefix(g.ServerVersion, mariaDBPrefix)
	// MySQL itself had a 5.5.5-m3, behind whose prefix no number follows.
	if prefixed && (v == "" || v[0] < '0' || v[0] > '9') {
		return g.ServerVersion, false
	}
	return v, prefixed || strings.Contains(v, "MariaDB")
}
