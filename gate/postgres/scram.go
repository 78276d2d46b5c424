package postgresgate

import wire "github.com/sallyport/sallyport/wire/postgres"

// scram is one exchange as the server.
func (s *session) scram(user string) (final []byte, err error) {
	var binding []byte
	if s.secure {
		binding = s.d.binding
	}
	all := s.d.verifiers.find(user)
	x, err := wire.NewScramServer(binding, all[0], all[1:]...)
	if err != nil {
		return nil, err
	}
	if err := s.down.Send((&wire.Authentication{Method: wire.AuthSASL, Mechanisms: x.Mechanisms()}).Append(nil)); err != nil {
		return nil, err
	}
	p, err := s.password()
	if err != nil {
		return nil, err
	}
	first, err := wire.DecodeSASLInitialResponse(p)
	if err != nil {
		return nil, err
	}
	answer, err := x.First(first.Mechanism, first.Data)
	if err != nil {
		return nil, err
	}
	if err := s.down.Send((&wire.Authentication{Method: wire.AuthSASLContinue, Data: answer}).Append(nil)); err != nil {
		return nil, err
	}
	if p, err = s.password(); err != nil {
		return nil, err
	}
	return x.Final(p)
}

// password reads what a client answers while it logs in.
func (s *session) password() ([]byte, error) {
	t, p, err := s.down.ReadMessage()
	if err == nil && t != wire.MsgPassword {
		err = &wire.MalformedError{Message: wire.Frontend.Name(t), Reason: "it is no part of a login"}
	}
	return p, err
}
