package demodb

import (
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// Admin opens a pool as the administrator, over verified TLS.
func (s *Server) Admin() (*sql.DB, error) { return s.Open(s.User, s.Password) }

// Open opens a pool with the given login, over verified TLS. What is not
// prepared goes to the server as text.
func (s *Server) Open(user, password string) (*sql.DB, error) {
	if s.Engine == PostgreSQL {
		c, err := s.postgres(user, password)
		if err != nil {
			return nil, err
		}
		return stdlib.OpenDB(*c), nil
	}
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

// Bind writes a query's parameters, each a "?", as the engine wants them. The
// query has no other question mark.
func (e Engine) Bind(query string) string {
	if e != PostgreSQL {
		return query
	}
	var b strings.Builder
	for i, part := range strings.Split(query, "?") {
		if i > 0 {
			b.WriteString("$" + strconv.Itoa(i))
		}
		b.WriteString(part)
	}
	return b.String()
}

// Config is a client's configuration for the server at addr whose certificate
// is for name and signed by ca: TLS with full verification, and nothing that
// would let a hostile server ask for more than the login needs.
func Config(addr, name string, ca []byte, user, password, database string) (*mysql.Config, error) {
	var err error
	c := mysql.NewConfig()
	c.Net, c.Addr, c.DBName = "tcp", addr, database
	c.User, c.Passwd = user, password
	c.Timeout = dialTimeout
	c.ParseTime, c.Loc = true, time.UTC
	c.Logger = quiet{}
	c.TLS, err = verified(addr, name, ca)
	return c, err
}

func (s *Server) postgres(user, password string) (*pgx.ConnConfig, error) {
	host, text, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return nil, fmt.Errorf("reading the database's address: %w", err)
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("reading the database's port: %w", err)
	}
	// pgx wants to have parsed a configuration, and takes from the environment
	// what it does not say.
	c, err := pgx.ParseConfig("host=localhost sslmode=disable")
	if err != nil {
		return nil, err
	}
	c.Host, c.Port, c.Fallbacks, c.RuntimeParams = host, uint16(port), nil, nil
	c.Database, c.User, c.Password = s.Database, user, password
	c.ConnectTimeout = dialTimeout
	c.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	c.TLSConfig, err = verified(s.Addr, s.Name, s.CA)
	return c, err
}

// dialTimeout bounds making a connection, log-in included.
const dialTimeout = 10 * time.Second

func verified(addr, name string, ca []byte) (*tls.Config, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		return nil, fmt.Errorf("reading the authority of database %s: no certificate in it", addr)
	}
	return &tls.Config{RootCAs: pool, ServerName: name, MinVersion: tls.VersionTLS12}, nil
}

// quiet drops the driver's own log lines: each is returned as an error too.
type quiet struct{}

func (quiet) Print(...any) {}
