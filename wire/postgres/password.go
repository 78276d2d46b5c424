package postgres

import (
	"crypto/md5"
	"encoding/hex"
)

// DecodePassword returns the password, or the MD5 answer, in a PasswordMessage:
// borrowed, and secret.
func DecodePassword(p []byte) ([]byte, error) {
	c := cursor{b: p}
	password := c.str()
	if err := c.done("PasswordMessage"); err != nil {
		return nil, err
	}
	return password, nil
}

// AppendPassword appends a PasswordMessage: a password in clear, only over TLS,
// or what MD5Answer returned.
func AppendPassword(dst []byte, password string) []byte {
	dst, at := beginFrame(dst, MsgPassword)
	return endFrame(appendString(dst, password), at)
}

// MD5Answer is the client's answer to AuthMD5Password: "md5" and, in hex,
// MD5(hex(MD5(password + user)) + salt). Whoever reads it can try passwords at
// the speed of MD5, and what such a server stores is as good as the password.
func MD5Answer(user, password string, salt [4]byte) string {
	inner := md5.Sum([]byte(password + user))
	b := hex.AppendEncode(nil, inner[:])
	outer := md5.Sum(append(b, salt[:]...))
	return "md5" + hex.EncodeToString(outer[:])
}

// SASLInitialResponse is the client's choice among the mechanisms of an
// AuthSASL.
type SASLInitialResponse struct {
	Mechanism []byte
	// Data is the client's first message; nil when it has none.
	Data []byte
}

// DecodeSASLInitialResponse decodes a SASLInitialResponse, borrowed.
func DecodeSASLInitialResponse(p []byte) (SASLInitialResponse, error) {
	c := cursor{b: p}
	r := SASLInitialResponse{Mechanism: c.str(), Data: c.value()}
	if err := c.done("SASLInitialResponse"); err != nil {
		return SASLInitialResponse{}, err
	}
	return r, nil
}

// Append appends the message.
func (r SASLInitialResponse) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgPassword)
	return endFrame(appendValue(appendString(dst, r.Mechanism), r.Data), at)
}

// AppendSASLResponse appends a SASLResponse, whose payload is data alone.
func AppendSASLResponse(dst, data []byte) []byte {
	dst, at := beginFrame(dst, MsgPassword)
	return endFrame(append(dst, data...), at)
}
