package mysqlgate

import (
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// extended are MariaDB's capabilities beyond those of MySQL.
const extended = wire.MariaDBProgress | wire.MariaDBComMulti | wire.MariaDBStmtBulkOperations | wire.MariaDBExtendedMetadata |
	wire.MariaDBCacheMetadata | wire.MariaDBBulkUnitResults

// TestExtendedCapabilities holds what a client is offered against what the door
// understands.
func TestExtendedCapabilities(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE machines (addr INET6)")
	g := h.raw(t).greeting()
	if got, want := g.Capabilities&extended, wire.MariaDBProgress|wire.MariaDBStmtBulkOperations|wire.MariaDBExtendedMetadata; got != want {
		t.Errorf("offered are %v, want %v", got, want)
	}
	if unknown := g.Capabilities >> 38; unknown != 0 {
		t.Errorf("flags that nobody knows are offered: %x", unknown)
	}
	// What a client asks for beyond the offer it does not get.
	c := h.raw(t).login(extended)
	first := c.command(wire.AppendQuery(nil, "SELECT addr FROM machines", 0))
	if len(first) != 1 {
		t.Errorf("the count of columns came as %x: cached metadata is in force", first)
	}
	col, err := wire.DecodeColumn(c.read(), wire.MariaDBExtendedMetadata)
	if err != nil {
		t.Fatal(err)
	}
	if name, _, err := col.ExtendedType(); err != nil || string(name) != "inet6" {
		t.Errorf("the column's type is %q, %v", name, err)
	}
}

// bulkRows are rows of one integer each, none of which is NULL but the last.
func bulkRows(n byte) []byte {
	rows := []byte{byte(wire.TypeLong), 0}
	for i := range n {
		rows = append(rows, 0, i, 0, 0, 0)
	}
	return append(rows, 1)
}

func TestBulkExecution(t *testing.T) {
	h := start(t, setup{allow: openPolicy + "\n      - {who: near, tables: [walls], statements: [insert], rows: 2}\n"})
	h.direct("CREATE TABLE walls (n INT)")
	c := h.raw(t).login(extended)
	for range 2 {
		ok := c.prepare("INSERT INTO walls VALUES (?)")
		p := c.command(wire.BulkExecute{StatementID: ok.StatementID, Flags: wire.BulkTypes, Rows: bulkRows(3)}.Append(nil))
		if p[0] != wire.HeaderOK {
			t.Fatalf("answered %q", p)
		}
		if e := h.book.Last(t, "sql"); e.Act.Verb != "insert" || e.Act.Affected != 4 || !e.Act.Prepared {
			t.Errorf("recorded as %s", e.Text)
		}
		// MariaDB's clients need not wait for the number.
		p = c.command(wire.BulkExecute{StatementID: lastPrepared, Flags: wire.BulkTypes, Rows: bulkRows(1)}.Append(nil))
		if e := h.book.Last(t, "sql"); p[0] != wire.HeaderOK || e.Act.Affected != 2 {
			t.Errorf("answered %q, recorded as %s", p, e.Text)
		}
		if p := c.changeUser("near", "close by", "", wire.NativePassword); p[0] != wire.HeaderOK {
			t.Fatalf("answered %q", p)
		}
		ok = c.prepare("INSERT INTO walls VALUES (?)")
		wantServerError(t, c.command(wire.BulkExecute{StatementID: ok.StatementID, Flags: wire.BulkTypes, Rows: bulkRows(2)}.Append(nil)), 1226)
		if e := h.book.Last(t, "sql"); e.Effect != "deny" || e.Act.Affected != 3 || e.App != "near" {
			t.Errorf("more rows than the rule allows are recorded as %s", e.Text)
		}
		if p := c.changeUser("app", doorPassword, "", wire.NativePassword); p[0] != wire.HeaderOK {
			t.Fatalf("answered %q", p)
		}
	}
	wantServerError(t, c.command(wire.BulkExecute{StatementID: 99, Rows: bulkRows(1)}.Append(nil)), 1243)
	wantServerError(t, c.command(wire.BulkExecute{StatementID: 99, Flags: wire.BulkUnitResults}.Append(nil)), 1835)
	c.gone()
}
