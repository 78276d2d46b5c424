package postgresgate

import (
	"bytes"
	"testing"

	"github.com/jackc/pgx/v5"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// TestTranscode holds the transcoder against a server, which gives every value in
// both formats.
func TestTranscode(t *testing.T) {
	conn := start(t, setup{allow: openPolicy}).owner()
	values := []string{
		"true", "(-5)::int2", "42::int4", "-9007199254740993::int8", "1.5::float4", "'-0.1'::float8", "'NaN'::float8", "'Infinity'::float8",
		"12345678901234567890.0001::numeric", "'NaN'::numeric", "0.10::numeric", "'a Ü'::text", "'x'::varchar(3)", "'x'::char(3)", "'n'::name",
		`'\xdeadbeef'::bytea`, "'2024-02-29'::date", "'2024-02-29 23:59:59.999999'::timestamp", "'2024-02-29 23:59:59.5+00'::timestamptz",
		"'23:59:59.000001'::time", "'1 year 2 mons 3 days 04:05:06.7'::interval", "'6a1f6f14-3b5b-4c8e-9d4e-0123456789ab'::uuid",
		`'{"a": 1}'::json`, `'{"a": [1, null]}'::jsonb`, "'192.0.2.7/24'::inet", "'2001:db8::1'::inet", "'192.0.2.0/24'::cidr", "'08:00:2b:01:02:03'::macaddr",
		"'101'::bit(3)", "'{1,NULL,3}'::int4[]", "'{a,\"b c\",NULL}'::text[]", "'(1.5,2)'::point", "'x'::\"char\"", "42::oid",
	}
	for _, v := range values {
		var oid uint32
		cells := map[int16][]byte{}
		for _, format := range []int16{0, 1} {
			rows := conn.PgConn().ExecParams(t.Context(), "SELECT "+v, nil, nil, nil, []int16{format}).Read()
			if rows.Err != nil {
				t.Fatalf("%s: %v", v, rows.Err)
			}
			oid, cells[format] = rows.FieldDescriptions[0].DataTypeOID, rows.Rows[0][0]
		}
		text, ok := textOf(wire.OID(oid), cells[1])
		if !ok {
			t.Errorf("%s (type %d): no text of it", v, oid)
			continue
		}
		binary, ok := binaryOf(wire.OID(oid), cells[0])
		if !ok {
			t.Errorf("%s: no binary of %q", v, cells[0])
			continue
		}
		// Another spelling has to mean the same to the server.
		for format, cell := range [][]byte{text, binary} {
			back := conn.PgConn().ExecParams(t.Context(), "SELECT $1::"+typeName(t, conn, oid)+"::text", [][]byte{cell}, []uint32{oid}, []int16{int16(format)}, nil).Read()
			want := conn.PgConn().ExecParams(t.Context(), "SELECT ("+v+")::"+typeName(t, conn, oid)+"::text", nil, nil, nil, nil).Read().Rows[0][0]
			if back.Err != nil || !bytes.Equal(back.Rows[0][0], want) {
				t.Errorf("%s in format %d is %q, which the server reads as %q (%v)", v, format, cell, back.Rows, back.Err)
			}
		}
	}
}

func typeName(t *testing.T, conn *pgx.Conn, oid uint32) string {
	t.Helper()
	var name string
	if err := conn.QueryRow(t.Context(), "SELECT format_type($1, NULL)", oid).Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestTranscodeRefuses(t *testing.T) {
	const int4, date, numeric, int4range, unheard = 23, 1082, 1700, 3904, 99999
	for _, tt := range []struct {
		name string
		oid  wire.OID
		text string
	}{
		{"another type's text", int4, "x"}, {"beyond its range", int4, "2147483648"}, {"empty", int4, ""}, {"no number", numeric, "1.2.3"}, {"an unknown type", unheard, "x"},
		{"a type that has no codec here", int4range, "[1,5)"}, {"no day", date, "infinity"},
	} {
		if out, ok := binaryOf(tt.oid, []byte(tt.text)); ok {
			t.Errorf("%s: %x", tt.name, out)
		}
	}
	for _, cell := range [][]byte{{0, 1, 127, 255, 0, 0, 0, 0, 0, 5}, {0, 1, 128, 0, 0, 0, 0, 0, 0, 5}, {255, 255, 0, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0, 127, 255, 0, 5}, {0, 1}} {
		if _, ok := textOf(numeric, cell); ok {
			t.Errorf("the numeric %x has a text", cell)
		}
	}
	if _, ok := binaryOf(numeric, bytes.Repeat([]byte{'9'}, 1000)); ok {
		t.Error("a numeric of 1,000 digits is made")
	}
	if out, ok := textOf(int4, []byte{1, 2}); ok {
		t.Errorf("half a number is %q", out)
	}
}

func FuzzTranscode(f *testing.F) {
	f.Add(uint32(1700), []byte{0, 1, 0, 0, 0, 0, 0, 1, 0, 5})
	f.Add(uint32(1007), []byte{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23})
	f.Add(uint32(3802), []byte("\x01{}"))
	f.Fuzz(func(_ *testing.T, oid uint32, cell []byte) {
		if text, ok := textOf(wire.OID(oid), cell); ok {
			binaryOf(wire.OID(oid), text)
		}
	})
}
