package postgres

import (
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// client is a client made of nothing but the codec.
type client struct {
	*Conn
	t      *testing.T
	params map[string]string
	key    BackendKeyData
}

// dial connects, asks for TLS unless plain, and logs in. Only l's options and
// password are looked at.
func dial(t *testing.T, addr string, conf *tls.Config, startup StartupMessage, l Login) (*client, error) {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	c := &client{Conn: NewConn(nc, Backend, 64<<20), t: t, params: map[string]string{}}
	if conf != nil {
		if err := c.Send(SSLRequest.Append(nil)); err != nil {
			return nil, err
		}
		if yes, err := c.R.ReadEncryptionAnswer(SSLRequest); err != nil || !yes {
			return nil, fmt.Errorf("TLS: %v, %w", yes, err)
		}
		tc := tls.Client(nc, conf)
		if err := tc.Handshake(); err != nil {
			return nil, err
		}
		if err := c.Upgrade(tc); err != nil {
			return nil, err
		}
		if l.Binding, err = ServerEndPoint(tc.ConnectionState().PeerCertificates[0]); err != nil {
			return nil, err
		}
	}
	l.User, _ = startup.Get("user")
	if err := c.Send(startup.Append(nil)); err != nil {
		return nil, err
	}
	return c, c.login(&l)
}

func (c *client) login(l *Login) error {
	for {
		typ, p, err := c.ReadMessage()
		if err != nil {
			return err
		}
		switch typ {
		case MsgAuthentication:
			answer, err := l.Answer(p)
			if err != nil {
				return err
			}
			if answer != nil {
				if err := c.Send(answer); err != nil {
					return err
				}
			}
		case MsgParameterStatus:
			s, err := DecodeParameterStatus(p)
			if err != nil {
				return err
			}
			c.params[s.Name] = s.Value
		case MsgBackendKeyData:
			k, err := DecodeBackendKeyData(p)
			if err != nil {
				return err
			}
			c.key = BackendKeyData{ProcessID: k.ProcessID, Key: append([]byte(nil), k.Key...)}
		case MsgReadyForQuery:
			if !l.Done() {
				return errors.New("ready before the login was done")
			}
			return nil
		case MsgErrorResponse:
			e, err := DecodeError(p)
			if err != nil {
				return err
			}
			return e
		default:
			return fmt.Errorf("%s amid a login", Backend.Name(typ))
		}
	}
}

// do sends messages and says what came until ReadyForQuery, a line each.
func (c *client) do(messages []byte) (lines []string) {
	c.t.Helper()
	if err := c.Send(messages); err != nil {
		c.t.Fatal(err)
	}
	for {
		typ, p, err := c.ReadMessage()
		if err != nil {
			c.t.Fatal(err)
		}
		if wire, err := backendAgain(typ, p); err != nil || typ != MsgErrorResponse && typ != MsgNoticeResponse && string(wire[headerSize:]) != string(p) {
			c.t.Errorf("%s %q came back as %q, %v", Backend.Name(typ), p, wire, err)
		}
		line := Backend.Name(typ)
		switch typ {
		case MsgRowDescription:
			columns, err := DecodeRowDescription(nil, p)
			for _, col := range columns {
				line += fmt.Sprintf(" %s:%d.%d:%d:%d", col.Name, min(col.Table, 1), col.Attribute, col.Type, col.Format)
			}
			if err != nil {
				c.t.Error(err)
			}
		case MsgDataRow:
			cells := RowCells(p)
			for cells.Next() {
				if cells.Null() {
					line += " NULL"
				} else {
					line += fmt.Sprintf(" %q", cells.Value())
				}
			}
		case MsgCommandComplete:
			tag, _ := DecodeCommandComplete(p)
			line += fmt.Sprintf(" %s %d", tag.Verb, tag.Rows)
		case MsgErrorResponse:
			e, _ := DecodeError(p)
			line += fmt.Sprintf(" %s at %d", e.Code, e.Position)
		case MsgParameterDescription:
			types, _ := DecodeParameterDescription(p)
			for i := range types.Len() {
				line += fmt.Sprintf(" %d", types.At(i))
			}
		case MsgReadyForQuery:
			return append(lines, line+" "+string(p))
		}
		lines = append(lines, line)
	}
}

func testDatabase(t *testing.T) (*testdb.Database, StartupMessage) {
	t.Helper()
	db := testdb.Postgres(t).Database(t)
	return db, StartupMessage{Version: Version30, Params: []Parameter{{"user", db.User}, {"database", db.Name}, {"application_name", "test"}}}
}

func TestPostgresOverTLSWithChannelBinding(t *testing.T) {
	db, startup := testDatabase(t)
	c, err := dial(t, db.Instance.Addr, db.Instance.TLSConfig(), startup, Login{Password: db.Password, RequireBinding: true})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(c.params["server_version"], "1") || c.params["application_name"] != "test" || c.key.ProcessID == 0 {
		t.Error(c.params, c.key)
	}
	for _, step := range []struct {
		name string
		send []byte
		want []string
	}{
		{"simple", AppendQuery(nil, "CREATE TABLE users (id int4, name text); INSERT INTO users VALUES (7, 'Ann'), (8, NULL); SELECT * FROM users AS u; SELECT 1 + 1"), []string{
			"CommandComplete CREATE TABLE 0", "CommandComplete INSERT 2",
			"RowDescription id:1.1:23:0 name:1.2:25:0", `DataRow "7" "Ann"`, `DataRow "8" NULL`, "CommandComplete SELECT 2",
			"RowDescription ?column?:0.0:23:0", `DataRow "2"`, "CommandComplete SELECT 1", "ReadyForQuery I"}},
		{"an error", AppendQuery(nil, "BEGIN; SELECT nonsense"), []string{"CommandComplete BEGIN 0", "ErrorResponse 42703 at 15", "ReadyForQuery E"}},
		{"rollback", AppendQuery(nil, "ROLLBACK"), []string{"CommandComplete ROLLBACK 0", "ReadyForQuery I"}},
		{"nothing", AppendQuery(nil, ""), []string{"EmptyQueryResponse", "ReadyForQuery I"}},
		{"extended", extended(), []string{"ParseComplete", "ParameterDescription 23 25", "RowDescription id:1.1:23:0 name:1.2:25:0",
			"BindComplete", "RowDescription id:1.1:23:1 name:1.2:25:1", `DataRow "\x00\x00\x00\a" "Ann"`, "PortalSuspended",
			`DataRow "\x00\x00\x00\b" NULL`, "CommandComplete SELECT 1", "CloseComplete", "CloseComplete", "ReadyForQuery I"}},
	} {
		if got := c.do(step.send); !cmp.Equal(got, step.want) {
			t.Errorf("%s:\n%s", step.name, cmp.Diff(got, step.want))
		}
	}
	if err := c.Send(AppendEmpty(nil, MsgTerminate)); err != nil {
		t.Error(err)
	}
}

// extended asks for two rows, one at a time, in binary.
func extended() []byte {
	seven := binary.BigEndian.AppendUint32(nil, 7)
	m := (&Parse{Name: b("s"), Query: b("SELECT * FROM users WHERE id >= $1 AND name IS DISTINCT FROM $2 ORDER BY id")}).Append(nil)
	m = Object{Kind: PreparedStatement, Name: b("s")}.AppendDescribe(m)
	m = (&Bind{Portal: b("p"), Statement: b("s"), ParamFormats: NewFormats(FormatBinary, FormatText), Params: NewValues(seven, b("Bob")),
		ResultFormats: NewFormats(FormatBinary)}).Append(m)
	m = Object{Kind: Portal, Name: b("p")}.AppendDescribe(m)
	m = Execute{Portal: b("p"), MaxRows: 1}.Append(m)
	m = Execute{Portal: b("p")}.Append(m)
	m = Object{Kind: Portal, Name: b("p")}.AppendClose(m)
	m = Object{Kind: PreparedStatement, Name: b("s")}.AppendClose(m)
	return AppendEmpty(m, MsgSync)
}

func TestPostgresRefusesAsItShould(t *testing.T) {
	db, startup := testDatabase(t)
	for _, plain := range []bool{false, true} {
		conf := db.Instance.TLSConfig()
		if plain {
			conf = nil
		}
		if _, err := dial(t, db.Instance.Addr, conf, startup, Login{Password: db.Password}); err != nil {
			t.Errorf("plain %v: %v", plain, err)
		}
		_, err := dial(t, db.Instance.Addr, conf, startup, Login{Password: "wrong"})
		if e, ok := AsError(err); !ok || e.Code != CodeInvalidPassword || e.SeverityCode != SeverityFatal {
			t.Errorf("a wrong password, plain %v: %v", plain, err)
		}
	}
	if _, err := dial(t, db.Instance.Addr, nil, startup, Login{Password: db.Password, RequireBinding: true}); !errors.Is(err, ErrChannelBinding) {
		t.Errorf("a binding without TLS: %v", err)
	}
}

// TestPostgresCancels sends a CancelRequest, and a version of the protocol that
// the server has to talk down.
func TestPostgresCancels(t *testing.T) {
	db, startup := testDatabase(t)
	c, err := dial(t, db.Instance.Addr, db.Instance.TLSConfig(), startup, Login{Password: db.Password})
	if err != nil {
		t.Fatal(err)
	}
	// What is raised comes at once: then the statement is known to be under way.
	if err := c.Send(AppendQuery(nil, "DO $$ BEGIN RAISE NOTICE 'begun'; PERFORM pg_sleep(30); END $$")); err != nil {
		t.Fatal(err)
	}
	typ, p, err := c.ReadMessage()
	if err != nil || typ != MsgNoticeResponse {
		t.Fatal(typ, err)
	}
	if e, err := DecodeError(p); err != nil || e.Message != "begun" || e.SeverityCode != SeverityNotice {
		t.Error(e, err)
	}
	nc, err := net.Dial("tcp", db.Instance.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := nc.Write((&CancelRequest{ProcessID: c.key.ProcessID, Key: c.key.Key}).Append(nil)); err != nil {
		t.Fatal(err)
	}
	if got, want := c.do(nil), []string{"ErrorResponse 57014 at 0", "ReadyForQuery I"}; !cmp.Equal(got, want) {
		t.Error(cmp.Diff(got, want))
	}

	startup.Version = 3<<16 | 9
	startup.Params = append(startup.Params, Parameter{"_pq_.unheard_of", "1"})
	old, err := net.Dial("tcp", db.Instance.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	o := NewConn(old, Backend, 1<<20)
	if err := o.Send(startup.Append(nil)); err != nil {
		t.Fatal(err)
	}
	typ, p, err = o.ReadMessage()
	if err != nil || typ != MsgNegotiateProtocolVersion {
		t.Fatal(typ, err)
	}
	n, err := DecodeNegotiateProtocolVersion(p)
	if err != nil || n.Newest.Major() != 3 || !cmp.Equal(n.Options, []string{"_pq_.unheard_of"}) {
		t.Errorf("%+v, %v", n, err)
	}
}

// TestPostgresPreparesPasswordsAlike sets passwords in clear and compares what
// the server makes of them.
func TestPostgresPreparesPasswordsAlike(t *testing.T) {
	in := testdb.Postgres(t)
	startup := StartupMessage{Version: Version30, Params: []Parameter{{"user", in.RootUser}, {"database", "postgres"}, {"client_encoding", "UTF8"}}}
	c, err := dial(t, in.Addr, in.TLSConfig(), startup, Login{Password: in.RootPassword, RequireBinding: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := in.Exec(context.Background(), "CREATE ROLE prepared"); err != nil {
		t.Fatal(err)
	}
	passwords := []string{}
	for _, p := range saslprepPasswords {
		passwords = append(passwords, p.password)
	}
	// One of each block of characters, alone, and among letters of either
	// direction and a compatibility form.
	for r := rune(0x80); r < 0x110000; r += 0x95 + r>>5 {
		if r < 0xD800 || r > 0xDFFF {
			passwords = append(passwords, "ª"+string(r), "\u0627"+string(r)+"\u0628", string(r))
		}
	}
	for _, p := range passwords {
		quoted := "'" + strings.ReplaceAll(p, "'", "''") + "'"
		got := c.do(AppendQuery(nil, "ALTER ROLE prepared PASSWORD "+quoted+"; SELECT rolpassword FROM pg_authid WHERE rolname = 'prepared'"))
		if len(got) != 5 {
			t.Fatalf("%+q: %q", p, got)
		}
		theirs, err := ParseVerifier(strings.Trim(strings.TrimPrefix(got[2], "DataRow "), `"`))
		if err != nil {
			t.Fatal(got[2], err)
		}
		ours, err := NewVerifier(p, theirs.Salt, theirs.Iterations)
		if err != nil {
			t.Fatal(err)
		}
		if ours.AuthString() != theirs.AuthString() {
			t.Errorf("%+q is prepared in another way than by the server", p)
		}
	}
	t.Logf("%d passwords", len(passwords))
}
