package mysqlgate

import (
	"encoding/binary"

	"github.com/sallyport/sallyport"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// several tells whether the door lets a message hold several statements.
func (d *door) several() bool {
	live, ok := d.env.Live.Load().Door(d.d.Name)
	return ok && live.MultiStatements
}

// setOption serves COM_SET_OPTION, by which a client turns several statements in
// one message on where the door allows them, and off. The database is told that
// they are off: see send.
func (s *session) setOption(p []byte) error {
	option, err := wire.DecodeSetOption(p)
	if err != nil {
		return s.offence("COM_SET_OPTION is malformed")
	}
	on := option == wire.OptionMultiStatementsOn
	if option != wire.OptionMultiStatementsOff && !(on && s.d.several()) {
		return s.refuse(oddity(wire.ComSetOption), sallyport.Reason{Code: sallyport.MultiStatement, Note: "several statements in one are refused here"})
	}
	kind, err := s.pass(wire.ComSetOption, optionOf(false), nil)
	if err == nil && kind != wire.KindErr {
		s.several = on
	}
	return err
}

// optionOf is a COM_SET_OPTION.
func optionOf(several bool) []byte {
	option := wire.OptionMultiStatementsOff
	if several {
		option = wire.OptionMultiStatementsOn
	}
	return binary.LittleEndian.AppendUint16([]byte{byte(wire.ComSetOption)}, option)
}

// setSeveral turns several statements in one message on or off at the database.
// Nothing may be running.
func (u *upstream) setSeveral(on bool) error {
	u.c.NewExchange()
	if err := u.c.Send(optionOf(on)); err != nil {
		return err
	}
	p, err := u.c.ReadPacket()
	if err != nil {
		return err
	}
	if len(p) > 0 && p[0] == wire.HeaderErr {
		return refusedBy(p)
	}
	if len(p) == 0 || p[0] != wire.HeaderOK && p[0] != wire.HeaderEOF {
		return wire.ErrMalformed
	}
	u.several = on
	return nil
}
