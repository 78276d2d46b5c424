package mysqlgate

import (
	"errors"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// authentication is the gateway's answers to a database's challenges. A
// password goes out in clear only over verified TLS; by RSA, whose key the
// server sends itself, only where nobody can be in between.
type authentication struct {
	u        *upstream
	password string
	tls      bool
	nonce    []byte
	plugin   string
	switches int
	done     bool // the fast way has succeeded: only OK or ERR may follow
}

// first is the answer to a challenge by a method.
func (a *authentication) first(plugin string) ([]byte, error) {
	a.plugin = plugin
	if plugin == wire.SHA256Password && a.tls {
		return wire.AppendClear(nil, a.password), nil
	}
	answer, err := wire.AuthAnswer(plugin, a.password, a.nonce, a.tls)
	if errors.Is(err, wire.ErrUnsupported) {
		return nil, &upstreamError{finding: "auth-downgrade", note: "the database asks for a way to log in that would give the password away or is not known"}
	}
	return answer, err
}

// run follows the server to its OK.
func (a *authentication) run() error {
	for {
		p, err := a.u.c.ReadPacket()
		if err != nil {
			return err
		}
		if len(p) == 0 {
			return &upstreamError{finding: "malformed", note: "the database sent an empty packet in the login"}
		}
		switch p[0] {
		case wire.HeaderOK:
			ok, err := wire.DecodeOK(p, a.u.caps)
			if err != nil {
				return err
			}
			if a.u.c.R.Buffered() > 0 {
				return &upstreamError{finding: "protocol", note: "the database went on talking after the login"}
			}
			a.u.status = ok.Status
			return nil
		case wire.HeaderErr:
			return refusedBy(p)
		case wire.HeaderAuthSwitch:
			err = a.change(p)
		case wire.HeaderAuthMore:
			err = a.more(p)
		default:
			err = &upstreamError{finding: "malformed", note: "the database sent what is no part of a login"}
		}
		if err != nil {
			return err
		}
	}
}

func (a *authentication) change(p []byte) error {
	s, err := wire.DecodeAuthSwitch(p)
	if err != nil {
		return err
	}
	if a.switches++; a.done || a.switches > maxSwitches {
		return &upstreamError{finding: "auth-downgrade", note: "the database asks again after it was answered"}
	}
	a.nonce = append([]byte(nil), s.Nonce...)
	answer, err := a.first(s.Plugin)
	if err != nil {
		return err
	}
	return a.u.c.Send(answer)
}

// more takes caching_sha2_password further: the fast way worked, or the server
// wants the password itself.
func (a *authentication) more(p []byte) error {
	data, err := wire.DecodeAuthMore(p)
	if err != nil {
		return err
	}
	if a.plugin != wire.CachingSHA2Password || a.done || len(data) != 1 {
		return &upstreamError{finding: "protocol", note: "the database sent what does not belong into this login"}
	}
	a.done = true
	switch {
	case data[0] == wire.SHA2FastAuthOK:
		return nil
	case data[0] == wire.SHA2FullAuth && a.tls:
		return a.u.c.Send(wire.AppendClear(nil, a.password))
	case data[0] == wire.SHA2FullAuth && a.u.addr.Addr().IsLoopback():
		return a.byKey()
	}
	return &upstreamError{finding: "auth-downgrade", note: "the database asks for the password itself without TLS"}
}

// byKey sends the password encrypted for the key that the server sends. It is
// only used on loopback, where nobody can put a key of his own in its place.
func (a *authentication) byKey() error {
	if err := a.u.c.Send([]byte{wire.SHA2RequestPublicKey}); err != nil {
		return err
	}
	p, err := a.u.c.ReadPacket()
	if err != nil {
		return err
	}
	if len(p) > 0 && p[0] == wire.HeaderErr {
		return refusedBy(p)
	}
	key, err := wire.DecodeAuthMore(p)
	if err != nil {
		return err
	}
	answer, err := wire.EncryptPassword(a.password, a.nonce, key)
	if err != nil {
		return err
	}
	return a.u.c.Send(answer)
}
