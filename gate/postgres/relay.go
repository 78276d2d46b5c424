package postgresgate

import wire "github.com/sallyport/sallyport/wire/postgres"

// overLimit stands for the type of the message that ends a result which was cut
// at a limit: the database's own end is still to come.
const overLimit wire.MessageType = 0

// relay brings the rows of a statement to the app: frames are forwarded
// untouched and counted. It returns what ends them, not yet passed on: the end
// of the statement or of the portal's turn, an error, the begin of a COPY, or
// overLimit.
func (s *session) relay(x *exchange) (wire.MessageType, []byte, error) {
	up, down := s.up.c, s.down
	for {
		show := x.shown.wanted(x.p)
		if !show {
			rows, bytes, err := up.R.ForwardRows(down.W, x.Left)
			x.Took(rows, bytes)
			if err != nil {
				return 0, nil, s.appError(err)
			}
		}
		if up.R.Buffered() == 0 {
			if err := down.W.Flush(); err != nil {
				return 0, nil, s.appError(err)
			}
		}
		h, err := up.R.Next()
		if err != nil {
			return 0, nil, s.upError(err)
		}
		if h.Type == wire.MsgDataRow && !show {
			if x.Left == 0 && !x.MayPass() {
				return overLimit, nil, nil
			}
			n, err := up.R.Forward(down.W)
			if err != nil {
				s.torn = true
				return 0, nil, s.upError(err)
			}
			x.Took(1, uint64(n))
			continue
		}
		p, err := up.R.Payload()
		if err != nil {
			return 0, nil, s.upError(err)
		}
		switch h.Type {
		case wire.MsgDataRow:
			passed, err := s.showRow(x, p)
			if err != nil || !passed {
				return overLimit, nil, err
			}
		case wire.MsgRowDescription:
			if err := x.shown.define(p); err != nil {
				return 0, nil, s.upError(err)
			}
			x.Bytes += uint64(len(p))
			if err := down.W.WriteMessage(h.Type, p); err != nil {
				return 0, nil, s.appError(err)
			}
		case wire.MsgCommandComplete, wire.MsgEmptyQueryResponse, wire.MsgPortalSuspended, wire.MsgErrorResponse,
			wire.MsgCopyInResponse, wire.MsgCopyOutResponse:
			return h.Type, p, nil
		default:
			if err := s.aside(h.Type, p); err != nil {
				return 0, nil, s.upError(err)
			}
		}
	}
}
