package mysql

import (
	"errors"
	"testing"
)

// TestTruncated cuts a packet of every kind at every offset: no decoder may
// panic, and none may take a packet for whole whose fixed part is not there.
func TestTruncated(t *testing.T) {
	response := Response{Capabilities: ClientProtocol41 | ClientSecureConnection | ClientPluginAuth | ClientConnectAttrs |
		ClientConnectWithDB | ClientPluginAuthLenencData, User: []byte("alice"), AuthData: filled(20),
		Database: []byte("shop"), AuthPlugin: []byte(NativePassword), Attributes: AppendAttribute(nil, "_os", "Linux")}
	greeting := Greeting{ServerVersion: "8.0.36", Nonce: unhex(nonceHex), AuthPlugin: NativePassword,
		Capabilities: ClientProtocol41 | ClientSecureConnection | ClientPluginAuth}
	caps := ClientQueryAttributes | ClientSessionTrack | MariaDBExtendedMetadata | ClientPluginAuth | ClientConnectAttrs |
		ClientSecureConnection
	values := sampleValues()
	row, meta, _ := binaryRow(t)
	cells := func(c Cells) error {
		for c.Next() {
		}
		return c.Err()
	}
	for _, c := range []struct {
		name   string
		whole  []byte
		from   int // shorter than this must be an error
		decode func(p []byte) error
	}{
		{"greeting", greeting.Append(nil), 52, func(p []byte) error { _, err := DecodeGreeting(p); return err }},
		{"response", response.Append(nil), 59, func(p []byte) error { _, err := DecodeResponse(p, ^Capability(0)); return err }},
		{"OK", (&OK{Status: StatusSessionChanged, Session: AppendSessionSchema(nil, "x")}).Append(nil, caps), 7,
			func(p []byte) error { _, err := DecodeOK(p, caps); return err }},
		{"EOF", eof, 5, func(p []byte) error { _, err := DecodeEOF(p); return err }},
		{"ERR", errPacket, 3, func(p []byte) error { _, err := DecodeError(p); return err }},
		{"switch", (&AuthSwitch{Plugin: NativePassword, Nonce: filled(20)}).Append(nil), 1,
			func(p []byte) error { _, err := DecodeAuthSwitch(p); return err }},
		{"column", (&Column{Name: []byte("n"), Extended: unhex("00 01 78")}).Append(nil, caps), 25,
			func(p []byte) error { _, err := DecodeColumn(p, caps); return err }},
		{"prepare OK", prepareOK(1, 1), 12, func(p []byte) error { _, err := DecodePrepareOK(p); return err }},
		{"column count", []byte{0xFC, 1, 1}, 3, func(p []byte) error { _, _, err := DecodeColumnCount(p, 0); return err }},
		{"execute", AppendExecute(nil, 1, 0, values, caps), -1, func(p []byte) error {
			e, err := DecodeExecute(p, caps, Statement{Params: len(values)})
			for e.Params.Next() {
			}
			return errors.Join(err, e.Params.Err())
		}},
		{"query attributes", unhex("03 01 01 00 01 fe00 026964 0178"), -1,
			func(p []byte) error { _, err := DecodeQuery(p, caps); return err }},
		{"change user", (&ChangeUser{User: []byte("bob"), AuthData: filled(20)}).Append(nil, caps), 26,
			func(p []byte) error { _, err := DecodeChangeUser(p, caps); return err }},
		{"bulk execution", BulkExecute{}.Append(nil), -1, func(p []byte) error { _, err := DecodeBulkExecute(p); return err }},
		{"long data", LongData{}.Append(nil), -1, func(p []byte) error { _, err := DecodeLongData(p); return err }},
		{"fetch", Fetch{}.Append(nil), -1, func(p []byte) error { _, err := DecodeFetch(p); return err }},
		{"close", AppendStatementCommand(nil, ComStmtClose, 1), -1, func(p []byte) error { _, err := StatementID(p); return err }},
		{"text row", unhex("03616263 fb 00 fc0100 7a"), -1, func(p []byte) error { return cells(TextCells(p, 4)) }},
		{"binary row", row, -1, func(p []byte) error { return cells(BinaryCells(p, meta)) }},
	} {
		if c.from < 0 {
			c.from = len(c.whole)
		}
		if err := c.decode(c.whole); err != nil {
			t.Errorf("%s, whole: %v", c.name, err)
		}
		for n := range c.whole {
			err := c.decode(c.whole[:n:n])
			if n < c.from && !errors.Is(err, ErrMalformed) {
				t.Errorf("%s cut to %d of %d bytes: %v", c.name, n, len(c.whole), err)
			}
		}
	}
}
