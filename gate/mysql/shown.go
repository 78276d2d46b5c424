package mysqlgate

import wire "github.com/sallyport/sallyport/wire/mysql"

// shown is what a client showed in its login.
type shown struct {
	user, database []byte
	collation      uint8
	plugin         string
	answer, nonce  []byte // of the method
}

// nothing tells whether the client has no password: it answers every method by
// nothing, or by the end of an empty text, but for ed25519, by which an empty
// password signs as any other does.
func (in *shown) nothing() bool {
	switch {
	case len(in.answer) == 0, len(in.answer) == 1 && in.answer[0] == 0:
		return true
	case in.plugin == wire.ClientEd25519:
		return wire.VerifyEd25519(in.answer, in.nonce, wire.Ed25519PublicKey(""))
	}
	return false
}

// knows tells whether the client answered by the password.
func (in *shown) knows(password []byte) bool {
	switch in.plugin {
	case wire.NativePassword:
		return wire.VerifyNative(in.answer, in.nonce, wire.NativeHash(string(password)))
	case wire.ClientEd25519:
		return wire.VerifyEd25519(in.answer, in.nonce, wire.Ed25519PublicKey(string(password)))
	}
	return wire.VerifySHA2(in.answer, in.nonce, wire.SHA2Hash(string(password)))
}

// another asks a client that would rather authenticate by another method: by
// the one that it says where the door has it, else by caching_sha2_password all
// the same. A client that knows no methods has answered by
// mysql_native_password already.
//
// The nonce is that of the greeting where the method takes one of its length,
// as servers have it: MariaDB's library answers a login anew by the one that it
// saw first, whatever it is sent.
func (s *session) another(in *shown) error {
	in.nonce = s.nonce
	if !s.hello.Has(wire.ClientPluginAuth) {
		in.plugin = wire.NativePassword
		return nil
	}
	switch in.plugin {
	case wire.NativePassword:
	case wire.ClientEd25519:
		in.nonce = wire.NewNonce(wire.Ed25519NonceSize)
	default:
		in.plugin = wire.CachingSHA2Password
	}
	if err := s.down.Send((&wire.AuthSwitch{Plugin: in.plugin, Nonce: in.nonce}).Append(nil)); err != nil {
		return err
	}
	p, err := s.down.ReadPacket()
	in.answer = append([]byte(nil), p...)
	return err
}
