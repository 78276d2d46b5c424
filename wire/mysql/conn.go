package mysql

import "io"

// Conn is the Reader and the Writer of one connection, which share the
// sequence number that runs through each exchange in both directions. It does
// not close what it was given.
type Conn struct {
	R *Reader
	W *Writer

	seq uint8
}

// NewConn makes a Conn of rw. limit is that of NewReader.
func NewConn(rw io.ReadWriter, limit int) *Conn {
	c := new(Conn)
	c.R = newReader(rw, limit, &c.seq)
	c.W = &Writer{dst: rw, seq: &c.seq}
	return c
}

// Sequence returns the number that the next packet must carry.
func (c *Conn) Sequence() uint8 { return c.seq }

// SetSequence sets the number that the next packet must carry.
func (c *Conn) SetSequence(n uint8) { c.seq = n }

// NewExchange starts the sequence at 0: called before each command, read or
// written, but not after the connection phase's packets.
func (c *Conn) NewExchange() { c.seq = 0 }

// Upgrade goes on over rw, a TLS connection on top of the former one. The
// sequence goes on too. It returns ErrPlaintextBuffered when bytes from before
// have been read already: a server reads with SetExact until then, and a client
// that finds bytes behind the greeting is being lied to. What was written must
// have been flushed.
func (c *Conn) Upgrade(rw io.ReadWriter) error {
	if err := c.W.Flush(); err != nil {
		return err
	}
	if err := c.R.switchTo(rw); err != nil {
		return err
	}
	c.W.dst = rw
	return nil
}

// ReadPacket reads one packet whole; see Reader.ReadPacket.
func (c *Conn) ReadPacket() ([]byte, error) { return c.R.ReadPacket() }

// WritePacket writes one packet; see Writer.WritePacket.
func (c *Conn) WritePacket(payload []byte) error { return c.W.WritePacket(payload) }

// Send writes one packet and flushes.
func (c *Conn) Send(payload []byte) error {
	if err := c.W.WritePacket(payload); err != nil {
		return err
	}
	return c.W.Flush()
}
