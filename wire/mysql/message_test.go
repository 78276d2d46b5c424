package mysql

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		panic(err)
	}
	return b
}

func check(t *testing.T, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

const nonceHex = "0102030405060708 090a0b0c0d0e0f1011121314"

func TestGreeting(t *testing.T) {
	// Laid out by hand from the manual's Protocol::HandshakeV10.
	wire := unhex(`0a 382e302e333600 2a000000 0102030405060708 00 ffff ff 0200 fffd 15 00000000000000000000
		090a0b0c0d0e0f1011121314 00 63616368696e675f736861325f70617373776f726400`)
	want := Greeting{ServerVersion: "8.0.36", ThreadID: 42, Nonce: unhex(nonceHex), Capabilities: 0xFDFFFFFF,
		Collation: 255, Status: StatusAutocommit, AuthPlugin: CachingSHA2Password}
	got, err := DecodeGreeting(wire)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "decoded", got, want)
	check(t, "encoded", got.Append(nil), wire)

	// MariaDB clears bit 0 and uses the filler's last four bytes.
	wire = unhex(`0a 352e352e352d31302e31312e362d4d61726961444200 2a000000 0102030405060708 00 feff 2d 0200 ff81 15
		000000000000 1d000000 090a0b0c0d0e0f1011121314 00 6d7973716c5f6e61746976655f70617373776f726400`)
	got, err = DecodeGreeting(wire)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "capabilities", got.Capabilities, Capability(0x1d_81fffffe))
	check(t, "encoded", got.Append(nil), wire)
}

func TestVersion(t *testing.T) {
	for _, c := range []struct {
		sent, version string
		mariaDB       bool
	}{
		{"5.5.5-10.11.6-MariaDB-0+deb12u1", "10.11.6-MariaDB-0+deb12u1", true},
		{"5.5.5-10.4.3", "10.4.3", true},
		{"11.4.2-MariaDB", "11.4.2-MariaDB", true},
		{"8.0.36", "8.0.36", false},
		{"5.5.5-m3", "5.5.5-m3", false},
	} {
		v, m := (&Greeting{ServerVersion: c.sent}).Version()
		if v != c.version || m != c.mariaDB {
			t.Errorf("%s: %s, %v", c.sent, v, m)
		}
	}
}

func TestResponse(t *testing.T) {
	caps := ClientLongPassword | ClientProtocol41 | ClientSecureConnection | ClientConnectWithDB | ClientPluginAuth |
		ClientConnectAttrs
	wire := unhex(`09821800 00000001 2d 0000000000000000000000000000000000000000000000
		616c69636500 03aabbcc 73686f7000 6d7973716c5f6e61746976655f70617373776f726400
		0b 035f6f73 054c696e7578 00`)
	wire = wire[:len(wire)-1]
	wire[len(wire)-11] = 10
	got, err := DecodeResponse(wire, ^Capability(0))
	if err != nil {
		t.Fatal(err)
	}
	want := Response{Capabilities: caps, MaxPacketSize: 1 << 24, Collation: 45, User: []byte("alice"),
		AuthData: unhex("aabbcc"), Database: []byte("shop"), AuthPlugin: []byte(NativePassword),
		Attributes: AppendAttribute(nil, "_os", "Linux")}
	check(t, "decoded", got, want)
	check(t, "encoded", got.Append(nil), wire)

	want.Capabilities = want.Capabilities&^ClientLongPassword | ClientPluginAuthLenencData | MariaDBExtendedMetadata
	want.AuthData = filled(300)
	got, err = DecodeResponse(want.Append(nil), ^Capability(0))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "long authentication data", got, want)

	ssl := want.AppendSSLRequest(nil)
	if !IsSSLRequest(ssl) || IsSSLRequest(wire) {
		t.Error("SSL request not told from a response")
	}
	fixed, err := DecodeSSLRequest(ssl)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "SSL request", fixed.Capabilities, want.Capabilities|ClientSSL)
}

func TestOK(t *testing.T) {
	for _, c := range []struct {
		name string
		caps Capability
		wire string
		want OK
	}{
		{"plain", ClientProtocol41, "00 01 02 0200 0300", OK{AffectedRows: 1, LastInsertID: 2, Status: 2, Warnings: 3}},
		{"end of rows", ClientDeprecateEOF, "fe 00 00 2200 0000", OK{EOF: true, Status: 0x22}},
		{"large counts", 0, "00 fe0000000001000000 fc0001 0200 0000",
			OK{AffectedRows: 1 << 32, LastInsertID: 256, Status: 2}},
		{"info", 0, "00 00 00 0200 0000 03 616263", OK{Status: 2, Info: []byte("abc")}},
		{"tracked schema", ClientSessionTrack, "00 00 00 0240 0000 00 07 01 05 0473686f70",
			OK{Status: 0x4002, Info: []byte{}, Session: unhex("01 05 0473686f70")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := DecodeOK(unhex(c.wire), c.caps)
			if err != nil {
				t.Fatal(err)
			}
			check(t, "decoded", got, c.want)
			check(t, "encoded", got.Append(nil, c.caps), unhex(c.wire))
		})
	}
	check(t, "schema", AppendSessionSchema(nil, "shop"), unhex("01 05 0473686f70"))
	var seen []string
	err := EachSessionChange(AppendSessionVariable(AppendSessionSchema(nil, "shop"), "sql_mode", "ANSI"),
		func(k SessionChange, data []byte) { seen = append(seen, string(rune('0'+k))+string(data)) })
	if err != nil {
		t.Fatal(err)
	}
	check(t, "changes", seen, []string{"1\x04shop", "0\x08sql_mode\x04ANSI"})
	// What does not fit the capabilities is left out.
	ok := OK{Status: StatusSessionChanged, Session: []byte{1, 1, 0}}
	check(t, "untracked", ok.Append(nil, 0), unhex("00 00 00 0000 0000"))
}

func TestErrorAndEOF(t *testing.T) {
	wire := unhex("ff 4804 23 4859303030 4e6f207461626c6573")
	got, err := DecodeError(wire)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "ERR", *got, Error{Code: 1096, State: "HY000", Message: "No tables"})
	check(t, "encoded", got.Append(nil), wire)
	bare, err := DecodeError(NewError(ER_CON_COUNT_ERROR, "Too many").AppendBare(nil))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "without state", *bare, Error{Code: 1040, Message: "Too many"})
	if e, ok := AsError(errors.Join(errors.New("x"), got)); !ok || e != got {
		t.Error("AsError did not find it")
	}
	long := NewError(ER_PARSE_ERROR, strings.Repeat("x", 1000)).Append(nil)
	check(t, "long message", len(long), 9+511)

	eof, err := DecodeEOF(unhex("fe 0100 0200"))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "EOF", eof, EOF{Warnings: 1, Status: 2})
	check(t, "encoded", eof.Append(nil), unhex("fe 0100 0200"))
}

func TestSQLStates(t *testing.T) {
	for code, want := range map[ErrorCode]string{
		ER_ACCESS_DENIED_ERROR: "28000", ER_TABLEACCESS_DENIED_ERROR: "42000", ER_UNSUPPORTED_PS: "HY000",
		ER_PARSE_ERROR: "42000", ER_NET_PACKET_TOO_LARGE: "08S01",
		ER_MALFORMED_PACKET: "HY000", ER_SPECIFIC_ACCESS_DENIED_ERROR: "42000", ER_QUERY_INTERRUPTED: "70100",
		ER_CON_COUNT_ERROR: "08004", ER_USER_LIMIT_REACHED: "42000", ER_SERVER_SHUTDOWN: "08S01",
	} {
		if got := code.SQLState(); got != want {
			t.Errorf("%d: %s, want %s", code, got, want)
		}
	}
}

func TestAuthMessages(t *testing.T) {
	wire := unhex("fe 6d7973716c5f6e61746976655f70617373776f726400" + nonceHex + "00")
	got, err := DecodeAuthSwitch(wire)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "switch", got, AuthSwitch{Plugin: NativePassword, Nonce: unhex(nonceHex)})
	check(t, "encoded", got.Append(nil), wire)

	ed := AuthSwitch{Plugin: ClientEd25519, Nonce: make([]byte, 32)}
	got, err = DecodeAuthSwitch(ed.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "ed25519", got, ed)
	old, err := DecodeAuthSwitch([]byte{0xFE})
	if err != nil || old.Plugin != OldPassword {
		t.Error(old, err)
	}
	more, err := DecodeAuthMore(AppendAuthMore(nil, SHA2FastAuthOK))
	if err != nil || !bytes.Equal(more, []byte{3}) {
		t.Error(more, err)
	}
	pw, err := Clear(AppendClear(nil, "secret"))
	if err != nil || string(pw) != "secret" {
		t.Error(pw, err)
	}
	if _, err := Clear([]byte("secret")); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

func TestColumn(t *testing.T) {
	wire := unhex(`03646566 0473686f70 0175 057573657273 016e 046e616d65 0c 2d00 fc030000 fd 0110 00 0000`)
	want := Column{Schema: []byte("shop"), Table: []byte("u"), OrgTable: []byte("users"), Name: []byte("n"),
		OrgName: []byte("name"), Charset: 45, Length: 1020, Type: TypeVarString, Flags: FlagNotNull | FlagNoDefault}
	got, err := DecodeColumn(wire, 0)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "decoded", got, want)
	check(t, "encoded", got.Append(nil, 0), wire)

	want.Extended = unhex("00 05 696e657436 01 04 6a736f6e")
	got, err = DecodeColumn(want.Append(nil, MariaDBExtendedMetadata), MariaDBExtendedMetadata)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "extended", got, want)
	typeName, format, err := got.ExtendedType()
	if err != nil || string(typeName) != "inet6" || string(format) != "json" {
		t.Errorf("%s, %s, %v", typeName, format, err)
	}
}

func TestPrepareOK(t *testing.T) {
	wire := unhex("00 01000000 0200 0300 00 0400")
	got, err := DecodePrepareOK(wire)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "decoded", got, PrepareOK{StatementID: 1, Columns: 2, Params: 3, Warnings: 4})
	check(t, "encoded", got.Append(nil), wire)
}

func TestLenenc(t *testing.T) {
	for v, want := range map[uint64]string{
		0: "00", 250: "fa", 251: "fcfb00", 0xFFFF: "fcffff", 0x10000: "fd000001", 0xFFFFFF: "fdffffff",
		0x1000000: "fe0000000100000000", 1<<64 - 1: "feffffffffffffffff",
	} {
		b := AppendLenencInt(nil, v)
		got, n := LenencInt(b)
		if hex.EncodeToString(b) != want || got != v || n != len(b) {
			t.Errorf("%d: %x, back %d (%d)", v, b, got, n)
		}
		for cut := range b {
			if _, n := LenencInt(b[:cut]); n != 0 {
				t.Errorf("%x cut at %d was accepted", b, cut)
			}
		}
	}
	for _, bad := range []string{"fb", "ff", "05616263", "feffffffffffffffff61"} {
		if s, n := LenencString(unhex(bad)); n != 0 {
			t.Errorf("%s was accepted as %q", bad, s)
		}
	}
}

func TestNames(t *testing.T) {
	check(t, "command", []string{ComQuery.String(), ComStmtBulkExecute.String(), Command(0x77).String()},
		[]string{"COM_QUERY", "COM_STMT_BULK_EXECUTE", "COM_0x77"})
	check(t, "capability", (ClientSSL | MariaDBCacheMetadata | 1<<60).String(), "SSL|MARIADB_CACHE_METADATA|bit60")
	check(t, "none", Capability(0).String(), "0")
	check(t, "type", []string{TypeVarString.String(), FieldType(0x77).String()}, []string{"VAR_STRING", "TYPE_0x77"})
	check(t, "last capability", capabilityNames[len(capabilityNames)-1], "MARIADB_BULK_UNIT_RESULTS")
	check(t, "its bit", MariaDBBulkUnitResults, Capability(1)<<37)
	check(t, "last command", commandNames[ComSubscribeGroup], "COM_SUBSCRIBE_GROUP_REPLICATION_STREAM")
}
