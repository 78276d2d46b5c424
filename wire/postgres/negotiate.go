package postgres

import "fmt"

// VersionError means that a client asked for another major version of the
// protocol than 3.
type VersionError struct {
	Version Version
}

func (e *VersionError) Error() string {
	return fmt.Sprintf("postgres: protocol %d.%d: %v", e.Version.Major(), e.Version.Minor(), ErrUnsupported)
}

// Unwrap returns ErrUnsupported.
func (e *VersionError) Unwrap() error { return ErrUnsupported }

// NegotiateProtocolVersion is a server's answer to a StartupMessage that asks
// for more than it speaks; see StartupMessage.Negotiate.
type NegotiateProtocolVersion struct {
	// Newest is the newest version that the server speaks of the major version
	// asked for, as it was sent: servers send the whole number, and the manual
	// up to PostgreSQL 17 spoke of the minor version alone.
	Newest Version
	// Options are those of the protocol that it does not know; copies.
	Options []string
}

// DecodeNegotiateProtocolVersion decodes a NegotiateProtocolVersion.
func DecodeNegotiateProtocolVersion(p []byte) (NegotiateProtocolVersion, error) {
	const message = "NegotiateProtocolVersion"
	c := cursor{b: p}
	n := NegotiateProtocolVersion{Newest: Version(c.u32())}
	count := c.u32()
	// Each option takes a NUL at least.
	if uint64(count) > uint64(len(c.b)) || count > maxParams {
		return NegotiateProtocolVersion{}, malformed(message, "more options than there can be")
	}
	for range count {
		n.Options = append(n.Options, string(c.str()))
	}
	if err := c.done(message); err != nil {
		return NegotiateProtocolVersion{}, err
	}
	return n, nil
}

// Append appends the message.
func (n NegotiateProtocolVersion) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgNegotiateProtocolVersion)
	dst = appendU32(appendU32(dst, uint32(n.Newest)), uint32(len(n.Options)))
	for _, o := range n.Options {
		dst = appendString(dst, o)
	}
	return endFrame(dst, at)
}
