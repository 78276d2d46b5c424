package mysql

import "bytes"

// AuthSwitch is an AuthSwitchRequest: the server wants another method.
type AuthSwitch struct {
	Plugin string
	// Nonce is the new challenge without its trailing NUL, borrowed: 20 bytes
	// for MySQL's methods, 32 for ClientEd25519.
	Nonce []byte
}

// DecodeAuthSwitch decodes an AuthSwitchRequest. The one-byte form, which asks
// for the method of protocols before 4.1, gives OldPassword.
func DecodeAuthSwitch(p []byte) (AuthSwitch, error) {
	c := cursor{b: p}
	if c.u8() != HeaderAuthSwitch {
		return AuthSwitch{}, malformed("authentication switch")
	}
	if c.empty() {
		return AuthSwitch{Plugin: OldPassword}, nil
	}
	plugin := c.nulString()
	nonce := c.rest()
	if c.bad {
		return AuthSwitch{}, malformed("authentication switch")
	}
	// A NUL closes the nonce, but the 32 bytes of ed25519 may end in one.
	if len(nonce) != Ed25519NonceSize {
		nonce = bytes.TrimSuffix(nonce, []byte{0})
	}
	return AuthSwitch{Plugin: string(plugin), Nonce: nonce}, nil
}

// Append appends the AuthSwitchRequest's payload. ClientEd25519 takes its nonce
// bare, the others with a NUL behind.
func (a *AuthSwitch) Append(dst []byte) []byte {
	dst = append(append(append(dst, HeaderAuthSwitch), a.Plugin...), 0)
	dst = append(dst, a.Nonce...)
	if a.Plugin != ClientEd25519 {
		dst = append(dst, 0)
	}
	return dst
}

// DecodeAuthMore decodes an AuthMoreData packet and returns its data, borrowed.
func DecodeAuthMore(p []byte) ([]byte, error) {
	if len(p) == 0 || p[0] != HeaderAuthMore {
		return nil, malformed("authentication data")
	}
	return p[1:], nil
}

// AppendAuthMore appends an AuthMoreData payload.
func AppendAuthMore(dst []byte, data ...byte) []byte {
	return append(append(dst, HeaderAuthMore), data...)
}
