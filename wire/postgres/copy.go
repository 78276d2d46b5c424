package postgres

// CopyResponse is a CopyInResponse, a CopyOutResponse or a CopyBothResponse:
// what begins a COPY.
type CopyResponse struct {
	// Format is that of the stream as a whole. In FormatText it is text or CSV,
	// which the statement alone can tell.
	Format Format
	// Columns has the format of each column, all text where Format is; borrowed
	// when it was decoded.
	Columns Formats
}

// DecodeCopyResponse decodes a CopyInResponse, CopyOutResponse or
// CopyBothResponse.
func DecodeCopyResponse(p []byte) (CopyResponse, error) {
	c := cursor{b: p}
	m := CopyResponse{Format: Format(c.u8()), Columns: c.formats()}
	if m.Format > FormatBinary {
		c.fail(whyFormat)
	}
	for i := range m.Columns.Len() {
		if m.Format == FormatText && m.Columns.At(i) != FormatText {
			c.fail("a binary column in a text stream")
		}
	}
	if err := c.done("CopyResponse"); err != nil {
		return CopyResponse{}, err
	}
	return m, nil
}

// Append appends the message of type t: MsgCopyInResponse, MsgCopyOutResponse
// or MsgCopyBothResponse.
func (m CopyResponse) Append(dst []byte, t MessageType) []byte {
	dst, at := beginFrame(dst, t)
	return endFrame(m.Columns.append(append(dst, byte(m.Format))), at)
}

// AppendCopyData appends a CopyData, whose payload is data alone: any piece of
// the stream from a client, a row, as a rule, from a server.
func AppendCopyData(dst, data []byte) []byte {
	dst, at := beginFrame(dst, MsgCopyData)
	return endFrame(append(dst, data...), at)
}

// DecodeCopyFail returns why the client breaks its COPY off, borrowed.
func DecodeCopyFail(p []byte) ([]byte, error) {
	c := cursor{b: p}
	why := c.str()
	if err := c.done("CopyFail"); err != nil {
		return nil, err
	}
	return why, nil
}

// AppendCopyFail appends a CopyFail.
func AppendCopyFail(dst []byte, why string) []byte {
	dst, at := beginFrame(dst, MsgCopyFail)
	return endFrame(appendString(dst, why), at)
}
