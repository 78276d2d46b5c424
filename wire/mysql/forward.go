package mysql

// ForwardRows forwards rows that are already buffered whole, up to limit of
// them, to w in one piece: their sequence numbers are changed in place and
// nothing else is touched, so that a row costs a few nanoseconds. It stops at
// the first packet that is no row, is not whole in the buffer or is longer than
// it; that one is for Next, Step and Forward. It never reads and, unless w's
// buffer is full, never writes. rows may be 0.
//
//	for !s.Done() {
//		if s.InRows() {
//			rows, bytes, err := r.ForwardRows(w, s, left)
//		}
//		if r.Buffered() == 0 { w.Flush() }
//		head, err := r.Next()
//		prefix, err := r.Peek(mysql.ScanPrefix)
//		kind, err := s.Step(head, prefix)
//		n, err := r.Forward(w)
//	}
//
// bytes counts payload. A packet out of sequence gives a *SequenceError, behind
// the rows before it.
func (r *Reader) ForwardRows(w *Writer, s *ResultScanner, limit uint64) (rows, bytes uint64, err error) {
	if r.open || !s.InRows() {
		return 0, 0, nil
	}
	in, out := *r.seq, *w.seq
	buf := r.buf[:r.w]
	at := r.r
	for rows < limit && len(buf)-at > headerSize {
		h := buf[at : at+headerSize+1]
		n := int(h[0]) | int(h[1])<<8 | int(h[2])<<16
		if n == 0 || n > len(buf)-at-headerSize {
			break
		}
		if h[3] != in {
			err = &SequenceError{Got: h[3], Want: in}
			break
		}
		if h[4] >= HeaderEOF || s.binary && h[4] != 0 {
			break
		}
		h[3] = out
		in++
		out++
		rows++
		at += headerSize + n
	}
	if rows == 0 {
		return 0, 0, err
	}
	span := buf[r.r:at]
	r.r = at
	*r.seq, *w.seq = in, out
	s.rows += rows
	if werr := w.write(span); werr != nil {
		err = werr
	}
	return rows, uint64(len(span)) - headerSize*rows, err
}
