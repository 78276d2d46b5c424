package postgres

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/internal/testpki"
)

// tinyServer is a server made of nothing but the codec. It knows one user's
// password, and answers every statement with one row: what was asked.
type tinyServer struct {
	secret   ScramSecret
	verifier Verifier
	tls      *tls.Config
	binding  []byte
	addr     string
	bound    chan bool // of each login, whether the channel was bound
}

func startTiny(t *testing.T) (s *tinyServer, caFile string) {
	t.Helper()
	ca, err := testpki.NewCA("tiny server")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Server()
	if err != nil {
		t.Fatal(err)
	}
	cert, err := tls.X509KeyPair(pair.Cert, pair.Key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(cert.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(caFile, ca.PEM, 0o600); err != nil {
		t.Fatal(err)
	}
	s = &tinyServer{secret: NewScramSecret(), tls: &tls.Config{Certificates: []tls.Certificate{cert}}, bound: make(chan bool, 16)}
	s.verifier = verifierOf(t, testPassword, s.secret.Salt("bob"))
	if s.binding, err = ServerEndPoint(leaf); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			nc, err := ln.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer nc.Close()
				if err := s.serve(nc); err != nil && !errors.Is(err, ErrWrongPassword) {
					t.Error(err)
				}
			})
		}
	})
	t.Cleanup(func() { ln.Close(); wg.Wait() })
	return s, caFile
}

// serve serves one connection.
func (s *tinyServer) serve(nc net.Conn) error {
	c := NewConn(nc, Frontend, 64<<20)
	m, binding, err := s.startup(c, nc)
	if m == nil || err != nil {
		return err
	}
	verifier := s.verifier
	if user, _ := m.Get("user"); user != "bob" {
		verifier = s.secret.Unknown(user)
	}
	scram, err := NewScramServer(binding, verifier)
	if err != nil {
		return err
	}
	if err := s.authenticate(c, scram); err != nil {
		return errors.Join(err, c.Send(NewError(SeverityFatal, CodeInvalidPassword, "no").Append(nil)))
	}
	s.bound <- scram.Bound()
	out := (&Authentication{}).Append(nil)
	out = Parameter{"server_version", "15.99"}.AppendStatus(out)
	out = Parameter{"client_encoding", "UTF8"}.AppendStatus(out)
	out = Parameter{"standard_conforming_strings", "on"}.AppendStatus(out)
	out = BackendKeyData{ProcessID: 1, Key: b("key!")}.Append(out)
	if err := c.Send(AppendReadyForQuery(out, TxIdle)); err != nil {
		return err
	}
	return s.commands(c)
}

func (s *tinyServer) startup(c *Conn, nc net.Conn) (m *StartupMessage, binding []byte, err error) {
	for {
		p, err := c.R.ReadStartup()
		if errors.Is(err, io.EOF) {
			return nil, nil, nil
		}
		if err != nil {
			return nil, nil, err
		}
		first, err := DecodeStartup(p)
		if err != nil {
			return nil, nil, err
		}
		switch m := first.(type) {
		case *StartupMessage:
			if n, needed := m.Negotiate(Version30); needed {
				return m, binding, c.Send(n.Append(nil))
			}
			return m, binding, nil
		case EncryptionRequest:
			yes := m == SSLRequest
			if err := errors.Join(c.W.WriteEncryptionAnswer(m, yes), c.W.Flush()); err != nil {
				return nil, nil, err
			}
			if yes {
				if err := c.Upgrade(tls.Server(nc, s.tls)); err != nil {
					return nil, nil, err
				}
				binding = s.binding
			}
		default:
			return nil, nil, fmt.Errorf("a start-up packet of %T", m)
		}
	}
}

func (s *tinyServer) authenticate(c *Conn, scram *ScramServer) error {
	if err := c.Send((&Authentication{Method: AuthSASL, Mechanisms: scram.Mechanisms()}).Append(nil)); err != nil {
		return err
	}
	_, p, err := c.ReadMessage()
	if err != nil {
		return err
	}
	initial, err := DecodeSASLInitialResponse(p)
	if err != nil {
		return err
	}
	answer, err := scram.First(initial.Mechanism, initial.Data)
	if err != nil {
		return err
	}
	if err := c.Send((&Authentication{Method: AuthSASLContinue, Data: answer}).Append(nil)); err != nil {
		return err
	}
	if _, p, err = c.ReadMessage(); err != nil {
		return err
	}
	if answer, err = scram.Final(p); err != nil {
		return err
	}
	return c.W.Write((&Authentication{Method: AuthSASLFinal, Data: answer}).Append(nil))
}

func (s *tinyServer) commands(c *Conn) error {
	var row RowBuilder
	var query string
	column := AppendRowDescription(nil, []Column{{Name: b("asked"), Type: 25, TypeSize: -1, TypeModifier: -1}})
	answer := func(text string) error {
		row.Start(1)
		row.Text(text)
		wire, err := row.Row()
		if err != nil {
			return err
		}
		return c.W.Write(CommandTag{Verb: b("SELECT"), Counted: true, Rows: 1}.Append(append([]byte(nil), wire...)))
	}
	for {
		if c.R.Buffered() == 0 {
			if err := c.W.Flush(); err != nil {
				return err
			}
			c.R.Release()
		}
		typ, p, err := c.ReadMessage()
		if err != nil || typ == MsgTerminate {
			return err
		}
		switch typ {
		case MsgQuery:
			text, err := DecodeQuery(p)
			if err != nil {
				return err
			}
			if err := errors.Join(c.W.Write(column), answer(string(text)), c.W.Write(AppendReadyForQuery(c.W.AvailableBuffer(), TxIdle))); err != nil {
				return err
			}
		case MsgParse:
			m, err := DecodeParse(p)
			if err != nil {
				return err
			}
			query = string(m.Query)
			err = c.W.Write(AppendEmpty(c.W.AvailableBuffer(), MsgParseComplete))
			if err != nil {
				return err
			}
		case MsgDescribe:
			o, err := DecodeDescribe(p)
			if err != nil {
				return err
			}
			if o.Kind == PreparedStatement {
				if err := c.W.Write(AppendParameterDescription(c.W.AvailableBuffer(), NewOIDs(25))); err != nil {
					return err
				}
			}
			if err := c.W.Write(column); err != nil {
				return err
			}
		case MsgBind:
			m, err := DecodeBind(p)
			if err != nil {
				return err
			}
			for cells := m.Params.Cells(); cells.Next(); {
				query += fmt.Sprintf(" [%s]", cells.Value())
			}
			if err := c.W.Write(AppendEmpty(c.W.AvailableBuffer(), MsgBindComplete)); err != nil {
				return err
			}
		case MsgExecute:
			if err := answer(query); err != nil {
				return err
			}
		case MsgSync:
			if err := c.W.Write(AppendReadyForQuery(c.W.AvailableBuffer(), TxIdle)); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s was not expected", Frontend.Name(typ))
		}
	}
}

func TestPsqlLogsIn(t *testing.T) {
	psql, err := exec.LookPath("psql")
	if err != nil {
		t.Fatal("the test needs psql (apt-get install postgresql-client):", err)
	}
	s, caFile := startTiny(t)
	host, port, _ := net.SplitHostPort(s.addr)
	run := func(user, password, options string) (string, error) {
		cmd := exec.CommandContext(t.Context(), psql, "-X", "-At", "-c", "SELECT 'it'",
			"host=localhost hostaddr="+host+" port="+port+" dbname=shop user="+user+" "+options)
		cmd.Env = append(os.Environ(), "PGPASSWORD="+password, "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		return strings.TrimSpace(string(out)), err
	}
	for _, c := range []struct {
		options string
		bound   bool
	}{
		{"sslmode=verify-full channel_binding=require sslrootcert=" + caFile, true},
		{"sslmode=verify-full channel_binding=disable sslrootcert=" + caFile, false},
		{"sslmode=disable", false},
	} {
		if out, err := run("bob", testPassword, c.options); err != nil || out != "SELECT 'it'" {
			t.Errorf("%s: %s, %v", c.options, out, err)
			continue
		}
		if bound := <-s.bound; bound != c.bound {
			t.Errorf("%s: bound %v", c.options, bound)
		}
		for user, password := range map[string]string{"bob": "wrong", "nobody": testPassword} {
			if out, err := run(user, password, c.options); err == nil || !strings.Contains(out, "FATAL:  no") {
				t.Errorf("%s as %s: %s, %v", c.options, user, out, err)
			}
		}
	}
}

func TestPgxLogsIn(t *testing.T) {
	s, caFile := startTiny(t)
	_, port, _ := net.SplitHostPort(s.addr)
	config, err := pgx.ParseConfig("host=localhost port=" + port + " dbname=shop user=bob sslmode=verify-full channel_binding=require sslrootcert=" + caFile)
	if err != nil {
		t.Fatal(err)
	}
	config.Password = testPassword
	ctx := context.Background()
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		t.Fatal(err)
	}
	var asked string
	if err := conn.QueryRow(ctx, "SELECT $1", "x").Scan(&asked); err != nil || asked != "SELECT $1 [x]" {
		t.Errorf("%q, %v", asked, err)
	}
	if err := conn.QueryRow(ctx, "SELECT 1", pgx.QueryExecModeSimpleProtocol).Scan(&asked); err != nil || asked != "SELECT 1" {
		t.Errorf("%q, %v", asked, err)
	}
	if err := conn.Close(ctx); err != nil || !<-s.bound {
		t.Error("not bound,", err)
	}
	config.Password = "wrong"
	_, err = pgx.ConnectConfig(ctx, config)
	if e, ok := errors.AsType[*pgconn.PgError](err); !ok || e.Code != CodeInvalidPassword {
		t.Error(err)
	}
}
