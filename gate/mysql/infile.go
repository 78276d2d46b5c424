package mysqlgate

import (
	"bytes"
	"errors"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/gate/exchanges"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// localInfile tells whether the door lets a LOAD DATA LOCAL have a file of the
// app's.
func (d *door) localInfile() bool {
	live, ok := d.env.Live.Load().Door(d.d.Name)
	return ok && live.LocalInfile
}

// unsendable is for a statement that the rules may cover and that asks for a file
// which cannot be sent for it: one that comes prepared or in a message with others,
// whose file's name cannot be told exactly, or from a client that has not offered
// files. The error packet is nil for every other.
func (s *session) unsendable(x *exchange) *wire.Error {
	if !x.act.Infile || x.file != nil || !s.d.localInfile() {
		return nil // where the door lets none have a file, the policy says so
	}
	note := "a file is sent for a LOAD DATA LOCAL alone in its message, not prepared, whose file has a plain name"
	if !s.caps.Has(wire.ClientLocalFiles) {
		note = "the client has not said at its login that it would send a file"
	}
	c := s.crossing(&x.act)
	return s.recorded(&c, sallyport.Reason{Code: sallyport.LocalFile, Note: note})
}

// asksFile answers a database that asks for a file of the client. It gets the one
// that the statement names, once; an honest server asks for no other.
func (s *session) asksFile(x *exchange) error {
	p, err := s.up.c.R.Packet()
	if err != nil {
		return s.unfollowed(x, err)
	}
	name, _ := wire.LocalInfile(p)
	if x.file == nil || !bytes.Equal(name, x.file) {
		return s.wantsFile(x)
	}
	x.file = nil
	x.Bytes += uint64(len(p))
	if x.p.Watched() {
		exchanges.Unseen(x.p, protocol, "file")
	}
	if err := s.down.Send(p); err != nil {
		return s.appError(err)
	}
	for {
		n, err := s.piece(x)
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
	}
}

// piece passes on one packet of a file, of which it returns the length: 0 is the
// end. A server reads the file to its end before it says anything.
func (s *session) piece(x *exchange) (int, error) {
	h, err := s.await(false)
	if err != nil {
		return 0, s.unsent(x, err)
	}
	late := s.down.R.Buffered() < h.Len
	if late {
		s.Arriving(true)
	}
	p, err := s.down.R.Packet()
	if late {
		s.Arriving(false)
	}
	if err != nil {
		return 0, s.unsent(x, err)
	}
	if err := s.up.c.W.WritePacket(p); err != nil {
		return 0, s.upError(err)
	}
	if len(p) == 0 || s.down.R.Buffered() == 0 {
		if err := s.up.c.W.Flush(); err != nil {
			return 0, s.upError(err)
		}
	}
	x.p.Count(sallyport.Egress, uint64(len(p)), 0)
	s.down.R.Drop()
	return len(p), nil
}

// unsent ends a session whose app breaks off amid a file, breaks the protocol, or
// sends a packet that cannot be held: the database waits for the rest.
func (s *session) unsent(x *exchange, err error) error {
	var why sallyport.Reason
	var large *wire.TooLargeError
	var sequence *wire.SequenceError
	switch {
	case errors.Is(err, gate.ErrDoorFull), errors.Is(err, gate.ErrCallerFull):
		why = sallyport.Reason{Code: sallyport.QuotaSpent, Note: err.Error()}
	case errors.As(err, &large):
		why = sallyport.Reason{Code: sallyport.Protocol, Note: "a packet of the file is longer than the door's `limits: statement`"}
	case errors.As(err, &sequence):
		why = sallyport.Reason{Code: sallyport.Protocol, Note: "a packet of the file is out of sequence"}
		s.down.SetSequence(sequence.Got + 1) // by which the client goes
	default:
		return s.appError(err)
	}
	x.Count()
	x.p.Deny(why)
	e := refusal(why, &x.act, x.p.ID())
	if large != nil {
		e = recoded(e, wire.ER_NET_PACKET_TOO_LARGE)
	}
	if err := x.p.Close(nil); err != nil {
		e = s.errorFor(err, &x.c)
	}
	s.farewell(e)
	return errAnswered
}
