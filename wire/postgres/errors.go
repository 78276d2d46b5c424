package postgres

import (
	"errors"
	"fmt"
)

// ErrMalformed is wrapped by every error that is returned for bytes that do not
// follow the protocol: a *MalformedError or a *TooLargeError.
var ErrMalformed = errors.New("malformed message")

// ErrPlaintextBuffered means that bytes sent in plain text had already been
// read when the connection was to be switched to TLS. They must not be taken
// for bytes that came through TLS: end the connection.
var ErrPlaintextBuffered = errors.New("postgres: plaintext bytes were received ahead of the TLS handshake")

// ErrUnsupported is wrapped where the peer asks for what this codec does not
// speak.
var ErrUnsupported = errors.New("not supported by this codec")

// MalformedError says which message does not follow the protocol, and why. It
// quotes nothing of the message's content.
type MalformedError struct {
	Message string // as the manual names it, such as "RowDescription"
	Reason  string
}

func (e *MalformedError) Error() string {
	return fmt.Sprintf("postgres: decoding %s: %v: %s", e.Message, ErrMalformed, e.Reason)
}

// Unwrap returns ErrMalformed.
func (e *MalformedError) Unwrap() error { return ErrMalformed }

// TooLargeError means that a message is longer than its kind may be, or than
// the Reader's limit where it was to be held whole. Both count the payload, in
// bytes.
type TooLargeError struct {
	Message   string
	Size, Max int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("postgres: %s of %d bytes is over the limit of %d", e.Message, e.Size, e.Max)
}

// Unwrap returns ErrMalformed.
func (e *TooLargeError) Unwrap() error { return ErrMalformed }

func malformed(message, reason string) error {
	return &MalformedError{Message: message, Reason: reason}
}
