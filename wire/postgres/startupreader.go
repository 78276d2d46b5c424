package postgres

import "encoding/binary"

// maxStartup is the longest start-up packet that a server takes, without its
// length (MAX_STARTUP_PACKET_LENGTH).
const maxStartup = 10_000

// ReadStartup reads a start-up packet, which has no type byte, and returns what
// is behind its length: for DecodeStartup. A server reads one first, and
// another one after each SSLRequest or GSSENCRequest. It returns io.EOF when
// the source ended before it, a *MalformedError below 4 bytes and a
// *TooLargeError above 10,000. After a timeout it may be called again.
func (r *Reader) ReadStartup() ([]byte, error) {
	if r.broken != nil {
		return nil, r.broken
	}
	if r.w-r.r < 4 {
		if err := r.fill(4); err != nil {
			return nil, err
		}
	}
	n := binary.BigEndian.Uint32(r.buf[r.r:])
	if n < 8 {
		r.broken = malformed("start-up packet", "cut short")
		return nil, r.broken
	}
	if n-4 > maxStartup {
		r.broken = &TooLargeError{Message: "start-up packet", Size: int(min(n-4, 1<<31-1)), Max: maxStartup}
		return nil, r.broken
	}
	if r.w-r.r < int(n) {
		if err := r.fill(int(n)); err != nil {
			return nil, err
		}
	}
	p := r.buf[r.r+4 : r.r+int(n) : r.r+int(n)]
	r.r += int(n)
	return p, nil
}

// ReadEncryptionAnswer reads the single byte by which a server answers an
// SSLRequest or a GSSENCRequest, and reports whether it agreed: 'S' or 'G'
// against 'N'. Anything else is a *MalformedError, the error message of an
// ancient server among them: what came unencrypted must not be shown to anyone
// as the server's word (section "SSL Session Encryption").
func (r *Reader) ReadEncryptionAnswer(request EncryptionRequest) (bool, error) {
	if r.broken != nil {
		return false, r.broken
	}
	c, err := r.chunk(1)
	if err != nil {
		return false, err
	}
	switch c[0] {
	case request.yes():
		return true, nil
	case encryptionNo:
		return false, nil
	}
	r.broken = malformed("answer to "+request.String(), "neither yes nor no")
	return false, r.broken
}
