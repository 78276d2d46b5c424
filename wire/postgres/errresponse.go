package postgres

import (
	"errors"
	"fmt"
	"strconv"
)

// Severities, as SeverityCode has them. An error of severity FATAL ends the
// session, one of PANIC all sessions.
const (
	SeverityError   = "ERROR"
	SeverityFatal   = "FATAL"
	SeverityPanic   = "PANIC"
	SeverityWarning = "WARNING"
	SeverityNotice  = "NOTICE"
	SeverityDebug   = "DEBUG"
	SeverityInfo    = "INFO"
	SeverityLog     = "LOG"
)

// Error is an ErrorResponse, and an error, or a NoticeResponse. It is a copy
// and may be kept. The fields are those of the manual's section "Error and
// Notice Message Fields"; one that is empty, or 0, was not sent.
type Error struct {
	Severity     string // in the server's language
	SeverityCode string // in English; not sent before PostgreSQL 9.6
	Code         string // SQLSTATE: five characters
	// Message, Detail, Hint, InternalQuery and Where come from the server and
	// may quote data.
	Message, Detail, Hint string
	// Position is the place in the statement in characters, from 1;
	// InternalPosition that in InternalQuery.
	Position, InternalPosition int
	InternalQuery, Where       string
	// The object that the error is about, where it is about one.
	Schema, Table, Column, DataType, Constraint string
	// The place in the server's source.
	File, Line, Routine string
}

// NewError makes an Error to be sent by a gate, with the severity in both
// forms.
func NewError(severity, code, message string) *Error {
	return &Error{Severity: severity, SeverityCode: severity, Code: code, Message: message}
}

func (e *Error) Error() string {
	severity := e.SeverityCode
	if severity == "" {
		severity = e.Severity
	}
	return fmt.Sprintf("postgres: %s (SQLSTATE %s): %s", severity, e.Code, e.Message)
}

// AsError returns the *Error in err's chain, if there is one.
func AsError(err error) (*Error, bool) { return errors.AsType[*Error](err) }

// text is the place of the field of type b, nil for a number or none known.
func (e *Error) text(b byte) *string {
	switch b {
	case 'S':
		return &e.Severity
	case 'V':
		return &e.SeverityCode
	case 'C':
		return &e.Code
	case 'M':
		return &e.Message
	case 'D':
		return &e.Detail
	case 'H':
		return &e.Hint
	case 'q':
		return &e.InternalQuery
	case 'W':
		return &e.Where
	case 's':
		return &e.Schema
	case 't':
		return &e.Table
	case 'c':
		return &e.Column
	case 'd':
		return &e.DataType
	case 'n':
		return &e.Constraint
	case 'F':
		return &e.File
	case 'L':
		return &e.Line
	case 'R':
		return &e.Routine
	}
	return nil
}

// position is the place of the number in the field of type b, or nil.
func (e *Error) position(b byte) *int {
	switch b {
	case 'P':
		return &e.Position
	case 'p':
		return &e.InternalPosition
	}
	return nil
}

// errorFields is the order in which a server sends them.
const errorFields = "SVCMDHPpqWstcdnFLR"

// EachErrorField calls f for each field of an ErrorResponse or a
// NoticeResponse, in order and borrowed. It allocates nothing.
func EachErrorField(p []byte, f func(field byte, value []byte)) error {
	c := cursor{b: p}
	for {
		b := c.u8()
		if b == 0 {
			break
		}
		if v := c.str(); c.why == "" {
			f(b, v)
		}
	}
	return c.done("ErrorResponse")
}

// DecodeError decodes an ErrorResponse or a NoticeResponse. Fields that it does
// not know are passed over, as the manual asks; a position that is no number is
// 0; of a field that is there twice the last one counts, as in libpq.
func DecodeError(p []byte) (*Error, error) {
	e := new(Error)
	err := EachErrorField(p, func(b byte, v []byte) {
		if s := e.text(b); s != nil {
			*s = string(v)
		} else if n := e.position(b); n != nil {
			// Not above 2^31, as in servers and drivers.
			parsed, _ := strconv.ParseUint(string(v[:min(len(v), 11)]), 10, 31)
			*n = int(parsed)
		}
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Append appends an ErrorResponse.
func (e *Error) Append(dst []byte) []byte { return e.append(dst, MsgErrorResponse) }

// AppendNotice appends a NoticeResponse.
func (e *Error) AppendNotice(dst []byte) []byte { return e.append(dst, MsgNoticeResponse) }

// append writes severity, code and message, without which clients call the
// message malformed, even where they are empty.
func (e *Error) append(dst []byte, t MessageType) []byte {
	dst, at := beginFrame(dst, t)
	for i := range len(errorFields) {
		b := errorFields[i]
		if s := e.text(b); s != nil {
			if *s != "" || b == 'S' || b == 'C' || b == 'M' {
				dst = appendString(append(dst, b), *s)
			}
		} else if n := e.position(b); *n > 0 {
			dst = append(strconv.AppendInt(append(dst, b), int64(*n), 10), 0)
		}
	}
	return endFrame(append(dst, 0), at)
}
