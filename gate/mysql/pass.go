package mysqlgate

import wire "github.com/sallyport/sallyport/wire/mysql"

// pass forwards a command that is no crossing of its own, and its response.
// seen, where not nil, is shown the first packet. It returns what ended the
// response.
func (s *session) pass(cmd wire.Command, p []byte, seen func(wire.PacketKind, []byte)) (wire.PacketKind, error) {
	if err := s.send(p); err != nil {
		return 0, err
	}
	if err := s.scan.Start(cmd, s.caps); err != nil {
		return 0, s.upError(err)
	}
	for first := true; ; first = false {
		if s.up.c.R.Buffered() == 0 {
			if err := s.down.W.Flush(); err != nil {
				return 0, s.appError(err)
			}
		}
		kind, err := s.step()
		if err != nil {
			return kind, s.accuse(cmd, err)
		}
		packet, err := s.up.c.R.Packet()
		if err != nil {
			return kind, s.accuse(cmd, err)
		}
		if first && seen != nil {
			seen(kind, packet)
		}
		if kind == wire.KindErr {
			e, err := wire.DecodeError(packet)
			if err != nil {
				return kind, s.accuse(cmd, err)
			}
			if told, other := discreet(e, false); other {
				packet = told.Append(nil)
			}
		}
		if err := s.down.WritePacket(packet); err != nil {
			return kind, s.appError(err)
		}
		if s.scan.Done() {
			if kind != wire.KindErr && cmd != wire.ComStmtPrepare {
				s.settle(s.scan.Status())
			}
			return kind, s.appError(s.down.W.Flush())
		}
	}
}
