package postgres

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgproto3"
)

// sample is a message as this codec writes it and as pgproto3 does.
type sample struct {
	name string
	from Side // 0 for start-up packets
	wire []byte
	peer pgproto3.Message
	// short is the least payload that decodes, where the message may end
	// earlier than the sample does.
	short int
}

func b(s string) []byte { return []byte(s) }

func fullError() *Error {
	return &Error{Severity: "FEHLER", SeverityCode: SeverityError, Code: CodeSyntaxError, Message: "m", Detail: "d", Hint: "h",
		Position: 7, InternalPosition: 9, InternalQuery: "q", Where: "w", Schema: "s", Table: "t", Column: "c",
		DataType: "d", Constraint: "n", File: "f.c", Line: "12", Routine: "r"}
}

func samples() []sample {
	columns := []Column{
		{Name: b("id"), Table: 16384, Attribute: 1, Type: 23, TypeSize: 4, TypeModifier: -1, Format: FormatBinary},
		{Name: b(""), Type: 25, TypeSize: -1, TypeModifier: 68},
	}
	bind := Bind{Portal: b("p"), Statement: b("s"), ParamFormats: NewFormats(FormatBinary, FormatText, FormatText),
		Params: NewValues(b("\x00\x01"), nil, b("")), ResultFormats: NewFormats(FormatBinary)}
	auth := func(a Authentication) []byte { return a.Append(nil) }
	var row RowBuilder
	row.Start(3)
	row.Cell(b("abc"))
	row.Null()
	row.Text("")
	rowWire, _ := row.Row()
	full, pgFull := fullError(), &pgproto3.ErrorResponse{Severity: "FEHLER", SeverityUnlocalized: "ERROR", Code: "42601", Message: "m",
		Detail: "d", Hint: "h", Position: 7, InternalPosition: 9, InternalQuery: "q", Where: "w", SchemaName: "s", TableName: "t",
		ColumnName: "c", DataTypeName: "d", ConstraintName: "n", File: "f.c", Line: 12, Routine: "r"}
	statement := &StartupMessage{Version: Version30, Params: []Parameter{{"user", "bob"}}}
	return []sample{
		{"StartupMessage", 0, statement.Append(nil),
			&pgproto3.StartupMessage{ProtocolVersion: 196608, Parameters: map[string]string{"user": "bob"}}, 0},
		{"SSLRequest", 0, SSLRequest.Append(nil), &pgproto3.SSLRequest{}, 0},
		{"GSSENCRequest", 0, GSSENCRequest.Append(nil), &pgproto3.GSSEncRequest{}, 0},
		{"CancelRequest", 0, (&CancelRequest{ProcessID: 7, Key: b("1234")}).Append(nil),
			&pgproto3.CancelRequest{ProcessID: 7, SecretKey: b("1234")}, 0},

		{"Query", Frontend, AppendQuery(nil, "SELECT 1"), &pgproto3.Query{String: "SELECT 1"}, 0},
		{"Parse", Frontend, (&Parse{Name: b("s"), Query: b("SELECT $1"), ParamTypes: NewOIDs(23, 0)}).Append(nil),
			&pgproto3.Parse{Name: "s", Query: "SELECT $1", ParameterOIDs: []uint32{23, 0}}, 0},
		{"Bind", Frontend, bind.Append(nil), &pgproto3.Bind{DestinationPortal: "p", PreparedStatement: "s",
			ParameterFormatCodes: []int16{1, 0, 0}, Parameters: [][]byte{b("\x00\x01"), nil, b("")}, ResultFormatCodes: []int16{1}}, 0},
		{"Describe", Frontend, Object{Kind: PreparedStatement, Name: b("s")}.AppendDescribe(nil),
			&pgproto3.Describe{ObjectType: 'S', Name: "s"}, 0},
		{"Close", Frontend, Object{Kind: Portal}.AppendClose(nil), &pgproto3.Close{ObjectType: 'P'}, 0},
		{"Execute", Frontend, Execute{Portal: b("p"), MaxRows: 100}.Append(nil), &pgproto3.Execute{Portal: "p", MaxRows: 100}, 0},
		{"Flush", Frontend, AppendEmpty(nil, MsgFlush), &pgproto3.Flush{}, 0},
		{"Sync", Frontend, AppendEmpty(nil, MsgSync), &pgproto3.Sync{}, 0},
		{"Terminate", Frontend, AppendEmpty(nil, MsgTerminate), &pgproto3.Terminate{}, 0},
		{"CopyFail", Frontend, AppendCopyFail(nil, "no"), &pgproto3.CopyFail{Message: "no"}, 0},
		{"CopyData", Frontend, AppendCopyData(nil, b("1\t2\n")), &pgproto3.CopyData{Data: b("1\t2\n")}, -1},
		{"CopyDone", Frontend, AppendEmpty(nil, MsgCopyDone), &pgproto3.CopyDone{}, 0},
		{"PasswordMessage", Frontend, AppendPassword(nil, "secret"), &pgproto3.PasswordMessage{Password: "secret"}, 0},

		{"AuthenticationOk", Backend, auth(Authentication{}), &pgproto3.AuthenticationOk{}, 0},
		{"AuthenticationCleartextPassword", Backend, auth(Authentication{Method: AuthCleartextPassword}),
			&pgproto3.AuthenticationCleartextPassword{}, 0},
		{"AuthenticationMD5Password", Backend, auth(Authentication{Method: AuthMD5Password, Salt: [4]byte{1, 2, 3, 4}}),
			&pgproto3.AuthenticationMD5Password{Salt: [4]byte{1, 2, 3, 4}}, 0},
		{"AuthenticationGSS", Backend, auth(Authentication{Method: AuthGSS}), &pgproto3.AuthenticationGSS{}, 0},
		{"AuthenticationSASL", Backend, auth(Authentication{Method: AuthSASL, Mechanisms: []string{ScramSHA256Plus, ScramSHA256}}),
			&pgproto3.AuthenticationSASL{AuthMechanisms: []string{ScramSHA256Plus, ScramSHA256}}, 0},
		{"AuthenticationSASLContinue", Backend, auth(Authentication{Method: AuthSASLContinue, Data: b("r=1")}),
			&pgproto3.AuthenticationSASLContinue{Data: b("r=1")}, 4},
		{"AuthenticationSASLFinal", Backend, auth(Authentication{Method: AuthSASLFinal, Data: b("v=1")}),
			&pgproto3.AuthenticationSASLFinal{Data: b("v=1")}, 4},
		{"BackendKeyData", Backend, BackendKeyData{ProcessID: 9, Key: b("12345678")}.Append(nil),
			&pgproto3.BackendKeyData{ProcessID: 9, SecretKey: b("12345678")}, 8},
		{"NegotiateProtocolVersion", Backend, NegotiateProtocolVersion{Newest: Version32, Options: []string{"_pq_.a"}}.Append(nil),
			&pgproto3.NegotiateProtocolVersion{NewestMinorProtocol: 196610, UnrecognizedOptions: []string{"_pq_.a"}}, 0},
		{"ParameterStatus", Backend, Parameter{"TimeZone", "UTC"}.AppendStatus(nil),
			&pgproto3.ParameterStatus{Name: "TimeZone", Value: "UTC"}, 0},
		{"ReadyForQuery", Backend, AppendReadyForQuery(nil, TxActive), &pgproto3.ReadyForQuery{TxStatus: 'T'}, 0},
		{"ParseComplete", Backend, AppendEmpty(nil, MsgParseComplete), &pgproto3.ParseComplete{}, 0},
		{"BindComplete", Backend, AppendEmpty(nil, MsgBindComplete), &pgproto3.BindComplete{}, 0},
		{"CloseComplete", Backend, AppendEmpty(nil, MsgCloseComplete), &pgproto3.CloseComplete{}, 0},
		{"NoData", Backend, AppendEmpty(nil, MsgNoData), &pgproto3.NoData{}, 0},
		{"PortalSuspended", Backend, AppendEmpty(nil, MsgPortalSuspended), &pgproto3.PortalSuspended{}, 0},
		{"EmptyQueryResponse", Backend, AppendEmpty(nil, MsgEmptyQueryResponse), &pgproto3.EmptyQueryResponse{}, 0},
		{"ParameterDescription", Backend, AppendParameterDescription(nil, NewOIDs(23, 25)),
			&pgproto3.ParameterDescription{ParameterOIDs: []uint32{23, 25}}, 0},
		{"RowDescription", Backend, AppendRowDescription(nil, columns), &pgproto3.RowDescription{Fields: []pgproto3.FieldDescription{
			{Name: b("id"), TableOID: 16384, TableAttributeNumber: 1, DataTypeOID: 23, DataTypeSize: 4, TypeModifier: -1, Format: 1},
			{Name: b(""), DataTypeOID: 25, DataTypeSize: -1, TypeModifier: 68}}}, 0},
		{"DataRow", Backend, rowWire, &pgproto3.DataRow{Values: [][]byte{b("abc"), nil, b("")}}, 0},
		{"CommandComplete", Backend, CommandTag{Verb: b("INSERT"), Counted: true, Rows: 5, HasOID: true}.Append(nil),
			&pgproto3.CommandComplete{CommandTag: b("INSERT 0 5")}, 0},
		{"ErrorResponse", Backend, full.Append(nil), pgFull, 0},
		{"NoticeResponse", Backend, full.AppendNotice(nil), (*pgproto3.NoticeResponse)(pgFull), 0},
		{"NotificationResponse", Backend, Notification{ProcessID: 3, Channel: b("c"), Payload: b("p")}.Append(nil),
			&pgproto3.NotificationResponse{PID: 3, Channel: "c", Payload: "p"}, 0},
		{"CopyInResponse", Backend, CopyResponse{Format: FormatBinary, Columns: NewFormats(FormatBinary, FormatText)}.Append(nil, MsgCopyInResponse),
			&pgproto3.CopyInResponse{OverallFormat: 1, ColumnFormatCodes: []uint16{1, 0}}, 0},
		{"CopyOutResponse", Backend, CopyResponse{Columns: NewFormats(FormatText)}.Append(nil, MsgCopyOutResponse),
			&pgproto3.CopyOutResponse{ColumnFormatCodes: []uint16{0}}, 0},
		{"CopyBothResponse", Backend, CopyResponse{}.Append(nil, MsgCopyBothResponse), &pgproto3.CopyBothResponse{ColumnFormatCodes: []uint16{}}, 0},
	}
}

// payload is what is behind the header of a message, or the length of a
// start-up packet.
func (s *sample) payload() []byte {
	if s.from == 0 {
		return s.wire[4:]
	}
	return s.wire[headerSize:]
}

// again decodes a payload and encodes what came of it.
func again(from Side, t MessageType, p []byte) (out []byte, err error) {
	switch {
	case from == 0:
		m, err := DecodeStartup(p)
		if err != nil {
			return nil, err
		}
		return m.Append(nil), nil
	case from == Frontend:
		return frontendAgain(t, p)
	}
	return backendAgain(t, p)
}

func frontendAgain(t MessageType, p []byte) ([]byte, error) {
	switch t {
	case MsgQuery:
		m, err := DecodeQuery(p)
		return AppendQuery(nil, m), err
	case MsgParse:
		m, err := DecodeParse(p)
		return m.Append(nil), err
	case MsgBind:
		m, err := DecodeBind(p)
		return m.Append(nil), err
	case MsgDescribe:
		m, err := DecodeDescribe(p)
		return m.AppendDescribe(nil), err
	case MsgClose:
		m, err := DecodeClose(p)
		return m.AppendClose(nil), err
	case MsgExecute:
		m, err := DecodeExecute(p)
		return m.Append(nil), err
	case MsgCopyFail:
		m, err := DecodeCopyFail(p)
		return AppendCopyFail(nil, string(m)), err
	case MsgPassword:
		m, err := DecodePassword(p)
		return AppendPassword(nil, string(m)), err
	case MsgCopyData, MsgFunctionCall:
		return rawAgain(t, p)
	}
	return AppendEmpty(nil, t), nil
}

func rawAgain(t MessageType, p []byte) ([]byte, error) {
	var out bytes.Buffer
	w := NewWriter(&out)
	if err := w.WriteMessage(t, p); err != nil {
		return nil, err
	}
	err := w.Flush()
	return out.Bytes(), err
}

func backendAgain(t MessageType, p []byte) ([]byte, error) {
	switch t {
	case MsgAuthentication:
		m, err := DecodeAuthentication(p)
		return m.Append(nil), err
	case MsgBackendKeyData:
		m, err := DecodeBackendKeyData(p)
		return m.Append(nil), err
	case MsgNegotiateProtocolVersion:
		m, err := DecodeNegotiateProtocolVersion(p)
		return m.Append(nil), err
	case MsgParameterStatus:
		m, err := DecodeParameterStatus(p)
		return m.AppendStatus(nil), err
	case MsgReadyForQuery:
		m, err := DecodeReadyForQuery(p)
		return AppendReadyForQuery(nil, m), err
	case MsgParameterDescription:
		m, err := DecodeParameterDescription(p)
		return AppendParameterDescription(nil, m), err
	case MsgRowDescription:
		m, err := DecodeRowDescription(nil, p)
		return AppendRowDescription(nil, m), err
	case MsgDataRow:
		var row RowBuilder
		cells := RowCells(p)
		for row.Start(cells.Len()); cells.Next(); {
			row.Cell(cells.Value())
		}
		if err := cells.Err(); err != nil {
			return nil, err
		}
		return row.Row()
	case MsgCommandComplete:
		m, err := DecodeCommandComplete(p)
		return m.Append(nil), err
	case MsgErrorResponse:
		m, err := DecodeError(p)
		if err != nil {
			return nil, err
		}
		return m.Append(nil), nil
	case MsgNoticeResponse:
		m, err := DecodeError(p)
		if err != nil {
			return nil, err
		}
		return m.AppendNotice(nil), nil
	case MsgNotificationResponse:
		m, err := DecodeNotification(p)
		return m.Append(nil), err
	case MsgCopyInResponse, MsgCopyOutResponse, MsgCopyBothResponse:
		m, err := DecodeCopyResponse(p)
		return m.Append(nil, t), err
	case MsgCopyData, MsgFunctionCallResponse:
		return rawAgain(t, p)
	}
	return AppendEmpty(nil, t), nil
}

func TestMessagesAsPgproto3HasThem(t *testing.T) {
	for _, s := range samples() {
		want, err := s.peer.(interface{ Encode([]byte) ([]byte, error) }).Encode(nil)
		if err != nil {
			t.Fatal(s.name, err)
		}
		if !bytes.Equal(s.wire, want) {
			t.Errorf("%s is written\n%q, by pgproto3\n%q", s.name, s.wire, want)
		}
		if s.from != 0 {
			head, err := s.from.head(MessageType(s.wire[0]), binary.BigEndian.Uint32(s.wire[1:]))
			if err != nil || head.Len != len(s.wire)-headerSize {
				t.Errorf("%s: %+v, %v", s.name, head, err)
			}
			if MessageType(s.wire[0]) != MsgAuthentication && s.from.Name(MessageType(s.wire[0])) != s.name {
				t.Errorf("%s is called %s", s.name, s.from.Name(MessageType(s.wire[0])))
			}
		}
		got, err := again(s.from, MessageType(s.wire[0]), s.payload())
		if err != nil || !bytes.Equal(got, s.wire) {
			t.Errorf("%s: %q came back as %q, %v", s.name, s.wire, got, err)
		}
	}
}

// TestTruncatedAndTrailing cuts every message at every byte, and puts one
// behind it: neither decodes.
func TestTruncatedAndTrailing(t *testing.T) {
	for _, s := range samples() {
		p := s.payload()
		if s.short < 0 || len(p) == 0 {
			continue
		}
		if s.short == 0 {
			s.short = len(p)
			if _, err := again(s.from, MessageType(s.wire[0]), append(bytes.Clone(p), 1)); s.name != "CancelRequest" && !errors.Is(err, ErrMalformed) {
				t.Errorf("%s with a byte behind it: %v", s.name, err)
			}
		}
		for n := range s.short {
			if _, err := again(s.from, MessageType(s.wire[0]), p[:n:n]); !errors.Is(err, ErrMalformed) {
				t.Errorf("%s cut to %d of %d bytes: %v", s.name, n, len(p), err)
			}
		}
	}
}

func TestSASLMessages(t *testing.T) {
	for _, data := range [][]byte{nil, b(""), b("n,,n=,r=abc")} {
		wire := SASLInitialResponse{Mechanism: b(ScramSHA256), Data: data}.Append(nil)
		want, err := (&pgproto3.SASLInitialResponse{AuthMechanism: ScramSHA256, Data: data}).Encode(nil)
		if err != nil || data != nil && !bytes.Equal(wire, want) {
			t.Errorf("%q, by pgproto3 %q, %v", wire, want, err)
		}
		got, err := DecodeSASLInitialResponse(wire[headerSize:])
		if err != nil || !cmp.Equal(got, SASLInitialResponse{Mechanism: b(ScramSHA256), Data: data}) {
			t.Errorf("%+v, %v", got, err)
		}
		for n := range len(wire) - headerSize {
			if _, err := DecodeSASLInitialResponse(wire[headerSize : headerSize+n]); !errors.Is(err, ErrMalformed) {
				t.Errorf("cut to %d: %v", n, err)
			}
		}
	}
	want, err := (&pgproto3.SASLResponse{Data: b("c=biws")}).Encode(nil)
	if got := AppendSASLResponse(nil, b("c=biws")); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%q, by pgproto3 %q, %v", got, want, err)
	}
}

func TestDecodeError(t *testing.T) {
	want := fullError()
	got, err := DecodeError(want.Append(nil)[headerSize:])
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v\n%s", err, cmp.Diff(got, want))
	}
	got, err = DecodeError(b("SERROR\x00Zunknown\x00Pmany\x00Mfirst\x00Mlast\x00\x00"))
	if err != nil || !cmp.Equal(got, &Error{Severity: "ERROR", Message: "last"}) {
		t.Errorf("%+v, %v", got, err)
	}
	if e, ok := AsError(errors.Join(NewError(SeverityFatal, CodeInvalidPassword, "no"))); !ok || e.Error() != "postgres: FATAL (SQLSTATE 28P01): no" {
		t.Errorf("%v, %v", e, ok)
	}
	// A NUL in a message must not begin another field.
	cut := NewError(SeverityError, CodeInternalError, "a\x00C00000")
	if got, err := DecodeError(cut.Append(nil)[headerSize:]); err != nil || got.Message != "a" || got.Code != CodeInternalError {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestCommandTags(t *testing.T) {
	for _, c := range []struct {
		tag  string
		want CommandTag
	}{
		{"SELECT 5", CommandTag{Verb: b("SELECT"), Counted: true, Rows: 5}},
		{"INSERT 0 1", CommandTag{Verb: b("INSERT"), Counted: true, Rows: 1, HasOID: true}},
		{"INSERT 4294967296 1", CommandTag{Verb: b("INSERT 4294967296"), Counted: true, Rows: 1}},
		{"CREATE TABLE", CommandTag{Verb: b("CREATE TABLE")}},
		{"COPY 18446744073709551615", CommandTag{Verb: b("COPY"), Counted: true, Rows: 1<<64 - 1}},
		{"COPY 18446744073709551616", CommandTag{Verb: b("COPY 18446744073709551616")}},
		{"COPY 99999999999999999999", CommandTag{Verb: b("COPY 99999999999999999999")}},
		{"FETCH 007", CommandTag{Verb: b("FETCH 007")}},
		{"MOVE -1", CommandTag{Verb: b("MOVE -1")}},
		{"5", CommandTag{Verb: b("5")}},
		{" 5", CommandTag{Verb: b(""), Counted: true, Rows: 5}},
		{"", CommandTag{Verb: b("")}},
	} {
		got, err := DecodeCommandComplete(append(b(c.tag), 0))
		if err != nil || !cmp.Equal(got, c.want) {
			t.Errorf("%q: %v\n%s", c.tag, err, cmp.Diff(got, c.want))
		}
		if wire := got.Append(nil); string(wire[headerSize:]) != c.tag+"\x00" {
			t.Errorf("%q came back as %q", c.tag, wire)
		}
	}
}
