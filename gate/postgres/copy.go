package postgresgate

import (
	"errors"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// response brings the rows of a statement to the app, and where it copies takes
// them the way that they go. It returns what ends them, as relay does.
func (s *session) response(x *exchange) (wire.MessageType, []byte, error) {
	t, p, err := s.relay(x)
	switch {
	case err != nil:
	case t == wire.MsgCopyInResponse:
		return s.copyIn(x, p)
	case t == wire.MsgCopyOutResponse:
		return s.copyOut(x, p)
	}
	return t, p, err
}

// copyIn takes a COPY … FROM STDIN from the app to the database, whose
// CopyInResponse is p, and returns what ends the statement. Its rows are
// counted as they pass; beyond the rule's limit the database is told that the
// copy fails, so that nothing of it is kept.
func (s *session) copyIn(x *exchange, p []byte) (wire.MessageType, []byte, error) {
	begin, err := wire.DecodeCopyResponse(p)
	if err != nil {
		return 0, nil, s.upError(err)
	}
	if x.m.copies != copiesIn {
		return 0, nil, s.upError(&wire.MalformedError{Message: "CopyInResponse", Reason: "nobody copies"})
	}
	s.down.W.WriteMessage(wire.MsgCopyInResponse, p)
	if err := s.down.W.Flush(); err != nil {
		return 0, nil, s.appError(err)
	}
	lines := wire.NewCopyLines(begin.Format)
	for {
		if t, p, err := s.copyFailed(); t != 0 || err != nil {
			return t, p, err
		}
		h, err := s.next(true)
		if errors.Is(err, errStir) {
			continue
		}
		if err != nil {
			return 0, nil, err
		}
		switch h.Type {
		case wire.MsgCopyData:
			passed, err := s.copyPiece(x, h, &lines)
			if err != nil {
				return 0, nil, err
			}
			if !passed {
				return s.copyCut(x)
			}
		case wire.MsgCopyFail:
			if _, err := s.down.R.Forward(s.up.c.W); err != nil {
				return 0, nil, s.appError(err)
			}
			return s.copyEnds(x)
		case wire.MsgCopyDone:
			if err := s.down.R.Skip(); err != nil {
				return 0, nil, s.appError(err)
			}
			lines.Finish()
			if !s.copied(x, lines.Rows()) {
				// The last row had no line end of its own.
				return overLimit, nil, s.upError(s.up.c.Send(giveUp))
			}
			s.up.c.W.Write(wire.AppendEmpty(s.up.c.W.AvailableBuffer(), wire.MsgCopyDone))
			return s.copyEnds(x)
		case wire.MsgFlush, wire.MsgSync: // to be ignored, says the manual
			if err := s.down.R.Skip(); err != nil {
				return 0, nil, s.appError(err)
			}
		case wire.MsgTerminate:
			return 0, nil, errQuit
		default:
			return 0, nil, s.offence(wire.Frontend.Name(h.Type) + " amid a COPY")
		}
	}
}

// copyFailed looks, where the app has nothing more to send yet, whether the
// database has given the copy up: then it returns its error. What the app still
// sends of the copy is ignored, as the server does.
func (s *session) copyFailed() (wire.MessageType, []byte, error) {
	for s.down.R.Buffered() == 0 && (s.up.c.R.Buffered() > 0 || gate.Readable(s.up.tcp)) {
		s.UpDeadline(time.Now().Add(listenTime))
		h, err := s.up.c.R.Next()
		s.UpDeadline(time.Time{})
		if timedOut(err) {
			break
		}
		var p []byte
		if err == nil {
			p, err = s.up.c.R.Payload()
		}
		if err == nil && h.Type == wire.MsgErrorResponse {
			return h.Type, p, nil
		}
		if err == nil {
			err = s.aside(h.Type, p)
		}
		if err != nil {
			return 0, nil, s.upError(err)
		}
	}
	return 0, nil, nil
}

// copyEnds sends the end of a copy and waits for what the database says of it,
// which amid a pipeline it holds back until it is asked for it.
func (s *session) copyEnds(x *exchange) (wire.MessageType, []byte, error) {
	if s.pipe.begun {
		s.up.c.W.Write(wire.AppendEmpty(s.up.c.W.AvailableBuffer(), wire.MsgFlush))
	}
	if err := s.up.c.W.Flush(); err != nil {
		return 0, nil, s.upError(err)
	}
	return s.relay(x)
}

// giveUp has the database give a copy up.
var giveUp = wire.AppendCopyFail(nil, "refused by sallyport")

// copyPiece passes one CopyData on. Where it is false the rows are too many:
// what is left of the message has not been passed on.
func (s *session) copyPiece(x *exchange, h wire.Head, lines *wire.CopyLines) (bool, error) {
	if s.down.R.Buffered() < h.Len {
		s.Arriving(true)
		defer s.Arriving(false)
	}
	w := s.up.c.W
	w.WriteHead(h)
	for {
		p, err := s.down.R.Piece()
		if err != nil {
			return false, s.appError(err)
		}
		if len(p) == 0 {
			break
		}
		// A stream that cannot be counted is one that the database refuses.
		lines.Count(p)
		if err := w.Write(p); err != nil {
			return false, s.upError(err)
		}
	}
	if s.down.R.Buffered() == 0 {
		if err := w.Flush(); err != nil {
			return false, s.upError(err)
		}
	}
	x.p.Count(sallyport.Egress, uint64(h.Len), 0)
	return s.copied(x, lines.Rows()), nil
}

// copied counts the rows of a copy that the app has sent so far, and tells
// whether there may be so many.
func (s *session) copied(x *exchange, rows uint64) bool {
	if rows == x.sent {
		return true
	}
	x.p.Count(sallyport.Egress, 0, rows-x.sent)
	x.sent = rows
	if !x.Limited() {
		return true
	}
	return !x.p.Update(func(*sallyport.Crossing) { x.act.Affected = rows }).Denied()
}

// copyCut has the database give a copy up, and throws away what the app still
// sends of it.
func (s *session) copyCut(x *exchange) (wire.MessageType, []byte, error) {
	if err := s.up.c.Send(giveUp); err != nil {
		return 0, nil, s.upError(err)
	}
	for {
		h, err := s.next(true)
		if errors.Is(err, errStir) {
			continue
		}
		if err != nil {
			return 0, nil, err
		}
		if err := s.down.R.Skip(); err != nil {
			return 0, nil, s.appError(err)
		}
		switch h.Type {
		case wire.MsgCopyDone, wire.MsgCopyFail:
			return overLimit, nil, nil
		case wire.MsgTerminate:
			return 0, nil, errQuit
		case wire.MsgCopyData, wire.MsgFlush, wire.MsgSync:
		default:
			return 0, nil, s.offence(wire.Frontend.Name(h.Type) + " amid a COPY")
		}
	}
}

// copyOut brings a COPY … TO STDOUT to the app. A server sends each row in a
// message of its own (the manual's section "COPY Operations"), so the messages
// are what is counted; the end of a binary stream is one of two bytes.
func (s *session) copyOut(x *exchange, p []byte) (wire.MessageType, []byte, error) {
	begin, err := wire.DecodeCopyResponse(p)
	if err != nil {
		return 0, nil, s.upError(err)
	}
	if x.m.copies != copiesOut {
		return 0, nil, s.upError(&wire.MalformedError{Message: "CopyOutResponse", Reason: "nobody copies"})
	}
	up, down := s.up.c, s.down
	if err := down.W.WriteMessage(wire.MsgCopyOutResponse, p); err != nil {
		return 0, nil, s.appError(err)
	}
	for {
		if up.R.Buffered() == 0 {
			if err := down.W.Flush(); err != nil {
				return 0, nil, s.appError(err)
			}
		}
		h, err := up.R.Next()
		if err != nil {
			return 0, nil, s.upError(err)
		}
		switch h.Type {
		case wire.MsgCopyData:
			row := h.Len > 0 && (begin.Format != wire.FormatBinary || h.Len > 2)
			if row && x.Left == 0 && !x.MayPass() {
				return overLimit, nil, nil
			}
			n, err := up.R.Forward(down.W)
			if err != nil {
				s.torn = true
				return 0, nil, s.upError(err)
			}
			if row {
				x.Took(1, uint64(n))
			}
		case wire.MsgCopyDone:
			if err := up.R.Skip(); err != nil {
				return 0, nil, s.upError(err)
			}
			if err := down.W.Write(wire.AppendEmpty(down.W.AvailableBuffer(), wire.MsgCopyDone)); err != nil {
				return 0, nil, s.appError(err)
			}
			return s.relay(x)
		case wire.MsgErrorResponse:
			p, err := up.R.Payload()
			return h.Type, p, s.upError(err)
		default:
			p, err := up.R.Payload()
			if err == nil {
				err = s.aside(h.Type, p)
			}
			if err != nil {
				return 0, nil, s.upError(err)
			}
		}
	}
}
