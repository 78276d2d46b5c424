package mysql

// first takes the first packet of a response to a statement, or of a further
// result.
func (s *ResultScanner) first(h Head, p []byte) (PacketKind, error) {
	switch h.First {
	case HeaderOK:
		return s.ok(h, p, KindOK)
	case HeaderLocalInfile:
		s.state = scanAfterInfile
		return KindLocalInfile, nil
	case HeaderEOF:
		return s.fail()
	}
	if h.Len > len(p) {
		return s.fail()
	}
	n, follow, err := DecodeColumnCount(p, s.caps)
	if err != nil {
		return s.fail()
	}
	s.cols, s.left, s.cached = n, n, !follow
	s.state = scanColumns
	if !follow {
		s.left = 0
		s.state = s.afterColumns()
	}
	return KindColumnCount, nil
}

// afterColumns is the state behind the last column definition.
func (s *ResultScanner) afterColumns() scanState {
	if s.caps.Has(ClientDeprecateEOF) {
		return scanRows
	}
	return scanColumnsEnd
}

// definition counts one column or parameter definition.
func (s *ResultScanner) definition() PacketKind {
	s.left--
	kind := KindColumn
	if s.state == scanParams {
		kind = KindParam
	}
	if s.left > 0 {
		return kind
	}
	eof := !s.caps.Has(ClientDeprecateEOF)
	switch s.state {
	case scanColumns:
		s.state = s.afterColumns()
	case scanParams:
		if s.state = scanParamsEnd; !eof {
			s.preparedColumns()
		}
	case scanPrepareColumns:
		if s.state = scanPrepareColumnsEnd; !eof {
			s.state = scanDone
		}
	}
	return kind
}

// definitionsEnd takes the EOF behind definitions.
func (s *ResultScanner) definitionsEnd(h Head, p []byte) (PacketKind, error) {
	e, err := DecodeEOF(p)
	if err != nil || h.Len != len(p) {
		return s.fail()
	}
	s.status = e.Status
	switch s.state {
	case scanParamsEnd:
		s.preparedColumns()
		return KindParamsEnd, nil
	case scanPrepareColumnsEnd:
		s.state = scanDone
	default:
		s.state = scanRows
		if s.binary && e.Status.Has(StatusCursorExists) {
			// The rows wait in a cursor for COM_STMT_FETCH.
			s.state = scanDone
		}
	}
	return KindColumnsEnd, nil
}

// rowsEnd takes the EOF behind rows, or the OK that stands for it.
func (s *ResultScanner) rowsEnd(h Head, p []byte) (PacketKind, error) {
	if s.caps.Has(ClientDeprecateEOF) && h.Len != 5 {
		return s.ok(h, p, KindRowsEnd)
	}
	e, err := DecodeEOF(p)
	if err != nil || h.Len != len(p) || s.state == scanRows && s.caps.Has(ClientDeprecateEOF) {
		return s.fail()
	}
	s.finish(e.Status)
	return KindRowsEnd, nil
}

// ok takes an OK packet, of which only the status matters here.
func (s *ResultScanner) ok(h Head, p []byte, kind PacketKind) (PacketKind, error) {
	c := cursor{b: p}
	c.u8()
	c.lenencInt()
	c.lenencInt()
	status := Status(c.u16())
	c.u16()
	if c.bad || h.Len == maxFrame {
		return s.fail()
	}
	s.finish(status)
	return kind, nil
}

// finish ends a result. Another may follow after a statement.
func (s *ResultScanner) finish(status Status) {
	s.status = status
	more := status.Has(StatusMoreResultsExists) && !s.fetch
	switch s.state {
	case scanFirst, scanRows, scanAfterInfile:
		s.state = scanDone
		if more {
			s.state = scanFirst
		}
	default:
		s.state = scanDone
	}
}

func (s *ResultScanner) prepared(h Head, p []byte) (PacketKind, error) {
	ok, err := DecodePrepareOK(p)
	if err != nil || h.Len != len(p) {
		return s.fail()
	}
	s.params, s.cols = int(ok.Params), int(ok.Columns)
	if s.params > 0 {
		s.state, s.left = scanParams, s.params
	} else {
		s.preparedColumns()
	}
	return KindPrepareOK, nil
}

func (s *ResultScanner) preparedColumns() {
	s.state, s.left = scanDone, s.cols
	if s.cols > 0 {
		s.state = scanPrepareColumns
	}
}
