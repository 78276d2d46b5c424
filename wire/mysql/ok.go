package mysql

import "encoding/binary"

// The first byte of a generic response. In a row 0xFB is a NULL and 0xFE the
// length of a very long value: only a ResultScanner can tell.
const (
	HeaderOK          = 0x00
	HeaderAuthMore    = 0x01
	HeaderLocalInfile = 0xFB
	HeaderEOF         = 0xFE
	HeaderAuthSwitch  = 0xFE
	HeaderErr         = 0xFF
)

// OK is an OK_Packet: a command done, or, when EOF is set, the end of a result
// set after ClientDeprecateEOF.
type OK struct {
	EOF          bool // sent with first byte 0xFE
	AffectedRows uint64
	LastInsertID uint64
	Status       Status
	Warnings     uint16
	// Info is a message for people, borrowed.
	Info []byte
	// Session is what changed in the session, with ClientSessionTrack and
	// StatusSessionChanged; borrowed, see EachSessionChange.
	Session []byte
}

// DecodeOK decodes an OK_Packet of a connection with capabilities caps.
func DecodeOK(p []byte, caps Capability) (OK, error) {
	c := cursor{b: p}
	h := c.u8()
	if h != HeaderOK && h != HeaderEOF {
		return OK{}, malformed("OK packet: first byte")
	}
	ok := OK{EOF: h == HeaderEOF}
	ok.AffectedRows = c.lenencInt()
	ok.LastInsertID = c.lenencInt()
	ok.Status = Status(c.u16())
	ok.Warnings = c.u16()
	if c.bad {
		return OK{}, malformed("OK packet")
	}
	switch {
	case c.empty():
	case caps.Has(ClientSessionTrack):
		ok.Info = c.lenencString()
		if ok.Status.Has(StatusSessionChanged) && !c.empty() {
			ok.Session = c.lenencString()
		}
		if c.bad || !c.empty() {
			return OK{}, malformed("OK packet: info")
		}
	default:
		// The manual says "the rest"; servers put its length before it.
		ok.Info = c.b
		if s, n := LenencString(c.b); n == len(c.b) {
			ok.Info = s
		}
	}
	return ok, nil
}

// Append appends the OK_Packet's payload for capabilities caps. Session is sent
// only with ClientSessionTrack and StatusSessionChanged set.
func (ok *OK) Append(dst []byte, caps Capability) []byte {
	h, status := byte(HeaderOK), ok.Status
	if ok.EOF {
		h = HeaderEOF
	}
	track := caps.Has(ClientSessionTrack) && len(ok.Session) > 0
	if !track {
		status &^= StatusSessionChanged
	}
	dst = AppendLenencInt(append(dst, h), ok.AffectedRows)
	dst = AppendLenencInt(dst, ok.LastInsertID)
	dst = append(dst, byte(status), byte(status>>8), byte(ok.Warnings), byte(ok.Warnings>>8))
	if len(ok.Info) > 0 || track {
		dst = AppendLenencString(dst, ok.Info)
	}
	if track && status.Has(StatusSessionChanged) {
		dst = AppendLenencString(dst, ok.Session)
	}
	return dst
}

// SessionChange is the type of one change in OK.Session.
type SessionChange byte

// Types of session changes.
const (
	SessionSystemVariables SessionChange = iota
	SessionSchema
	SessionStateChange
	SessionGTIDs
	SessionTransactionCharacteristics
	SessionTransactionState
)

// EachSessionChange calls f for each change in an OK's Session, with its data
// borrowed and undecoded: for SessionSchema one length-encoded string, for
// SessionSystemVariables names and values in turn.
func EachSessionChange(session []byte, f func(t SessionChange, data []byte)) error {
	c := cursor{b: session}
	for !c.empty() {
		t, data := SessionChange(c.u8()), c.lenencString()
		if c.bad {
			return malformed("session state")
		}
		f(t, data)
	}
	return nil
}

// AppendSessionSchema appends to an OK's Session that the default schema is
// now name.
func AppendSessionSchema(session []byte, name string) []byte {
	return AppendLenencString(append(session, byte(SessionSchema)), AppendLenencString(nil, name))
}

// AppendSessionVariable appends to an OK's Session that a system variable has
// a new value.
func AppendSessionVariable(session []byte, name, value string) []byte {
	data := AppendLenencString(AppendLenencString(nil, name), value)
	return AppendLenencString(append(session, byte(SessionSystemVariables)), data)
}

// EOF is an EOF_Packet, which ends column definitions and rows without
// ClientDeprecateEOF.
type EOF struct {
	Warnings uint16
	Status   Status
}

// DecodeEOF decodes an EOF_Packet of protocol 4.1.
func DecodeEOF(p []byte) (EOF, error) {
	if len(p) != 5 || p[0] != HeaderEOF {
		return EOF{}, malformed("EOF packet")
	}
	return EOF{
		Warnings: binary.LittleEndian.Uint16(p[1:]),
		Status:   Status(binary.LittleEndian.Uint16(p[3:])),
	}, nil
}

// Append appends the EOF_Packet's payload.
func (e EOF) Append(dst []byte) []byte {
	return append(dst, HeaderEOF, byte(e.Warnings), byte(e.Warnings>>8), byte(e.Status), byte(e.Status>>8))
}

// LocalInfile returns the file name of a LOCAL INFILE request, borrowed; ok is
// false when p is none. Only the first packet of a response can be one: see
// ResultScanner.
func LocalInfile(p []byte) (name []byte, ok bool) {
	if len(p) == 0 || p[0] != HeaderLocalInfile {
		return nil, false
	}
	return p[1:], true
}
