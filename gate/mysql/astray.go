package mysqlgate

import (
	"errors"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// astray ends a session whose client breaks the protocol by its frames, as
// offence does for what is in them. Other errors are returned as they are.
func (s *session) astray(err error) error {
	var sequence *wire.SequenceError
	switch {
	case errors.As(err, &sequence):
		// The answer goes by the client's count, or it would not be understood.
		s.down.SetSequence(sequence.Got + 1)
		return s.offence("a packet is out of sequence")
	case breach(err):
		return s.offence("what should be a command is malformed")
	}
	return err
}
