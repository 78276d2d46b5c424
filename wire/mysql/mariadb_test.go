package mysql

import (
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
)

// client is a client made of nothing but the codec.
type client struct {
	*Conn
	t    *testing.T
	caps Capability
	scan ResultScanner
}

// login logs in as user, over TLS unless plain, asking for extra.
func (m *mariaDB) login(t *testing.T, user, password string, extra Capability, plain bool) (*client, error) {
	t.Helper()
	nc, err := net.Dial("tcp", m.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	c := &client{Conn: NewConn(nc, 64<<20), t: t}
	p, err := c.ReadPacket()
	if err != nil {
		return nil, err
	}
	g, err := DecodeGreeting(p)
	if err != nil {
		return nil, err
	}
	if v, maria := g.Version(); !maria || strings.HasPrefix(v, "5.5.5") {
		t.Errorf("version %q, MariaDB %v", v, maria)
	}
	r := Response{MaxPacketSize: 1 << 24, Collation: CollationUTF8MB4GeneralCI, User: []byte(user),
		Database: []byte("shop"), AuthPlugin: []byte(g.AuthPlugin), Attributes: AppendAttribute(nil, "program_name", "test")}
	r.Capabilities = g.Capabilities & (ClientProtocol41 | ClientSecureConnection | ClientPluginAuth | ClientConnectWithDB |
		ClientConnectAttrs | ClientPluginAuthLenencData | ClientTransactions | ClientMultiResults | ClientPSMultiResults | extra)
	if !g.Capabilities.Has(extra) {
		t.Fatalf("the server does not offer %v", extra&^g.Capabilities)
	}
	if !plain {
		r.Capabilities |= ClientSSL
		if err := c.Send(r.AppendSSLRequest(nil)); err != nil {
			return nil, err
		}
		if err := c.Upgrade(tls.Client(nc, &tls.Config{RootCAs: m.pool, ServerName: "127.0.0.1"})); err != nil {
			return nil, err
		}
	}
	c.caps = r.Capabilities
	if r.AuthData, err = AuthAnswer(g.AuthPlugin, password, g.Nonce, !plain); err != nil {
		return nil, err
	}
	if err := c.Send(r.Append(nil)); err != nil {
		return nil, err
	}
	for {
		p, err := c.ReadPacket()
		if err != nil {
			return nil, err
		}
		switch p[0] {
		case HeaderOK:
			_, err := DecodeOK(p, c.caps)
			return c, err
		case HeaderErr:
			e, err := DecodeError(p)
			return nil, errors.Join(e, err)
		case HeaderAuthSwitch:
			s, err := DecodeAuthSwitch(p)
			if err != nil {
				return nil, err
			}
			answer, err := AuthAnswer(s.Plugin, password, s.Nonce, !plain)
			if err != nil {
				return nil, err
			}
			if err := c.Send(answer); err != nil {
				return nil, err
			}
		default:
			return nil, malformed("answer to the response")
		}
	}
}

// reply is what a command was answered with.
type reply struct {
	rows    [][]string
	kinds   []PacketKind
	columns []Column
	err     *Error
	status  Status
	id      uint32
}

// do sends a command and follows the response. columns are those of a fetch.
func (c *client) do(p []byte, columns []Column) reply {
	c.t.Helper()
	c.NewExchange()
	if err := c.Send(p); err != nil {
		c.t.Fatal(err)
	}
	if err := c.scan.Start(Command(p[0]), c.caps); err != nil {
		c.t.Fatal(err)
	}
	out := reply{columns: columns}
	for !c.scan.Done() {
		h, err := c.R.Next()
		if err != nil {
			c.t.Fatal(err)
		}
		prefix, err := c.R.Peek(ScanPrefix)
		if err != nil {
			c.t.Fatal(err)
		}
		kind, err := c.scan.Step(h, prefix)
		if err != nil {
			c.t.Fatalf("%v: first byte %#x, length %d, after %v", err, h.First, h.Len, out.kinds)
		}
		if len(out.kinds) == 0 || out.kinds[len(out.kinds)-1] != kind {
			out.kinds = append(out.kinds, kind)
		}
		p, err := c.R.Packet()
		if err != nil {
			c.t.Fatal(err)
		}
		switch kind {
		case KindColumnCount:
			if !c.scan.Cached() {
				out.columns = nil
			}
		case KindColumn, KindParam:
			col, err := DecodeColumn(append([]byte(nil), p...), c.caps)
			if err != nil {
				c.t.Fatalf("%v: %x", err, p)
			}
			out.columns = append(out.columns, col)
		case KindPrepareOK:
			ok, err := DecodePrepareOK(p)
			if err != nil {
				c.t.Fatal(err)
			}
			out.id = ok.StatementID
		case KindOK:
			if _, err := DecodeOK(p, c.caps); err != nil {
				c.t.Fatalf("%v: %x", err, p)
			}
		case KindErr:
			if out.err, err = DecodeError(p); err != nil {
				c.t.Fatal(err)
			}
		case KindRow:
			out.rows = append(out.rows, c.row(p, out.columns))
		}
	}
	if n := c.R.Buffered(); n != 0 {
		c.t.Fatalf("%d bytes are left behind the response", n)
	}
	out.status = c.scan.Status()
	if got := int(c.scan.Rows()); got != len(out.rows) {
		c.t.Errorf("the scanner counted %d rows of %d", got, len(out.rows))
	}
	return out
}

func (c *client) row(p []byte, columns []Column) []string {
	cells := TextCells(p, len(columns))
	if c.scan.Binary() {
		meta := make([]ParamType, len(columns))
		for i := range columns {
			meta[i] = columns[i].Meta()
		}
		cells = BinaryCells(p, meta)
	}
	var row []string
	for cells.Next() {
		text, err := cells.Value().AppendText(nil)
		if err != nil {
			c.t.Fatal(err)
		}
		if cells.Value().Null {
			text = []byte("NULL")
		}
		row = append(row, string(text))
	}
	if err := cells.Err(); err != nil {
		c.t.Fatalf("%v: %x", err, p)
	}
	return row
}

func (c *client) query(text string) reply {
	c.t.Helper()
	r := c.do(AppendQuery(nil, text, c.caps), nil)
	if r.err != nil {
		c.t.Fatal(text, r.err)
	}
	return r
}

const everyType = `CREATE OR REPLACE TABLE everything (
	a TINYINT, b TINYINT UNSIGNED, c SMALLINT, d YEAR, e INT, f MEDIUMINT UNSIGNED, g BIGINT, h BIGINT UNSIGNED,
	i FLOAT, j DOUBLE, k DATE, l DATETIME(6), m TIMESTAMP NULL, n TIME(3), o DECIMAL(10,2), p VARCHAR(50), q BLOB,
	r JSON, s ENUM('x','y'), t SET('u','v'), u BIT(9), v INET6, w UUID, x CHAR(3))`

const everyValue = `INSERT INTO everything VALUES
	(-1, 255, -300, 2026, -70000, 16777215, -5000000000, 18446744073709551615, 1.5, -2.25, '2026-11-23',
	'2026-11-23 12:34:56.000789', '2026-11-23 12:34:56', '-26:03:04.005', -12.50, 'grün', x'00ff', '{"a":1}', 'y', 'u,v',
	b'100000001', '2001:db8::1', '123e4567-e89b-12d3-a456-426614174000', 'abc'),
	(NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
	(0,0,0,0,0,0,0,0,0,0,'0000-00-00','0000-00-00',NULL,'00:00:00',0,'','','[]','x','',b'0','::',
	'00000000-0000-0000-0000-000000000000','')`

func TestMariaDB(t *testing.T) {
	m := startMariaDB(t)
	for _, extra := range []Capability{
		0,
		ClientDeprecateEOF,
		ClientDeprecateEOF | ClientSessionTrack | MariaDBExtendedMetadata,
		ClientDeprecateEOF | MariaDBCacheMetadata | MariaDBExtendedMetadata | MariaDBProgress,
		MariaDBCacheMetadata | ClientSessionTrack,
	} {
		for _, user := range []string{"native", "ed"} {
			for _, plain := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s, plain %v, %v", user, plain, extra), func(t *testing.T) {
					c, err := m.login(t, user, testPassword, extra, plain)
					if err != nil {
						t.Fatal(err)
					}
					c.everything()
				})
			}
		}
	}
	for _, eofs := range []Capability{0, ClientDeprecateEOF} {
		t.Run(fmt.Sprintf("relay, %v", eofs), func(t *testing.T) { throughRelay(t, m, eofs) })
	}
	for _, user := range []string{"native", "ed"} {
		_, err := m.login(t, user, "wrong", 0, false)
		if e, ok := AsError(err); !ok || e.Code != ER_ACCESS_DENIED_ERROR || e.State != "28000" {
			t.Errorf("%s with a wrong password: %v", user, err)
		}
	}
}

// relay forwards what a client says to up, and the answers back untouched.
func relay(down *Conn, up *client) error {
	var scan ResultScanner
	for {
		down.NewExchange()
		up.NewExchange()
		h, err := down.R.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		cmd := Command(h.First)
		if _, err := down.R.Forward(up.W); err != nil {
			return err
		}
		if err := up.W.Flush(); err != nil || cmd == ComQuit {
			return err
		}
		if err := scan.Start(cmd, up.caps); err != nil {
			return err
		}
		for !scan.Done() {
			if n, _, err := up.R.ForwardRows(down.W, &scan, 1<<62); err != nil {
				return err
			} else if n > 0 {
				continue
			}
			if up.R.Buffered() == 0 {
				if err := down.W.Flush(); err != nil {
					return err
				}
			}
			h, err := up.R.Next()
			if err != nil {
				return err
			}
			prefix, err := up.R.Peek(ScanPrefix)
			if err != nil {
				return err
			}
			if _, err := scan.Step(h, prefix); err != nil {
				return err
			}
			if _, err := up.R.Forward(down.W); err != nil {
				return err
			}
		}
		if err := down.W.Flush(); err != nil {
			return err
		}
		down.R.Release()
	}
}

// throughRelay has a real driver read from a real server by way of the codec.
func throughRelay(t *testing.T, m *mariaDB, eofs Capability) {
	up, err := m.login(t, "native", testPassword, eofs, false)
	if err != nil {
		t.Fatal(err)
	}
	server := tinyServer{greet: CachingSHA2Password, method: CachingSHA2Password, caps: eofs | ClientLongPassword |
		ClientProtocol41 | ClientSecureConnection | ClientPluginAuth | ClientTransactions | ClientMultiResults}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	relayed := make(chan error, 1)
	go func() {
		nc, err := ln.Accept()
		if err == nil {
			defer nc.Close()
			var down *Conn
			if down, _, err = server.login(nc); err == nil {
				err = relay(down, up)
			}
		}
		relayed <- err
	}()
	cfg := driver.NewConfig()
	cfg.Net, cfg.Addr, cfg.User, cfg.Passwd = "tcp", ln.Addr().String(), "alice", testPassword
	connector, err := driver.NewConnector(cfg)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	const n = 50_000
	for _, args := range [][]any{nil, {0}} {
		query := "SELECT seq, REPEAT('x', seq % 100) FROM seq_1_to_50000"
		if args != nil {
			query += " WHERE seq > ?"
		}
		rows, err := db.QueryContext(t.Context(), query, args...)
		if err != nil {
			t.Fatal(err)
		}
		sum, length := 0, 0
		for rows.Next() {
			var seq int
			var text string
			if err := rows.Scan(&seq, &text); err != nil {
				t.Fatal(err)
			}
			sum += seq
			length += len(text)
		}
		if err := rows.Err(); err != nil || sum != n*(n+1)/2 || length != n/100*99*50 {
			t.Errorf("sum %d, length %d, %v", sum, length, err)
		}
	}
	var long string
	if err := db.QueryRowContext(t.Context(), "SELECT REPEAT('y', 17000000)").Scan(&long); err != nil || len(long) != 17000000 {
		t.Error(len(long), err)
	}
	var refused *driver.MySQLError
	if _, err := db.ExecContext(t.Context(), "SELECT * FROM missing"); !errors.As(err, &refused) || refused.Number != 1146 {
		t.Error(err)
	}
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	if err := <-relayed; err != nil {
		t.Error("relay:", err)
	}
}

func (c *client) everything() {
	t := c.t
	c.query("SET sql_mode=''")
	if r := c.query("SELECT seq, IF(seq % 2, NULL, 'x') FROM seq_1_to_3000"); len(r.rows) != 3000 {
		t.Errorf("%d rows", len(r.rows))
	}
	c.query(everyType)
	c.query(everyValue)
	text := c.query("SELECT * FROM everything")
	prepared := c.do(AppendCommand(nil, ComStmtPrepare, "SELECT * FROM everything WHERE ? = ?"), nil)
	if prepared.err != nil {
		t.Fatal(prepared.err)
	}
	sevens := []Value{{ParamType: ParamType{Type: TypeLongLong}, Raw: []byte{7, 0, 0, 0, 0, 0, 0, 0}},
		{ParamType: ParamType{Type: TypeVarString}, Raw: []byte("7")}}
	for range 2 {
		binary := c.do(AppendExecute(nil, prepared.id, 0, sevens, c.caps), prepared.columns[2:])
		if binary.err != nil {
			t.Fatal(binary.err)
		}
		check(t, "binary rows as text", binary.rows, text.rows)
	}
	c.NewExchange()
	if err := c.Send(AppendStatementCommand(nil, ComStmtClose, prepared.id)); err != nil {
		t.Fatal(err)
	}

	cursor := c.do(AppendCommand(nil, ComStmtPrepare, "SELECT seq FROM seq_1_to_25"), nil)
	opened := c.do(AppendExecute(nil, cursor.id, CursorReadOnly, nil, c.caps), cursor.columns)
	if !opened.status.Has(StatusCursorExists) || len(opened.rows) != 0 {
		t.Errorf("cursor: status %#x, %d rows", opened.status, len(opened.rows))
	}
	total, fetches := 0, 0
	for {
		r := c.do(Fetch{StatementID: cursor.id, Rows: 10}.Append(nil), opened.columns)
		total += len(r.rows)
		if fetches++; r.status.Has(StatusLastRowSent) || fetches > 10 {
			break
		}
	}
	if total != 25 {
		t.Errorf("%d rows in %d fetches", total, fetches)
	}

	if r := c.do(AppendQuery(nil, "SELECT * FROM missing", c.caps), nil); r.err == nil || r.err.Code != ER_NO_SUCH_TABLE || r.err.State != "42S02" {
		t.Error(r.err)
	}
	c.query("CREATE OR REPLACE PROCEDURE two() BEGIN SELECT 1; SELECT 2, 3; END")
	two := c.query("CALL two()")
	check(t, "two results", two.rows, [][]string{{"1"}, {"2", "3"}})
	if r := c.query("SELECT REPEAT('x', 20000000)"); len(r.rows) != 1 || len(r.rows[0][0]) != 20000000 {
		t.Error("a row over 16 MiB did not come whole")
	}
	for _, cmd := range []Command{ComPing, ComResetConnection, ComStatistics, ComDebug} {
		if r := c.do([]byte{byte(cmd)}, nil); r.err != nil {
			t.Error(cmd, r.err)
		}
	}
	if r := c.do([]byte{byte(ComSetOption), 1, 0}, nil); r.err != nil {
		t.Error(r.err)
	}
	if r := c.do(AppendCommand(nil, ComFieldList, "everything\x00"), nil); r.err != nil || len(r.columns) != 24 {
		t.Error(r.err, len(r.columns))
	}
	if r := c.do(AppendCommand(nil, ComInitDB, "shop"), nil); r.err != nil {
		t.Error(r.err)
	}
}
