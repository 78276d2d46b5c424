package postgres

import "slices"

// CancelRequest asks a server, on a connection of its own that carries nothing
// else, to cancel what the session with this key is doing.
type CancelRequest struct {
	ProcessID uint32
	// Key is the secret: 4 bytes in protocol 3.0, up to 256 from 3.2 on.
	Key []byte
}

func (*CancelRequest) startup() {}

func decodeCancel(c cursor) (Startup, error) {
	pid := c.u32()
	key, why := cancelKey(&c)
	if why != "" {
		c.fail(why)
	}
	if err := c.done("CancelRequest"); err != nil {
		return nil, err
	}
	return &CancelRequest{ProcessID: pid, Key: slices.Clone(key)}, nil
}

// cancelKey takes what is left for a key.
func cancelKey(c *cursor) (key []byte, why string) {
	if len(c.b) < 4 {
		return nil, whyShort
	}
	if len(c.b) > maxCancelKey {
		return nil, "a key of over 256 bytes"
	}
	return c.take(len(c.b)), ""
}

// Append appends the packet, with its length.
func (r *CancelRequest) Append(dst []byte) []byte {
	at := len(dst)
	dst = appendU32(append(dst, 0, 0, 0, 0), uint32(codeCancel))
	return endFrame(append(appendU32(dst, r.ProcessID), r.Key...), at)
}

// BackendKeyData is what a client needs to have its session's work cancelled.
// A gate gives its own, so that a client cannot name another's session.
type BackendKeyData struct {
	ProcessID uint32
	// Key is the secret, borrowed: 4 bytes in protocol 3.0, up to 256 from 3.2
	// on.
	Key []byte
}

// DecodeBackendKeyData decodes a BackendKeyData.
func DecodeBackendKeyData(p []byte) (BackendKeyData, error) {
	c := cursor{b: p}
	k := BackendKeyData{ProcessID: c.u32()}
	var why string
	if k.Key, why = cancelKey(&c); why != "" {
		c.fail(why)
	}
	if err := c.done("BackendKeyData"); err != nil {
		return BackendKeyData{}, err
	}
	return k, nil
}

// Append appends the message.
func (k BackendKeyData) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgBackendKeyData)
	return endFrame(append(appendU32(dst, k.ProcessID), k.Key...), at)
}
