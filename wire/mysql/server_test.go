package mysql

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

// selfSigned makes a certificate for 127.0.0.1, and the pool that trusts it.
func selfSigned(t *testing.T) (certPEM, keyPEM []byte, pool *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "db.example.com"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true,
		BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certPEM = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(certPEM)
	return certPEM, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER}), pool
}

const testPassword = "correct horse"

// tinyServer is a server made of nothing but the codec. It knows one user's
// password, and answers every statement with one row: what was asked.
type tinyServer struct {
	greet  string // the method of the greeting
	method string // the method it insists on
	full   bool   // caching_sha2_password by the full way
	caps   Capability
	tls    *tls.Config
}

func (s *tinyServer) serve(nc net.Conn) error {
	defer nc.Close()
	c, caps, err := s.login(nc)
	if c == nil || err != nil {
		return err
	}
	for {
		c.NewExchange()
		p, err := c.ReadPacket()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if Command(p[0]) == ComQuit {
			return nil
		}
		if err := s.answer(c, p, caps); err != nil {
			return err
		}
		if err := c.W.Flush(); err != nil {
			return err
		}
		c.R.Release()
	}
}

// login does the connection phase. A client that gave a wrong password was
// told so when the Conn is nil.
func (s *tinyServer) login(nc net.Conn) (*Conn, Capability, error) {
	c := NewConn(nc, 64<<20)
	caps := s.caps
	if s.tls != nil {
		caps |= ClientSSL
	}
	nonce := NewNonce(NonceSize)
	g := Greeting{ServerVersion: "8.0.99", ThreadID: 1, Nonce: nonce, Capabilities: caps, Collation: 45,
		Status: StatusAutocommit, AuthPlugin: s.greet}
	if err := c.Send(g.Append(nil)); err != nil {
		return nil, 0, err
	}
	c.R.SetExact(true)
	p, err := c.ReadPacket()
	if err != nil {
		return nil, 0, err
	}
	if IsSSLRequest(p) {
		tc := tls.Server(nc, s.tls)
		if err := c.Upgrade(tc); err != nil {
			return nil, 0, err
		}
		if p, err = c.ReadPacket(); err != nil {
			return nil, 0, err
		}
	}
	c.R.SetExact(false)
	r, err := DecodeResponse(p, caps)
	if err != nil {
		return nil, 0, err
	}
	caps &= r.Capabilities
	answer := append([]byte(nil), r.AuthData...)
	if string(r.AuthPlugin) != s.method {
		size := NonceSize
		if s.method == ClientEd25519 {
			size = Ed25519NonceSize
		}
		nonce = NewNonce(size)
		if err := c.Send((&AuthSwitch{Plugin: s.method, Nonce: nonce}).Append(nil)); err != nil {
			return nil, 0, err
		}
		if p, err = c.ReadPacket(); err != nil {
			return nil, 0, err
		}
		answer = append([]byte(nil), p...)
	}
	ok := false
	switch {
	case s.method == NativePassword:
		ok = VerifyNative(answer, nonce, NativeHash(testPassword))
	case s.method == ClientEd25519:
		ok = VerifyEd25519(answer, nonce, Ed25519PublicKey(testPassword))
	case s.full:
		if err := c.Send(AppendAuthMore(nil, SHA2FullAuth)); err != nil {
			return nil, 0, err
		}
		if p, err = c.ReadPacket(); err != nil {
			return nil, 0, err
		}
		clear, err := Clear(p)
		if err != nil {
			return nil, 0, err
		}
		ok = VerifySHA2Clear(clear, SHA2Hash(testPassword))
	default:
		if ok = VerifySHA2(answer, nonce, SHA2Hash(testPassword)); ok {
			if err := c.W.WritePacket(AppendAuthMore(nil, SHA2FastAuthOK)); err != nil {
				return nil, 0, err
			}
		}
	}
	if !ok {
		return nil, 0, c.Send(NewError(ER_ACCESS_DENIED_ERROR, "Access denied").Append(nil))
	}
	if err := c.Send((&OK{Status: StatusAutocommit}).Append(nil, caps)); err != nil {
		return nil, 0, err
	}
	return c, caps, nil
}

func (s *tinyServer) answer(c *Conn, p []byte, caps Capability) error {
	col := Column{Name: []byte("echo"), Charset: 45, Length: 1 << 16, Type: TypeVarString}
	var errs []error
	send := func(p []byte) { errs = append(errs, c.WritePacket(p)) }
	end := func(rows bool) {
		if !caps.Has(ClientDeprecateEOF) {
			send(EOF{Status: StatusAutocommit}.Append(nil))
		} else if rows {
			send((&OK{EOF: true, Status: StatusAutocommit}).Append(nil, caps))
		}
	}
	var row RowBuilder
	switch Command(p[0]) {
	case ComPing, ComStmtReset:
		send((&OK{}).Append(nil, caps))
	case ComQuery:
		q, err := DecodeQuery(p, caps)
		if err != nil {
			return err
		}
		if strings.HasPrefix(string(q.Text), "forbidden") {
			send(NewError(ER_TABLEACCESS_DENIED_ERROR, "not yours").Append(nil))
			break
		}
		row.StartText(1)
		errs = append(errs, row.Text(q.Text))
		send(AppendColumnCount(nil, 1, caps))
		send(col.Append(nil, caps))
		end(false)
		payload, err := row.Row()
		errs = append(errs, err)
		send(payload)
		end(true)
	case ComStmtPrepare:
		send(PrepareOK{StatementID: 1, Params: 2, Columns: 1}.Append(nil))
		send(col.Append(nil, caps))
		send(col.Append(nil, caps))
		end(false)
		send(col.Append(nil, caps))
		end(false)
	case ComStmtExecute:
		e, err := DecodeExecute(p, caps, Statement{Params: 2})
		if err != nil {
			return err
		}
		var text []byte
		for e.Params.Next() {
			if text, err = e.Params.Value().AppendText(append(text, '/')); err != nil {
				return err
			}
		}
		meta := []ParamType{col.Meta()}
		row.StartBinary(meta)
		errs = append(errs, e.Params.Err(), row.Text(text))
		send(AppendColumnCount(nil, 1, caps))
		send(col.Append(nil, caps))
		end(false)
		payload, err := row.Row()
		errs = append(errs, err)
		send(payload)
		end(true)
	case ComStmtClose:
	default:
		send(NewError(ER_UNKNOWN_COM_ERROR, Command(p[0]).String()).Append(nil))
	}
	return errors.Join(errs...)
}

func TestDriverLogsIn(t *testing.T) {
	certPEM, keyPEM, pool := selfSigned(t)
	cert, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		t.Fatal(err)
	}
	const base = ClientLongPassword | ClientProtocol41 | ClientSecureConnection | ClientPluginAuth | ClientTransactions |
		ClientConnectWithDB | ClientConnectAttrs | ClientPluginAuthLenencData | ClientLongFlag
	for _, c := range []struct {
		name   string
		server tinyServer
		tls    bool
	}{
		{"native", tinyServer{greet: NativePassword, method: NativePassword}, false},
		{"native, switched", tinyServer{greet: CachingSHA2Password, method: NativePassword}, false},
		{"sha2 fast", tinyServer{greet: CachingSHA2Password, method: CachingSHA2Password}, false},
		{"sha2 fast, switched, TLS", tinyServer{greet: NativePassword, method: CachingSHA2Password}, true},
		{"sha2 full, TLS", tinyServer{greet: CachingSHA2Password, method: CachingSHA2Password, full: true}, true},
		{"ed25519, TLS", tinyServer{greet: NativePassword, method: ClientEd25519}, true},
	} {
		for _, eofs := range []Capability{0, ClientDeprecateEOF} {
			t.Run(fmt.Sprintf("%s, %v", c.name, eofs), func(t *testing.T) {
				server := c.server
				server.caps = base | eofs
				cfg := driver.NewConfig()
				cfg.Net, cfg.User, cfg.Passwd, cfg.DBName = "tcp", "alice", testPassword, "shop"
				cfg.ConnectionAttributes = "program_name:shop"
				if c.tls {
					server.tls = &tls.Config{Certificates: []tls.Certificate{cert}}
					cfg.TLS = &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
				}
				ln, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				cfg.Addr = ln.Addr().String()
				var served sync.WaitGroup
				served.Go(func() {
					for {
						nc, err := ln.Accept()
						if err != nil {
							return
						}
						served.Go(func() {
							if err := server.serve(nc); err != nil {
								t.Error("server:", err)
							}
						})
					}
				})
				defer served.Wait()
				defer ln.Close()
				driveTiny(t, cfg)
			})
		}
	}
}

func driveTiny(t *testing.T, cfg *driver.Config) {
	open := func(cfg *driver.Config) *sql.DB {
		connector, err := driver.NewConnector(cfg)
		if err != nil {
			t.Fatal(err)
		}
		return sql.OpenDB(connector)
	}
	ctx := context.Background()
	db := open(cfg)
	defer db.Close()
	if err := db.PingContext(ctx); err != nil {
		t.Fatal(err)
	}
	var got string
	if err := db.QueryRowContext(ctx, "SELECT 'text'").Scan(&got); err != nil || got != "SELECT 'text'" {
		t.Errorf("text: %q, %v", got, err)
	}
	if err := db.QueryRowContext(ctx, "SELECT ?, ?", int64(-7), "seven").Scan(&got); err != nil || got != "/-7/seven" {
		t.Errorf("prepared: %q, %v", got, err)
	}
	if err := db.QueryRowContext(ctx, "SELECT ?, ?", nil, 1.5).Scan(&got); err != nil || got != "//1.5" {
		t.Errorf("prepared with NULL: %q, %v", got, err)
	}
	long := strings.Repeat("x", 100_000)
	if err := db.QueryRowContext(ctx, long).Scan(&got); err != nil || got != long {
		t.Errorf("long: %d bytes, %v", len(got), err)
	}
	var denied *driver.MySQLError
	_, err := db.ExecContext(ctx, "forbidden")
	if !errors.As(err, &denied) || denied.Number != 1142 || string(denied.SQLState[:]) != "42000" {
		t.Error("refusal:", err)
	}
	if err := db.PingContext(ctx); err != nil {
		t.Error("after the refusal:", err)
	}
	wrong := cfg.Clone()
	wrong.Passwd = "wrong"
	other := open(wrong)
	defer other.Close()
	if err := other.PingContext(ctx); !errors.As(err, &denied) || denied.Number != 1045 {
		t.Error("wrong password:", err)
	}
}
