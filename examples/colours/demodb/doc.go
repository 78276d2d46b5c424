// Package demodb starts a throw-away MySQL-compatible database for the demo
// and for tests: either a server in this process, or a private MariaDB where
// mariadbd is installed.
//
// It knows how to start, ready and end such a server, on loopback, on a random
// port, over TLS, with one administrator. It knows no table of the app and
// nothing of the gateway. Nothing in it outlives the process that called it,
// and it is no place for data that matters.
package demodb

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"fmt"
	"io"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Server is a running database. Close ends it and removes what it wrote.
type Server struct {
	Kind     string // what it is, for a person: "MariaDB 10.11" or "go-mysql-server, in this process"
	Addr     string // 127.0.0.1:port
	Name     string // the name in its certificate
	CA       []byte // PEM, what a client has to trust
	User     string // the administrator
	Password string
	Database string // made and empty

	close func() error
}

var _ io.Closer = (*Server)(nil)

// Close ends the server. It is called once.
func (s *Server) Close() error { return s.close() }

// Admin opens a pool as the administrator, over verified TLS.
func (s *Server) Admin() (*sql.DB, error) { return s.Open(s.User, s.Password) }

// Open opens a pool with the given login, over verified TLS.
func (s *Server) Open(user, password string) (*sql.DB, error) {
	c, err := Config(s.Addr, s.Name, s.CA, user, password, s.Database)
	if err != nil {
		return nil, err
	}
	conn, err := mysql.NewConnector(c)
	if err != nil {
		return nil, fmt.Errorf("preparing a connection to %s: %w", s.Addr, err)
	}
	return sql.OpenDB(conn), nil
}

// Config is a client's configuration for the server at addr whose certificate
// is for name and signed by ca: TLS with full verification, and nothing that
// would let a hostile server ask for more than the login needs.
func Config(addr, name string, ca []byte, user, password, database string) (*mysql.Config, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("reading the authority of database %s: no certificate in it", addr)
	}
	c := mysql.NewConfig()
	c.Net, c.Addr, c.DBName = "tcp", addr, database
	c.User, c.Passwd = user, password
	c.TLS = &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12}
	c.Timeout = 10 * time.Second
	c.ParseTime, c.Loc = true, time.UTC
	c.Logger = quiet{}
	return c, nil
}

// Account makes (or makes anew) the login that the gateway, or an app without
// one, uses: it may read and write the tables of the database, not change them.
func (s *Server) Account(ctx context.Context, user, password string) error {
	db, err := s.Admin()
	if err != nil {
		return err
	}
	defer db.Close()
	// Neither name nor password can be a parameter of CREATE USER; both come
	// from this program, and quote refuses what it would have to escape.
	u, err := quote(user)
	if err != nil {
		return err
	}
	p, err := quote(password)
	if err != nil {
		return err
	}
	for _, q := range []string{
		"DROP USER IF EXISTS " + u + "@'%'",
		"CREATE USER " + u + "@'%' IDENTIFIED BY " + p,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON `" + s.Database + "`.* TO " + u + "@'%'",
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("making database account %s: %w", user, err)
		}
	}
	return nil
}

func quote(s string) (string, error) {
	for _, r := range s {
		if r < ' ' || r > '~' || r == '\'' || r == '\\' {
			return "", fmt.Errorf("quoting %q for SQL: only printable ASCII without quotes and backslashes is taken", s)
		}
	}
	return "'" + s + "'", nil
}

// Secret is a fresh random password of 26 letters and digits (130 bits).
func Secret() string { return rand.Text() }

// quiet drops the driver's own log lines: each is returned as an error too.
type quiet struct{}

func (quiet) Print(...any) {}
