package mysql

import (
	"bytes"
	"errors"
	"testing"
)

// sampleValues has a value of every layout, with its text in Name.
func sampleValues() []Value {
	v := func(t FieldType, unsigned bool, raw, text string) Value {
		return Value{ParamType: ParamType{Type: t, Unsigned: unsigned}, Raw: unhex(raw), Name: []byte(text)}
	}
	return []Value{
		v(TypeTiny, false, "ff", "-1"),
		v(TypeTiny, true, "ff", "255"),
		v(TypeShort, false, "0080", "-32768"),
		v(TypeYear, true, "ea07", "2026"),
		v(TypeLong, false, "ffffffff", "-1"),
		v(TypeInt24, true, "ffffff00", "16777215"),
		v(TypeLongLong, false, "ffffffffffffffff", "-1"),
		v(TypeLongLong, true, "ffffffffffffffff", "18446744073709551615"),
		v(TypeFloat, false, "0000c03f", "1.5"),
		v(TypeDouble, false, "0000000080842e41", "1000000"),
		v(TypeDate, false, "ea07 0b17", "2026-11-23"),
		v(TypeDateTime, false, "ea07 0b17 0c2238", "2026-11-23 12:34:56"),
		v(TypeTimestamp, false, "ea07 0b17 0c2238 40420000", "2026-11-23 12:34:56.016960"),
		v(TypeTime, false, "01 01000000 020304", "-26:03:04"),
		v(TypeTime, false, "00 00000000 020304 01000000", "02:03:04.000001"),
		v(TypeTime, false, "", "00:00:00"),
		v(TypeNewDecimal, false, "31322e35", "12.5"),
		v(TypeVarString, false, "616263", "abc"),
		v(TypeBlob, false, "", ""),
		v(TypeJSON, false, "7b7d", "{}"),
	}
}

func TestExecuteRoundTrip(t *testing.T) {
	for _, caps := range []Capability{0, ClientQueryAttributes} {
		values := sampleValues()
		values = append(values, Value{ParamType: ParamType{Type: TypeVarString}, Null: true},
			Value{ParamType: ParamType{Type: TypeBlob}, Long: true})
		long := make([]bool, len(values))
		long[len(values)-1] = true
		p := AppendExecute(nil, 9, CursorReadOnly, values, caps)
		e, err := DecodeExecute(p, caps, Statement{Params: len(values), Long: long})
		if err != nil {
			t.Fatal(err)
		}
		if e.StatementID != 9 || e.Flags&CursorReadOnly == 0 || !e.Params.Bound() || e.Params.Len() != len(values) {
			t.Errorf("%+v", e)
		}
		types := e.Params.AppendTypes(nil)
		i := 0
		for e.Params.Next() {
			got, want := e.Params.Value(), values[i]
			if caps == 0 {
				want.Name = nil
			}
			if got.ParamType != want.ParamType || got.Null != want.Null || got.Long != want.Long ||
				!bytes.Equal(got.Raw, want.Raw) || !bytes.Equal(got.Name, want.Name) {
				t.Errorf("value %d: %+v, want %+v", i, got, want)
			}
			text, err := got.AppendText(nil)
			if err != nil || string(text) != string(values[i].Name) {
				t.Errorf("value %d: %q, %v", i, text, err)
			}
			i++
		}
		if err := e.Params.Err(); err != nil || i != len(values) {
			t.Fatal(i, err)
		}

		// The same without types, which are then those of before.
		again := unbound(e, p, caps, len(values))
		e, err = DecodeExecute(again, caps, Statement{Params: len(values), Types: types, Long: long})
		if err != nil {
			t.Fatal(err)
		}
		for i = 0; e.Params.Next(); i++ {
			if got := e.Params.Value(); got.ParamType != values[i].ParamType || !bytes.Equal(got.Raw, values[i].Raw) {
				t.Errorf("value %d again: %+v", i, got)
			}
		}
		if err := e.Params.Err(); err != nil || i != len(values) || e.Params.Bound() {
			t.Fatal(i, err)
		}
		if _, err := DecodeExecute(again, caps, Statement{Params: len(values)}); !errors.Is(err, ErrMalformed) {
			t.Errorf("types were never sent: %v", err)
		}
	}
}

// unbound removes the types from an execution.
func unbound(e Execute, p []byte, caps Capability, n int) []byte {
	flag := 10 + (n+7)/8
	if caps.Has(ClientQueryAttributes) {
		flag++
	}
	out := bytes.Clone(p[:flag])
	return append(append(out, 0), p[flag+1+len(e.Params.sent):]...)
}

func TestExecuteManual(t *testing.T) {
	// The example of the manual's COM_STMT_EXECUTE page: one string, "foo".
	p := unhex("17 01000000 00 01000000 00 01 0f00 03666f6f")
	e, err := DecodeExecute(p, 0, Statement{Params: 1})
	if err != nil || !e.Params.Next() || string(e.Params.Value().Raw) != "foo" {
		t.Fatal(e, err)
	}
	// Behind the statement's parameters, attributes may follow.
	values := []Value{{ParamType: ParamType{Type: TypeString}, Name: []byte("traceparent"), Raw: []byte("00-x")}}
	p = AppendExecute(nil, 1, 0, values, ClientQueryAttributes)
	e, err = DecodeExecute(p, ClientQueryAttributes, Statement{})
	if err != nil || !e.Params.Next() || string(e.Params.Value().Name) != "traceparent" {
		t.Fatal(e, err)
	}
}

func TestQuery(t *testing.T) {
	p := AppendQuery(nil, "SELECT 1", 0)
	check(t, "plain", p, append([]byte{3}, "SELECT 1"...))
	for _, c := range []struct {
		caps Capability
		wire []byte
		attr string
	}{
		{0, p, ""},
		{ClientQueryAttributes, AppendQuery(nil, "SELECT 1", ClientQueryAttributes), ""},
		{ClientQueryAttributes, append(unhex("03 01 01 00 01 fe00 026964 0178"), "SELECT 1"...), "x"},
	} {
		q, err := DecodeQuery(c.wire, c.caps)
		if err != nil || string(q.Text) != "SELECT 1" {
			t.Fatalf("%q, %v", q.Text, err)
		}
		got := ""
		for q.Attrs.Next() {
			got += string(q.Attrs.Value().Raw)
		}
		if err := q.Attrs.Err(); err != nil || got != c.attr {
			t.Errorf("attributes %q, %v", got, err)
		}
	}
}

func TestCommands(t *testing.T) {
	caps := ClientSecureConnection | ClientPluginAuth | ClientConnectAttrs
	u := ChangeUser{User: []byte("bob"), AuthData: []byte("xyz"), Database: []byte("shop"), Collation: 45,
		AuthPlugin: []byte(NativePassword), Attributes: AppendAttribute(nil, "a", "b")}
	got, err := DecodeChangeUser(u.Append(nil, caps), caps)
	if err != nil {
		t.Fatal(err)
	}
	check(t, "change user", got, u)

	long := LongData{StatementID: 3, Param: 2, Data: []byte("data")}
	gotLong, err := DecodeLongData(long.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "long data", gotLong, long)

	fetch, err := DecodeFetch(Fetch{StatementID: 3, Rows: 10}.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	check(t, "fetch", fetch, Fetch{StatementID: 3, Rows: 10})

	p := AppendStatementCommand(nil, ComStmtClose, 5)
	SetStatementID(p, 77)
	if id, err := StatementID(p); err != nil || id != 77 || Command(p[0]) != ComStmtClose {
		t.Error(id, err)
	}
	if f, err := DecodeFieldList([]byte("\x04users\x00na%")); err != nil || string(f.Table) != "users" || string(f.Wildcard) != "na%" {
		t.Error(f, err)
	}
	if id, err := DecodeProcessKill(unhex("0c 05000000")); err != nil || id != 5 {
		t.Error(id, err)
	}
	if o, err := DecodeSetOption(unhex("1b 0100")); err != nil || o != OptionMultiStatementsOff {
		t.Error(o, err)
	}
	cmd, arg, err := Argument(AppendCommand(nil, ComInitDB, "shop"))
	if err != nil || cmd != ComInitDB || string(arg) != "shop" {
		t.Error(cmd, arg, err)
	}
	if _, _, err := Argument(nil); !errors.Is(err, ErrMalformed) {
		t.Error(err)
	}
}

func TestValueRanges(t *testing.T) {
	minus := Value{ParamType: ParamType{Type: TypeLongLong}, Raw: unhex("ffffffffffffffff")}
	if n, ok := minus.Int64(); n != -1 || !ok {
		t.Error(n, ok)
	}
	if _, ok := minus.Uint64(); ok {
		t.Error("-1 fits a uint64")
	}
	minus.Unsigned = true
	if _, ok := minus.Int64(); ok {
		t.Error("2^64-1 fits an int64")
	}
	if _, ok := (Value{Null: true, ParamType: minus.ParamType, Raw: minus.Raw}).Uint64(); ok {
		t.Error("NULL is a number")
	}
	for _, v := range []Value{
		{ParamType: ParamType{Type: TypeTime}, Raw: unhex("02 01000000 020304")},
		{ParamType: ParamType{Type: TypeTime}, Raw: unhex("0201")},
		{ParamType: ParamType{Type: TypeDate}, Raw: unhex("0201")},
		{ParamType: ParamType{Type: TypeLong}, Raw: unhex("0201")},
		{ParamType: ParamType{Type: FieldType(0x77)}},
	} {
		if text, err := v.AppendText(nil); err == nil {
			t.Errorf("%v became %q", v, text)
		}
	}
}

func binaryRow(t *testing.T) ([]byte, []ParamType, []Value) {
	t.Helper()
	values := append(sampleValues(), Value{ParamType: ParamType{Type: TypeVarString}, Null: true})
	meta := make([]ParamType, len(values))
	for i, v := range values {
		meta[i] = v.ParamType
	}
	var b RowBuilder
	b.StartBinary(meta)
	for _, v := range values {
		if v.Null {
			b.Null()
		} else if err := b.Text(v.Name); err != nil {
			t.Fatal(err)
		}
	}
	row, err := b.Row()
	if err != nil {
		t.Fatal(err)
	}
	return row, meta, values
}

func TestBinaryRow(t *testing.T) {
	row, meta, values := binaryRow(t)
	cells := BinaryCells(row, meta)
	var again RowBuilder
	again.StartBinary(meta)
	for cells.Next() {
		got, want := cells.Value(), values[cells.Index()]
		if !bytes.Equal(got.Raw, want.Raw) || got.Null != want.Null {
			t.Errorf("cell %d: %x, want %x", cells.Index(), got.Raw, want.Raw)
		}
		again.Keep(&cells)
	}
	if err := cells.Err(); err != nil {
		t.Fatal(err)
	}
	kept, err := again.Row()
	if err != nil || !bytes.Equal(kept, row) {
		t.Fatalf("kept: %x, %v", kept, err)
	}

	// The manual's example of a binary row.
	cells = BinaryCells(unhex("00 00 06666f6f626172"), []ParamType{{Type: TypeVarString}})
	if !cells.Next() || string(cells.Value().Raw) != "foobar" || cells.Next() || cells.Err() != nil {
		t.Error(cells.Value(), cells.Err())
	}

	again.StartBinary([]ParamType{{Type: TypeTiny}})
	for _, bad := range []string{"", "x", "128", "-129", "1.5"} {
		if err := again.Text([]byte(bad)); err == nil {
			t.Errorf("%q went into a TINY", bad)
		}
	}
	if _, err := again.Row(); err == nil {
		t.Error("a row without its cell was built")
	}
	for _, c := range []struct {
		t    FieldType
		text string
	}{
		{TypeDate, "2026-13-01"}, {TypeDate, "today"}, {TypeDateTime, "2026-01-01 24:00:00"}, {TypeTime, "839:00:00"},
		{TypeTime, "1:2"}, {TypeTime, "00:00:00.1234567"}, {TypeDouble, "x"}, {TypeFloat, "1e99"},
	} {
		again.StartBinary([]ParamType{{Type: c.t}})
		if err := again.Text([]byte(c.text)); err == nil {
			t.Errorf("%q went into a %v", c.text, c.t)
		}
	}
}

func TestTextRow(t *testing.T) {
	row := unhex("03616263 fb 00 fc0100 7a")
	cells := TextCells(row, 4)
	var b RowBuilder
	b.StartText(4)
	var got []string
	for cells.Next() {
		switch v := cells.Value(); {
		case v.Null:
			got = append(got, "NULL")
			b.Null()
		case cells.Index() == 0:
			got = append(got, string(v.Raw))
			if err := b.Text([]byte("masked")); err != nil {
				t.Fatal(err)
			}
		default:
			got = append(got, string(v.Raw))
			b.Keep(&cells)
		}
	}
	if err := cells.Err(); err != nil {
		t.Fatal(err)
	}
	check(t, "cells", got, []string{"abc", "NULL", "", "z"})
	out, err := b.Row()
	if err != nil {
		t.Fatal(err)
	}
	check(t, "row", out, unhex("066d61736b6564 fb 00 fc0100 7a"))
	for _, columns := range []int{0, 3, 5} {
		cells := TextCells(row, columns)
		for cells.Next() {
		}
		if !errors.Is(cells.Err(), ErrMalformed) {
			t.Errorf("%d columns: %v", columns, cells.Err())
		}
	}
}
