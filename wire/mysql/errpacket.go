package mysql

import (
	"errors"
	"fmt"
)

// Error is an ERR_Packet, and an error.
type Error struct {
	Code ErrorCode
	// State is the SQLSTATE: five characters. Empty when the packet had none,
	// as those sent before the greeting; Append then uses Code.SQLState.
	State string
	// Message comes from the server and may quote data.
	Message string
}

// NewError makes an Error with the code's own SQLSTATE.
func NewError(code ErrorCode, message string) *Error {
	return &Error{Code: code, State: code.SQLState(), Message: message}
}

func (e *Error) Error() string {
	return fmt.Sprintf("mysql: error %d (%s): %s", e.Code, e.State, e.Message)
}

// maxErrorMessage is the most that clients make room for (MYSQL_ERRMSG_SIZE).
const maxErrorMessage = 512

// DecodeError decodes an ERR_Packet.
func DecodeError(p []byte) (*Error, error) {
	c := cursor{b: p}
	h, code := c.u8(), c.u16()
	if c.bad || h != HeaderErr {
		return nil, malformed("ERR packet")
	}
	e := &Error{Code: ErrorCode(code)}
	if len(c.b) >= 6 && c.b[0] == '#' {
		c.take(1)
		e.State = string(c.take(5))
	}
	e.Message = string(c.rest())
	return e, nil
}

// Append appends the ERR_Packet's payload. A message over 511 bytes is cut,
// since clients cut it too.
func (e *Error) Append(dst []byte) []byte {
	state := e.State
	if len(state) != 5 {
		state = e.Code.SQLState()
	}
	message := e.Message[:min(len(e.Message), maxErrorMessage-1)]
	dst = append(dst, HeaderErr, byte(e.Code), byte(e.Code>>8), '#')
	return append(append(dst, state...), message...)
}

// AppendBare appends the ERR_Packet's payload without a SQLSTATE: the form for
// an error sent in place of the greeting.
func (e *Error) AppendBare(dst []byte) []byte {
	message := e.Message[:min(len(e.Message), maxErrorMessage-1)]
	dst = append(dst, HeaderErr, byte(e.Code), byte(e.Code>>8))
	return append(dst, message...)
}

// AsError returns the *Error in err's chain, if there is one.
func AsError(err error) (*Error, bool) { return errors.AsType[*Error](err) }
