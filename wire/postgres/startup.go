package postgres

import (
	"encoding/binary"
	"strings"
)

// Version is the number that a start-up packet begins with: the major version
// of the protocol in the upper 16 bits and the minor one in the lower.
type Version uint32

// Versions of the protocol, and the numbers that stand in their place.
const (
	Version30 Version = 3 << 16
	Version32 Version = 3<<16 | 2 // PostgreSQL 18: cancel keys of up to 256 bytes

	codeCancel Version = 1234<<16 | 5678
	codeSSL    Version = 1234<<16 | 5679
	codeGSSENC Version = 1234<<16 | 5680
)

// Major returns the major version.
func (v Version) Major() int { return int(v >> 16) }

// Minor returns the minor version.
func (v Version) Minor() int { return int(v & 0xFFFF) }

// Startup is a start-up packet: *StartupMessage, EncryptionRequest or
// *CancelRequest.
type Startup interface {
	// Append appends the packet, with its length.
	Append(dst []byte) []byte
	startup()
}

var (
	_ Startup = (*StartupMessage)(nil)
	_ Startup = (*CancelRequest)(nil)
	_ Startup = EncryptionRequest(0)
)

// DecodeStartup decodes a start-up packet from Reader.ReadStartup. What it
// returns is a copy. A version of the protocol other than 3 gives
// ErrUnsupported, wrapped, as a *VersionError.
func DecodeStartup(p []byte) (Startup, error) {
	c := cursor{b: p}
	v := Version(c.u32())
	switch {
	case c.why != "":
		return nil, c.done("start-up packet")
	case v == codeCancel:
		return decodeCancel(c)
	case v == codeSSL, v == codeGSSENC:
		r := EncryptionRequest(v)
		if err := c.done(r.String()); err != nil {
			return nil, err
		}
		return r, nil
	case v.Major() != 3:
		return nil, &VersionError{Version: v}
	}
	m := &StartupMessage{Version: v}
	for {
		name := string(c.str())
		if c.why != "" || name == "" {
			break
		}
		value := string(c.str())
		for i := range m.Params {
			if m.Params[i].Name == name {
				c.fail("a parameter given twice")
			}
		}
		m.Params = append(m.Params, Parameter{Name: name, Value: value})
		if len(m.Params) > maxParams {
			c.fail("too many parameters")
		}
	}
	if err := c.done("StartupMessage"); err != nil {
		return nil, err
	}
	return m, nil
}

// maxParams bounds the parameters of a StartupMessage, each of which is
// compared with those before it. Clients send about ten.
const maxParams = 256

// Parameter is a run-time parameter, of a StartupMessage or a ParameterStatus.
type Parameter struct {
	Name, Value string
}

// StartupMessage begins a session.
type StartupMessage struct {
	Version Version
	// Params are in the order of the packet, no name twice: "user", which is
	// required, "database", "options", "replication", run-time parameters, and
	// options of the protocol, whose names begin with "_pq_.". Names and values
	// are whatever the client likes to say.
	Params []Parameter
}

func (*StartupMessage) startup() {}

// Get returns the value of a parameter, and whether it was given.
func (m *StartupMessage) Get(name string) (string, bool) {
	for i := range m.Params {
		if m.Params[i].Name == name {
			return m.Params[i].Value, true
		}
	}
	return "", false
}

// Append appends the packet, with its length. A parameter without a name is
// left out, since that would end the list.
func (m *StartupMessage) Append(dst []byte) []byte {
	at := len(dst)
	dst = appendU32(append(dst, 0, 0, 0, 0), uint32(m.Version))
	for _, p := range m.Params {
		if cutNUL(p.Name) != "" {
			dst = appendString(appendString(dst, p.Name), p.Value)
		}
	}
	return endFrame(append(dst, 0), at)
}

// Negotiate returns what a server says that speaks the protocol up to newest,
// of major version 3, and none of its options, and whether it has to: before
// anything else, where the client asked for more. The session then is of the
// lower of the two versions.
func (m *StartupMessage) Negotiate(newest Version) (NegotiateProtocolVersion, bool) {
	n := NegotiateProtocolVersion{Newest: min(newest, m.Version)}
	for _, p := range m.Params {
		if strings.HasPrefix(p.Name, "_pq_.") {
			n.Options = append(n.Options, p.Name)
		}
	}
	return n, m.Version > newest || len(n.Options) > 0
}

// EncryptionRequest is an SSLRequest or a GSSENCRequest.
type EncryptionRequest Version

// The requests.
const (
	SSLRequest    = EncryptionRequest(codeSSL)
	GSSENCRequest = EncryptionRequest(codeGSSENC)
)

const encryptionNo = 'N'

func (EncryptionRequest) startup() {}

// String names the request.
func (r EncryptionRequest) String() string {
	if r == GSSENCRequest {
		return "GSSENCRequest"
	}
	return "SSLRequest"
}

func (r EncryptionRequest) yes() byte {
	if r == GSSENCRequest {
		return 'G'
	}
	return 'S'
}

// Append appends the packet, with its length.
func (r EncryptionRequest) Append(dst []byte) []byte {
	return binary.BigEndian.AppendUint32(append(dst, 0, 0, 0, 8), uint32(r))
}
