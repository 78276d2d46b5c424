package mysqlgate

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// attributed is a COM_QUERY with one attribute of type t.
func attributed(t wire.FieldType, value, text string) []byte {
	p := []byte{byte(wire.ComQuery), 1, 1, 0, 1, byte(t), 0, 2, 'i', 'd'}
	return append(append(p, value...), text...)
}

// TestQueryAttributes sends queries with attributes to a database that has them.
// They pass as they came, are shown to who watches, and are not recorded.
func TestQueryAttributes(t *testing.T) {
	got := make(chan []byte, 1)
	server := &evil{caps: wire.ClientQueryAttributes}
	server.packet = func(c *wire.Conn, p []byte) bool {
		if q, err := wire.DecodeQuery(p, wire.ClientQueryAttributes); err == nil && string(q.Text) != question {
			got <- slices.Clone(p)
		}
		return false
	}
	eye := new(spy)
	h := start(t, setup{allow: openPolicy, plain: true, port: server.listen(t), inspectors: []guard.Inspector{eye}})
	c := h.raw(t).login(wire.ClientQueryAttributes)
	for _, p := range [][]byte{
		attributed(wire.TypeVarString, "\x06secret", "SELECT n FROM people"), attributed(wire.TypeLongLong, "\x01\x00\x00\x00\x00\x00\x00\x00", "SELECT 1"),
		{byte(wire.ComQuery), 0, 1, 'D', 'O', ' ', '1'},
	} {
		if answer := c.only(c.command(p)); answer[1] != '1' {
			t.Errorf("%q was answered %q", p, answer)
		}
		if came := <-got; string(came) != string(p) {
			t.Errorf("%q came as %q", p, came)
		}
		if e := h.book.Last(t, "sql"); strings.Contains(e.Text, "secret") || e.Out.Bytes != uint64(len(p)) {
			t.Errorf("recorded as %s", e.Text)
		}
	}
	if seen := strings.Join(eye.take(), "\n"); !strings.Contains(seen, "secret") {
		t.Errorf("who watches saw\n%s", seen)
	}
}

// TestQueryAttributesThatHide sends attributes behind which two readers find two
// texts. None reaches the database, and each ends the session.
func TestQueryAttributesThatHide(t *testing.T) {
	server := newWitness()
	server.caps = wire.ClientQueryAttributes
	h := start(t, setup{allow: openPolicy, plain: true, port: server.listen(t)})
	const hidden = "DO 1"
	for name, p := range map[string][]byte{
		"a length in a longer form":    attributed(wire.TypeVarString, "\xfc\x01\x00x", hidden),
		"a length beyond the packet":   attributed(wire.TypeVarString, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff", hidden),
		"a count in a longer form":     append([]byte{byte(wire.ComQuery), 0xfc, 1, 0}, attributed(wire.TypeTiny, "x", hidden)[2:]...),
		"a count beyond the packet":    append([]byte{byte(wire.ComQuery), 0xfd, 0xff, 0xff, 0xff}, attributed(wire.TypeTiny, "x", hidden)[2:]...),
		"more than one set":            append([]byte{byte(wire.ComQuery), 1, 2}, attributed(wire.TypeTiny, "x", hidden)[3:]...),
		"no types":                     append([]byte{byte(wire.ComQuery), 1, 1, 0, 0}, hidden...),
		"a type of which nobody knows": attributed(0x55, "x", hidden),
		"a type of geometry":           attributed(wire.TypeGeometry, "\x01x", hidden),
		"a bitmap with bits too many":  append([]byte{byte(wire.ComQuery), 1, 1, 0xfe}, attributed(wire.TypeTiny, "x", hidden)[4:]...),
		"more than 64 KiB":             attributed(wire.TypeVarString, "\xfd\x00\x00\x01"+strings.Repeat("x", 1<<16), hidden),
		"no attributes where they are": wire.AppendQuery(nil, hidden, 0),
	} {
		c := h.raw(t).login(wire.ClientQueryAttributes)
		wantServerError(t, c.command(p), wire.ER_MALFORMED_PACKET)
		if e := h.book.Last(t, "sql"); e.Code() != "protocol" {
			t.Errorf("%s is recorded as %s", name, e.Text)
		}
		c.gone()
	}
	h.end()
	if n := server.came[wire.ComQuery]; n != 11 {
		t.Errorf("%d queries reached the database, want the gateway's own 11: %v", n, server.text)
	}
}

// TestQueryAttributesOfMariaDB: MariaDB has none, so the client gets none, and
// what it sends is the text.
func TestQueryAttributesOfMariaDB(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.raw(t).login(wire.ClientQueryAttributes)
	if c.g.Capabilities.Has(wire.ClientQueryAttributes) {
		t.Error("they are offered")
	}
	wantServerError(t, c.command(attributed(wire.TypeTiny, "x", "DO 1")), 1064)
	if p := c.command(wire.AppendQuery(nil, "DO 1", 0)); p[0] != wire.HeaderOK {
		t.Errorf("answered %q", p)
	}
}
