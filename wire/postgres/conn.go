package postgres

import "io"

// Conn is the Reader and the Writer of one connection. It does not close what
// it was given.
type Conn struct {
	R *Reader
	W *Writer
}

// NewConn makes a Conn of rw, at whose other end is peer. limit is that of
// NewReader.
func NewConn(rw io.ReadWriter, peer Side, limit int) *Conn {
	return &Conn{R: NewReader(rw, peer, limit), W: NewWriter(rw)}
}

// Upgrade goes on over rw, a TLS connection on top of the former one, after an
// SSLRequest was answered. What was written is flushed to the former one. It
// returns ErrPlaintextBuffered when bytes beyond the request, or the answer,
// have been read already: neither end sends any before the handshake, so
// somebody between them did (CVE-2021-23214, CVE-2021-23222).
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

// ReadMessage reads one message whole; see Reader.ReadMessage.
func (c *Conn) ReadMessage() (MessageType, []byte, error) { return c.R.ReadMessage() }

// Send writes messages and flushes.
func (c *Conn) Send(messages []byte) error {
	if err := c.W.Write(messages); err != nil {
		return err
	}
	return c.W.Flush()
}
