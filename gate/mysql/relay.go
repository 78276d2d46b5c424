package mysqlgate

import wire "github.com/sallyport/sallyport/wire/mysql"

// respond brings the response to the app: frames are forwarded untouched and
// counted, what ends the response is held back until the outcome is recorded.
func (s *session) respond(x *exchange, cmd wire.Command) error {
	if err := s.scan.Start(cmd, s.caps); err != nil {
		return s.hostile(x, "protocol", err)
	}
	err := s.relay(x, cmd)
	if err != nil {
		x.Count()
		x.p.Close(err)
	}
	return err
}

func (s *session) relay(x *exchange, cmd wire.Command) error {
	scan, up, down := &s.scan, s.up.c, s.down
	s.warns(x)
	for {
		show := scan.InRows() && x.shown.wanted(x.p)
		if scan.InRows() && !show {
			rows, bytes, err := up.R.ForwardRows(down.W, scan, x.Left)
			x.Took(rows, bytes)
			if err != nil {
				return s.between(x, err)
			}
		}
		if up.R.Buffered() == 0 {
			if err := down.W.Flush(); err != nil {
				return s.appError(err)
			}
		}
		kind, err := s.step()
		if err != nil {
			return s.unfollowed(x, err)
		}
		if kind == wire.KindRow && show {
			switch passed, err := s.showRow(x); {
			case err != nil:
				return err
			case !passed:
				return s.cutRows(x, cmd)
			}
			continue
		}
		if kind == wire.KindRow && x.Left == 0 && !x.MayPass() {
			return s.cutRows(x, cmd)
		}
		ends := kind == wire.KindOK || kind == wire.KindRowsEnd // a result, and so a statement where another follows
		if scan.Done() || len(x.rest) > 0 && ends {
			p, err := up.R.Packet()
			if err != nil {
				return s.unfollowed(x, err)
			}
			return s.finish(x, cmd, kind, p)
		}
		switch kind {
		case wire.KindOK:
			if err := s.among(x, kind); err != nil {
				return err
			}
		case wire.KindLocalInfile:
			if err := s.asksFile(x); err != nil {
				return err
			}
		case wire.KindColumnCount, wire.KindColumn:
			if err := s.head(x, kind); err != nil {
				return err
			}
		default:
			n, err := up.R.Forward(down.W)
			if err != nil {
				return s.halfway(x, err)
			}
			if kind == wire.KindRow {
				x.Took(1, uint64(n))
			} else {
				x.Bytes += uint64(n)
			}
		}
	}
}

// head passes on what comes before the rows of a result.
func (s *session) head(x *exchange, kind wire.PacketKind) error {
	if x.shown == nil {
		n, err := s.up.c.R.Forward(s.down.W)
		if err != nil {
			return s.halfway(x, err)
		}
		x.Bytes += uint64(n)
		return nil
	}
	p, err := s.up.c.R.Packet()
	if err != nil {
		return s.unfollowed(x, err)
	}
	if err := x.shown.define(kind, p, s.caps); err != nil {
		return s.hostile(x, "malformed", err)
	}
	x.Bytes += uint64(len(p))
	return s.appError(s.down.W.WritePacket(p))
}

// step looks at the next packet of the response without taking it.
func (s *session) step() (wire.PacketKind, error) {
	h, err := s.up.c.R.Next()
	if err != nil {
		return wire.KindInvalid, err
	}
	prefix, err := s.up.c.R.Peek(wire.ScanPrefix)
	if err != nil {
		return wire.KindInvalid, err
	}
	return s.scan.Step(h, prefix)
}

// among passes on an OK that ends one result of several.
func (s *session) among(x *exchange, kind wire.PacketKind) error {
	p, err := s.up.c.R.Packet()
	if err != nil {
		return s.unfollowed(x, err)
	}
	if err := s.read(x, kind, p); err != nil {
		return s.hostile(x, "malformed", err)
	}
	x.Bytes += uint64(len(p))
	if err := s.down.W.WritePacket(p); err != nil {
		return s.appError(err)
	}
	return nil
}

// read takes from a packet that ends a result what it says of the statement
// and of the session.
func (s *session) read(x *exchange, kind wire.PacketKind, p []byte) error {
	if kind != wire.KindOK && kind != wire.KindRowsEnd || kind == wire.KindRowsEnd && !s.caps.Has(wire.ClientDeprecateEOF) {
		return nil
	}
	ok, err := wire.DecodeOK(p, s.caps)
	if err != nil {
		return err
	}
	x.affected += ok.AffectedRows
	s.heed(&ok)
	return nil
}

// halfway is an error amid a packet: what was written of it cannot be undone.
func (s *session) halfway(x *exchange, err error) error {
	s.torn = true
	return s.between(x, err)
}

// between is an error between two packets, of either leg.
func (s *session) between(x *exchange, err error) error {
	if s.down.W.Err() != nil {
		return s.appError(err)
	}
	return s.unfollowed(x, err)
}
