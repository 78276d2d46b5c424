package postgres

// DecodeQuery returns the statements of a Query, borrowed.
func DecodeQuery(p []byte) ([]byte, error) {
	c := cursor{b: p}
	text := c.str()
	if err := c.done("Query"); err != nil {
		return nil, err
	}
	return text, nil
}

// AppendQuery appends a Query.
func AppendQuery[S ~string | ~[]byte](dst []byte, text S) []byte {
	dst, at := beginFrame(dst, MsgQuery)
	return endFrame(appendString(dst, text), at)
}

// Parse prepares a statement. The byte slices are borrowed when it was decoded.
type Parse struct {
	// Name is that of the prepared statement, empty for the unnamed one.
	Name []byte
	// Query is a single statement.
	Query []byte
	// ParamTypes are the types of the first parameters as far as the client
	// says them; 0 leaves one to the server.
	ParamTypes OIDs
}

// DecodeParse decodes a Parse.
func DecodeParse(p []byte) (Parse, error) {
	c := cursor{b: p}
	m := Parse{Name: c.str(), Query: c.str(), ParamTypes: c.oids()}
	if err := c.done("Parse"); err != nil {
		return Parse{}, err
	}
	return m, nil
}

// Append appends the message.
func (m *Parse) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgParse)
	return endFrame(m.ParamTypes.append(appendString(appendString(dst, m.Name), m.Query)), at)
}

// Bind makes a portal of a prepared statement. Everything is borrowed when it
// was decoded.
type Bind struct {
	Portal, Statement []byte // empty for the unnamed ones
	// ParamFormats has no code, one, or one for each of Params: see Formats.Of.
	ParamFormats Formats
	Params       Values
	// ResultFormats has no code, one, or one for each column of the result,
	// which only the server can compare.
	ResultFormats Formats
}

// DecodeBind decodes a Bind, its parameters included: their Cells cannot fail.
func DecodeBind(p []byte) (Bind, error) {
	c := cursor{b: p}
	b := Bind{Portal: c.str(), Statement: c.str(), ParamFormats: c.formats(), Params: c.values(),
		ResultFormats: c.formats()}
	if n := b.ParamFormats.Len(); n > 1 && n != b.Params.Len() {
		c.fail("another number of parameter formats than of parameters")
	}
	if err := c.done("Bind"); err != nil {
		return Bind{}, err
	}
	return b, nil
}

// Append appends the message.
func (m *Bind) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgBind)
	dst = appendString(appendString(dst, m.Portal), m.Statement)
	dst = m.Params.append(m.ParamFormats.append(dst))
	return endFrame(m.ResultFormats.append(dst), at)
}

// ObjectKind tells a prepared statement from a portal.
type ObjectKind byte

// The kinds.
const (
	PreparedStatement ObjectKind = 'S'
	Portal            ObjectKind = 'P'
)

// Object is what a Describe or a Close names.
type Object struct {
	Kind ObjectKind
	Name []byte // borrowed when decoded; empty for the unnamed one
}

// DecodeDescribe decodes a Describe.
func DecodeDescribe(p []byte) (Object, error) { return decodeObject(p, "Describe") }

// DecodeClose decodes a Close.
func DecodeClose(p []byte) (Object, error) { return decodeObject(p, "Close") }

func decodeObject(p []byte, message string) (Object, error) {
	c := cursor{b: p}
	o := Object{Kind: ObjectKind(c.u8()), Name: c.str()}
	if o.Kind != PreparedStatement && o.Kind != Portal {
		c.fail("neither a statement nor a portal")
	}
	if err := c.done(message); err != nil {
		return Object{}, err
	}
	return o, nil
}

// AppendDescribe appends a Describe.
func (o Object) AppendDescribe(dst []byte) []byte { return o.append(dst, MsgDescribe) }

// AppendClose appends a Close.
func (o Object) AppendClose(dst []byte) []byte { return o.append(dst, MsgClose) }

func (o Object) append(dst []byte, t MessageType) []byte {
	dst, at := beginFrame(dst, t)
	return endFrame(appendString(append(dst, byte(o.Kind)), o.Name), at)
}

// Execute runs a portal.
type Execute struct {
	Portal []byte // borrowed when decoded; empty for the unnamed one
	// MaxRows is how many rows the client takes before PortalSuspended; the
	// server takes 0 and what is below it for no limit.
	MaxRows int32
}

// DecodeExecute decodes an Execute.
func DecodeExecute(p []byte) (Execute, error) {
	c := cursor{b: p}
	m := Execute{Portal: c.str(), MaxRows: int32(c.u32())}
	if err := c.done("Execute"); err != nil {
		return Execute{}, err
	}
	return m, nil
}

// Append appends the message.
func (m Execute) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgExecute)
	return endFrame(appendU32(appendString(dst, m.Portal), uint32(m.MaxRows)), at)
}
