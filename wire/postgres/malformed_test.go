package postgres

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMalformed has for each decoder what is whole and still not right.
func TestMalformed(t *testing.T) {
	for _, c := range []struct {
		name    string
		from    Side
		t       MessageType
		payload string
		why     string
	}{
		{"a version of the protocol", 0, 0, "\x00\x02\x00\x00\x00", ""},
		{"a parameter twice", 0, 0, "\x00\x03\x00\x00user\x00a\x00user\x00b\x00\x00", "twice"},
		{"no end of parameters", 0, 0, "\x00\x03\x00\x00user\x00a\x00", whyNoNUL},
		{"bytes behind the parameters", 0, 0, "\x00\x03\x00\x00user\x00a\x00\x00x\x00", whyTrailing},
		{"bytes behind SSLRequest", 0, 0, "\x04\xd2\x16\x2fx", whyTrailing},
		{"a cancel key of 3 bytes", 0, 0, "\x04\xd2\x16\x2e\x00\x00\x00\x01abc", whyShort},
		{"a cancel key of 257 bytes", 0, 0, "\x04\xd2\x16\x2e\x00\x00\x00\x01" + strings.Repeat("k", 257), "256"},
		{"a NUL in a statement", Frontend, MsgQuery, "SELECT\x001\x00", whyTrailing},
		{"a negative parameter", Frontend, MsgBind, "\x00\x00\x00\x00\x00\x01\xff\xff\xff\xfe\x00\x00", whyNegative},
		{"a parameter beyond the end", Frontend, MsgBind, "\x00\x00\x00\x00\x00\x01\x7f\xff\xff\xff\x00\x00", whyShort},
		{"65,535 formats", Frontend, MsgBind, "\x00\x00\xff\xff\x00\x00\x00\x00", whyShort},
		{"two formats for one parameter", Frontend, MsgBind, "\x00\x00\x00\x02\x00\x00\x00\x01\x00\x01\xff\xff\xff\xff\x00\x00", "formats"},
		{"a format of 2", Frontend, MsgBind, "\x00\x00\x00\x00\x00\x00\x00\x01\x00\x02", whyFormat},
		{"describing neither", Frontend, MsgDescribe, "Xs\x00", "neither"},
		{"a password with a NUL", Frontend, MsgPassword, "a\x00b\x00", whyTrailing},
		{"types that are not there", Frontend, MsgParse, "\x00\x00\xff\xff\x00\x00\x00\x01", whyShort},
		{"a status of no transaction", Backend, MsgReadyForQuery, "X", "status"},
		{"columns that are not there", Backend, MsgRowDescription, "\xff\xffid\x00", whyShort},
		{"a column of format 2", Backend, MsgRowDescription, "\x00\x01\x00" + strings.Repeat("\x00", 16) + "\x00\x02", whyFormat},
		{"a row cut short", Backend, MsgDataRow, "\x00\x02\xff\xff\xff\xff", whyShort},
		{"a cell of length -2", Backend, MsgDataRow, "\x00\x01\xff\xff\xff\xfe", whyNegative},
		{"bytes behind a row", Backend, MsgDataRow, "\x00\x01\xff\xff\xff\xffx", whyTrailing},
		{"an error without its end", Backend, MsgErrorResponse, "SERROR\x00", whyShort},
		{"bytes behind an error", Backend, MsgErrorResponse, "SERROR\x00\x00x", whyTrailing},
		{"mechanisms without an end", Backend, MsgAuthentication, "\x00\x00\x00\x0aSCRAM\x00", whyNoNUL},
		{"17 mechanisms", Backend, MsgAuthentication, "\x00\x00\x00\x0a" + strings.Repeat("a\x00", 17) + "\x00", "many"},
		{"binary in a text stream", Backend, MsgCopyInResponse, "\x00\x00\x01\x00\x01", "binary"},
		{"a stream of format 2", Backend, MsgCopyOutResponse, "\x02\x00\x00", whyFormat},
		{"4 billion options", Backend, MsgNegotiateProtocolVersion, "\x00\x03\x00\x00\xff\xff\xff\xffa\x00", "options"},
	} {
		_, err := again(c.from, c.t, b(c.payload))
		if c.why == "" {
			if v, ok := errors.AsType[*VersionError](err); !ok || v.Version != 2<<16 || !errors.Is(err, ErrUnsupported) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if _, ok := errors.AsType[*MalformedError](err); !ok || !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want %q", c.name, err, c.why)
		}
	}
	if _, err := DecodeAuthentication(b("\x00\x00\x00\x63")); !errors.Is(err, ErrUnsupported) {
		t.Errorf("method 99: %v", err)
	}
}

func TestStartupMessage(t *testing.T) {
	m := &StartupMessage{Version: 3<<16 | 9999, Params: []Parameter{{"user", "bob"}, {"_pq_.new", "1"}, {"", "lost"}, {"database", ""}, {"a\x00b", "c\x00d"}}}
	got, err := DecodeStartup(m.Append(nil)[4:])
	want := &StartupMessage{Version: 3<<16 | 9999, Params: []Parameter{{"user", "bob"}, {"_pq_.new", "1"}, {"database", ""}, {"a", "c"}}}
	if err != nil || !cmp.Equal(got, Startup(want)) {
		t.Fatalf("%v\n%s", err, cmp.Diff(got, Startup(want)))
	}
	if v, ok := want.Get("database"); !ok || v != "" {
		t.Error("database")
	}
	if _, ok := want.Get("lost"); ok {
		t.Error("lost")
	}
	n, needed := want.Negotiate(Version32)
	if !needed || !cmp.Equal(n, NegotiateProtocolVersion{Newest: Version32, Options: []string{"_pq_.new"}}) {
		t.Errorf("%+v, %v", n, needed)
	}
	plain := &StartupMessage{Version: Version30, Params: want.Params[:1]}
	if n, needed := plain.Negotiate(Version32); needed || n.Newest != Version30 {
		t.Errorf("%+v, %v", n, needed)
	}
	many := &StartupMessage{Version: Version30}
	for i := range maxParams + 1 {
		many.Params = append(many.Params, Parameter{Name: strings.Repeat("x", i+1)})
	}
	if _, err := DecodeStartup(many.Append(nil)[4:]); !errors.Is(err, ErrMalformed) {
		t.Errorf("%d parameters: %v", len(many.Params), err)
	}
}

func TestFormatsOf(t *testing.T) {
	for _, c := range []struct {
		f    Formats
		want [3]Format
	}{
		{Formats{}, [3]Format{}},
		{NewFormats(FormatBinary), [3]Format{1, 1, 1}},
		{NewFormats(FormatText, FormatBinary), [3]Format{0, 1, 0}},
	} {
		if got := [3]Format{c.f.Of(0), c.f.Of(1), c.f.Of(2)}; got != c.want {
			t.Errorf("%v: %v, want %v", c.f, got, c.want)
		}
	}
}

func TestRowBuilder(t *testing.T) {
	var row RowBuilder
	row.Start(2)
	row.Text("one")
	if _, err := row.Row(); err == nil {
		t.Error("a row of two columns and one cell was built")
	}
	row.Start(maxItems + 1)
	if _, err := row.Row(); err == nil {
		t.Error("a row of 65,536 columns was built")
	}
	row.Start(3)
	row.Text("first")
	row.Null()
	row.Cell(b("third"))
	first, err := row.Row()
	if err != nil {
		t.Fatal(err)
	}
	first = bytes.Clone(first)
	var masked RowBuilder
	cells := RowCells(first[headerSize:])
	for masked.Start(cells.Len()); cells.Next(); {
		switch cells.Index() {
		case 0:
			masked.Cell(b("much longer than before"))
		case 1:
			if !cells.Null() {
				t.Error("NULL is none")
			}
			masked.Keep(&cells)
		default:
			masked.Keep(&cells)
		}
	}
	got, err := masked.Row()
	if want := "D\x00\x00\x00\x2e\x00\x03\x00\x00\x00\x17much longer than before\xff\xff\xff\xff\x00\x00\x00\x05third"; err != nil || string(got) != want {
		t.Errorf("%q, want %q, %v", got, want, err)
	}
	row.Release()
}
