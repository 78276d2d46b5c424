package mysqlgate

import (
	"context"
	"net/netip"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// changeUser serves COM_CHANGE_USER: the client logs in anew on its connection,
// as any app of the policy that it can prove to be. Nothing of the session
// before remains: the database is left and dialled again, so the login there is
// the one that the new app's rules name, and an open transaction is undone. A
// login that does not succeed ends the connection, as it does at a server.
func (s *session) changeUser(p []byte) error {
	if len(p) > maxHello {
		return s.offence("COM_CHANGE_USER is longer than a login may be")
	}
	u, err := wire.DecodeChangeUser(p, s.hello)
	if err != nil {
		return s.offence("COM_CHANGE_USER is malformed")
	}
	in := shown{
		user: append([]byte(nil), u.User...), database: append([]byte(nil), u.Database...),
		answer: append([]byte(nil), u.AuthData...), plugin: string(u.AuthPlugin), collation: oneByte(u.Collation),
	}
	act := &sallyport.Logon{Protocol: protocol, User: string(in.user), Database: string(in.database), TLS: s.secure}
	s.startOver()
	s.Deadline(time.Now().Add(s.d.handshake))
	ctx, cancel := context.WithTimeout(s.base, s.d.handshake)
	defer cancel()
	// Clients do not agree by which method and which nonce they answer ahead of
	// being asked: all that can be asked are.
	if err := s.another(&in); err != nil {
		if !breach(err) {
			return s.appError(err)
		}
		c := s.crossing(act)
		s.farewell(s.recorded(&c, sallyport.Reason{Code: sallyport.Protocol, Note: "the login breaks the protocol"}))
		return errAnswered
	}
	if !s.identify(act, &in) || !s.open(ctx, act, &in) {
		return errAnswered
	}
	return nil
}

// startOver makes the session as new as one that has not logged in, on either leg.
// Nothing may be running.
func (s *session) startOver() {
	s.forgetStatements(nil)
	s.Part()
	s.up.close(s.Ended() == nil)
	s.several = s.hello.Has(wire.ClientMultiStatements)
	s.app, s.from = "", sallyport.Party{Addr: s.from.Addr}
	s.to.Addr = netip.AddrPort{}
	s.sql, s.context, s.stale, s.status = sql.Session{}, sallyport.SQLContext{}, false, 0
	s.down.R.SetRoom(nil)
	s.down.R.SetLimit(maxHello)
}

// oneByte is a collation as a login at a database says it. Those with a number
// beyond a byte are all of utf8mb4, and so is the one in their place.
func oneByte(collation uint16) uint8 {
	if collation == 0 || collation > 0xFF {
		return wire.CollationUTF8MB4GeneralCI
	}
	return uint8(collation)
}
