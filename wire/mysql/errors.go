package mysql

import (
	"errors"
	"fmt"
)

// ErrMalformed is wrapped by every error that a decoder returns for bytes that
// do not follow the protocol.
var ErrMalformed = errors.New("malformed packet")

// ErrPlaintextBuffered means that bytes sent in plain text had already been
// read when the connection was to be switched to TLS. They must not be taken
// for bytes that came through TLS: end the connection.
var ErrPlaintextBuffered = errors.New("mysql: plaintext bytes were received ahead of the TLS handshake")

// ErrUnsupported means that the packet follows from a capability or a command
// that this codec does not speak.
var ErrUnsupported = errors.New("not supported by this codec")

// SequenceError means that a packet carried another sequence number than the
// one its place in the exchange requires.
type SequenceError struct {
	Got, Want uint8
}

func (e *SequenceError) Error() string {
	return fmt.Sprintf("mysql: packet has sequence number %d, want %d", e.Got, e.Want)
}

// TooLargeError means that a packet that was to be held whole is longer than
// the reader's limit. Size is the length known when reading stopped: the peer
// may have had more to send.
type TooLargeError struct {
	Size, Max int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("mysql: packet of at least %d bytes is over the limit of %d", e.Size, e.Max)
}

func malformed(what string) error {
	return fmt.Errorf("mysql: decoding %s: %w", what, ErrMalformed)
}
