package mysql

import "encoding/binary"

// Query is COM_QUERY. Text and attributes are borrowed.
type Query struct {
	Text  []byte
	Attrs Params
}

// DecodeQuery decodes a COM_QUERY payload of a connection with capabilities
// caps.
func DecodeQuery(p []byte, caps Capability) (Query, error) {
	c := cursor{b: p}
	if Command(c.u8()) != ComQuery || c.bad {
		return Query{}, malformed("COM_QUERY")
	}
	var q Query
	if caps.Has(ClientQueryAttributes) {
		count := c.lenencInt()
		if c.lenencInt() != 1 {
			c.bad = true
		}
		q.Attrs.parse(&c, count, true, true)
	}
	q.Text = c.rest()
	if c.bad {
		return Query{}, malformed("COM_QUERY: query attributes")
	}
	return q, nil
}

// AppendQuery appends a COM_QUERY payload without attributes.
func AppendQuery[S ~string | ~[]byte](dst []byte, text S, caps Capability) []byte {
	dst = append(dst, byte(ComQuery))
	if caps.Has(ClientQueryAttributes) {
		dst = append(dst, 0, 1)
	}
	return append(dst, text...)
}

// AppendCommand appends the payload of a command that is its byte and an
// argument in the rest of the packet: COM_STMT_PREPARE, COM_INIT_DB, COM_PING
// and others.
func AppendCommand[S ~string | ~[]byte](dst []byte, cmd Command, arg S) []byte {
	return append(append(dst, byte(cmd)), arg...)
}

// Argument returns the command of a payload and the rest of it, borrowed.
func Argument(p []byte) (Command, []byte, error) {
	if len(p) == 0 {
		return 0, nil, malformed("command: empty packet")
	}
	return Command(p[0]), p[1:], nil
}

// AppendStatementCommand appends the payload of COM_STMT_CLOSE or
// COM_STMT_RESET.
func AppendStatementCommand(dst []byte, cmd Command, id uint32) []byte {
	return binary.LittleEndian.AppendUint32(append(dst, byte(cmd)), id)
}

// StatementID returns the statement that a COM_STMT_… payload (EXECUTE, FETCH,
// CLOSE, RESET, SEND_LONG_DATA, BULK_EXECUTE) speaks of. MariaDB's clients use
// 0xFFFFFFFF for the statement prepared last.
func StatementID(p []byte) (uint32, error) {
	if len(p) < 5 {
		return 0, malformed("statement number")
	}
	return binary.LittleEndian.Uint32(p[1:]), nil
}

// SetStatementID changes in place the statement that a payload speaks of, for a
// proxy whose numbers differ from its upstream's. p must be one that
// StatementID accepts.
func SetStatementID(p []byte, id uint32) { binary.LittleEndian.PutUint32(p[1:], id) }

// FieldList is COM_FIELD_LIST; both parts are borrowed.
type FieldList struct {
	Table, Wildcard []byte
}

// DecodeFieldList decodes a COM_FIELD_LIST payload.
func DecodeFieldList(p []byte) (FieldList, error) {
	c := cursor{b: p}
	cmd := Command(c.u8())
	f := FieldList{Table: c.nulString(), Wildcard: c.rest()}
	if c.bad || cmd != ComFieldList {
		return FieldList{}, malformed("COM_FIELD_LIST")
	}
	return f, nil
}

// DecodeProcessKill decodes a COM_PROCESS_KILL payload.
func DecodeProcessKill(p []byte) (thread uint32, err error) {
	if len(p) != 5 || Command(p[0]) != ComProcessKill {
		return 0, malformed("COM_PROCESS_KILL")
	}
	return binary.LittleEndian.Uint32(p[1:]), nil
}

// Options of COM_SET_OPTION.
const (
	OptionMultiStatementsOn  uint16 = 0
	OptionMultiStatementsOff uint16 = 1
)

// DecodeSetOption decodes a COM_SET_OPTION payload.
func DecodeSetOption(p []byte) (option uint16, err error) {
	if len(p) != 3 || Command(p[0]) != ComSetOption {
		return 0, malformed("COM_SET_OPTION")
	}
	return binary.LittleEndian.Uint16(p[1:]), nil
}

// ChangeUser is COM_CHANGE_USER. Byte slices are borrowed when decoded.
type ChangeUser struct {
	User, AuthData, Database []byte
	// Collation is 0 when the client sent none.
	Collation  uint16
	AuthPlugin []byte
	// Attributes are as in Response.
	Attributes []byte
}

// DecodeChangeUser decodes a COM_CHANGE_USER payload of a connection with
// capabilities caps.
func DecodeChangeUser(p []byte, caps Capability) (ChangeUser, error) {
	c := cursor{b: p}
	cmd := Command(c.u8())
	u := ChangeUser{User: c.nulString()}
	if caps.Has(ClientSecureConnection) {
		u.AuthData = c.take(int(c.u8()))
	} else {
		u.AuthData = c.nulString()
	}
	u.Database = nulOrRest(&c)
	if !c.empty() {
		u.Collation = c.u16()
	}
	if caps.Has(ClientPluginAuth) && !c.empty() {
		u.AuthPlugin = nulOrRest(&c)
	}
	if caps.Has(ClientConnectAttrs) && !c.empty() {
		u.Attributes = c.lenencString()
	}
	if c.bad || cmd != ComChangeUser || len(u.Attributes) > maxAttributes {
		return ChangeUser{}, malformed("COM_CHANGE_USER")
	}
	if err := EachAttribute(u.Attributes, func(_, _ []byte) {}); err != nil {
		return ChangeUser{}, err
	}
	return u, nil
}

// Append appends the payload for capabilities caps, which must have
// ClientSecureConnection. AuthData over 255 bytes is cut.
func (u *ChangeUser) Append(dst []byte, caps Capability) []byte {
	dst = append(append(append(dst, byte(ComChangeUser)), u.User...), 0)
	n := min(len(u.AuthData), 255)
	dst = append(append(dst, byte(n)), u.AuthData[:n]...)
	dst = append(append(dst, u.Database...), 0)
	dst = append(dst, byte(u.Collation), byte(u.Collation>>8))
	if caps.Has(ClientPluginAuth) {
		dst = append(append(dst, u.AuthPlugin...), 0)
	}
	if caps.Has(ClientConnectAttrs) {
		dst = AppendLenencString(dst, u.Attributes)
	}
	return dst
}
