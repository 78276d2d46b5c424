package mysql

import (
	"bytes"
	"encoding/binary"
)

// Attribute is a connection attribute; both parts are borrowed when decoded.
type Attribute struct {
	Name, Value []byte
}

// Response is the client's answer to the greeting, Protocol::HandshakeResponse41.
// Byte slices are borrowed when it was decoded.
type Response struct {
	// Capabilities are those the client sets. The ones in force are the
	// intersection with what the server offered.
	Capabilities  Capability
	MaxPacketSize uint32
	Collation     uint8
	User          []byte
	// AuthData is the answer to the greeting's nonce by AuthPlugin.
	AuthData   []byte
	Database   []byte
	AuthPlugin []byte
	// Attributes are the connection attributes as sent: length-encoded names
	// and values in turn, without the total length; see EachAttribute.
	Attributes []byte
}

const (
	responseFixed = 32
	// maxAttributes is the size that servers cut connection attributes to.
	maxAttributes = 64 << 10
)

// IsSSLRequest reports whether the client's first packet is an SSLRequest: the
// first 32 bytes of a Response, with ClientSSL set and nothing behind.
func IsSSLRequest(p []byte) bool {
	return len(p) == responseFixed && binary.LittleEndian.Uint32(p)&uint32(ClientSSL) != 0
}

// DecodeSSLRequest decodes the fixed part of a Response.
func DecodeSSLRequest(p []byte) (Response, error) {
	if !IsSSLRequest(p) {
		return Response{}, malformed("SSL request")
	}
	c := cursor{b: p}
	return decodeFixed(&c), nil
}

func decodeFixed(c *cursor) (r Response) {
	r.Capabilities = Capability(c.u32())
	r.MaxPacketSize = c.u32()
	r.Collation = c.u8()
	c.take(19)
	if ext := c.u32(); !r.Capabilities.Has(ClientLongPassword) {
		r.Capabilities |= Capability(ext) << 32
	}
	return r
}

// DecodeResponse decodes a HandshakeResponse41 payload; offered are the
// capabilities of the greeting that it answers. Clients of protocols before
// 4.1 are refused as malformed.
func DecodeResponse(p []byte, offered Capability) (Response, error) {
	c := cursor{b: p}
	r := decodeFixed(&c)
	caps := r.Capabilities & offered
	if c.bad || !r.Capabilities.Has(ClientProtocol41) {
		return Response{}, malformed("handshake response")
	}
	r.User = c.nulString()
	switch {
	case caps.Has(ClientPluginAuthLenencData):
		r.AuthData = c.lenencString()
	case caps.Has(ClientSecureConnection):
		r.AuthData = c.take(int(c.u8()))
	default:
		r.AuthData = c.nulString()
	}
	if caps.Has(ClientConnectWithDB) && !c.empty() {
		r.Database = c.nulString()
	}
	if caps.Has(ClientPluginAuth) && !c.empty() {
		r.AuthPlugin = nulOrRest(&c)
	}
	if caps.Has(ClientConnectAttrs) && !c.empty() {
		r.Attributes = c.lenencString()
	}
	if c.bad || len(r.Attributes) > maxAttributes {
		return Response{}, malformed("handshake response")
	}
	if err := EachAttribute(r.Attributes, func(_, _ []byte) {}); err != nil {
		return Response{}, err
	}
	return r, nil
}

// nulOrRest takes a NUL-terminated string whose NUL may be missing at the end
// of the packet, as some clients send the last field.
func nulOrRest(c *cursor) []byte {
	if bytes.IndexByte(c.b, 0) < 0 {
		return c.rest()
	}
	return c.nulString()
}

// EachAttribute calls f for each connection attribute in order. Names may
// repeat; values are whatever the client likes to say.
func EachAttribute(attrs []byte, f func(name, value []byte)) error {
	c := cursor{b: attrs}
	for !c.empty() {
		name, value := c.lenencString(), c.lenencString()
		if c.bad {
			return malformed("connection attributes")
		}
		f(name, value)
	}
	return nil
}

// AppendAttribute appends one connection attribute to attrs.
func AppendAttribute(attrs []byte, name, value string) []byte {
	return AppendLenencString(AppendLenencString(attrs, name), value)
}

func (r *Response) appendFixed(dst []byte, caps Capability) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(caps))
	dst = binary.LittleEndian.AppendUint32(dst, r.MaxPacketSize)
	dst = append(dst, r.Collation)
	dst = append(dst, make([]byte, 19)...)
	ext := uint32(caps >> 32)
	if caps.Has(ClientLongPassword) {
		ext = 0
	}
	return binary.LittleEndian.AppendUint32(dst, ext)
}

// AppendSSLRequest appends the packet that asks for TLS, to be sent before the
// Response itself, which then goes over TLS with the same capabilities.
func (r *Response) AppendSSLRequest(dst []byte) []byte {
	return r.appendFixed(dst, r.Capabilities|ClientSSL)
}

// Append appends the Response's payload. Capabilities must be a subset of what
// the server offered, since they choose the layout. AuthData longer than 255
// bytes needs ClientPluginAuthLenencData; without it what is over is cut.
func (r *Response) Append(dst []byte) []byte {
	caps := r.Capabilities
	dst = r.appendFixed(dst, caps)
	dst = append(append(dst, r.User...), 0)
	switch {
	case caps.Has(ClientPluginAuthLenencData):
		dst = AppendLenencString(dst, r.AuthData)
	case caps.Has(ClientSecureConnection):
		n := min(len(r.AuthData), 255)
		dst = append(append(dst, byte(n)), r.AuthData[:n]...)
	default:
		dst = append(append(dst, r.AuthData...), 0)
	}
	if caps.Has(ClientConnectWithDB) {
		dst = append(append(dst, r.Database...), 0)
	}
	if caps.Has(ClientPluginAuth) {
		dst = append(append(dst, r.AuthPlugin...), 0)
	}
	if caps.Has(ClientConnectAttrs) {
		dst = AppendLenencString(dst, r.Attributes)
	}
	return dst
}
