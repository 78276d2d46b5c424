// Package store keeps the app's users and colours in MySQL or MariaDB.
//
// It knows the tables and every statement of the app. All of them are prepared
// on the server, none is put together from values. It knows no HTTP, no
// password hashing and no sessions.
package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/go-sql-driver/mysql"
)

// ErrNotFound says that there is no such row.
var ErrNotFound = errors.New("not found")

// ErrTaken says that there is a user with this address already.
var ErrTaken = errors.New("taken")

// duplicateKey is ER_DUP_ENTRY of the MySQL error reference.
const duplicateKey = 1062

// Options say where the database is and who the app is there.
type Options struct {
	Addr     string // host:port
	Name     string // name in the server's certificate; "" for the host of Addr
	CAFile   string // PEM; "" for the system's authorities
	User     string
	Password string
	Database string
}

// Config is the driver's configuration for o: TLS with full verification, and
// values sent apart from the SQL (interpolateParams off).
func (o Options) Config() (*mysql.Config, error) {
	c := mysql.NewConfig()
	c.Net, c.Addr, c.DBName = "tcp", o.Addr, o.Database
	c.User, c.Passwd = o.User, o.Password
	c.ParseTime, c.Loc = true, time.UTC
	c.Timeout, c.ReadTimeout, c.WriteTimeout = 10*time.Second, 30*time.Second, 30*time.Second
	c.InterpolateParams = false
	// Empty: the driver fills it with the host of Addr.
	c.TLS = &tls.Config{ServerName: o.Name, MinVersion: tls.VersionTLS12}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("reading the database's authority: %w", err)
		}
		c.TLS.RootCAs = x509.NewCertPool()
		if !c.TLS.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("reading the database's authority: no certificate in %s", o.CAFile)
		}
	}
	return c, nil
}

// Connect opens a pool of at most 8 connections; it dials nothing yet.
func Connect(o Options) (*sql.DB, error) {
	c, err := o.Config()
	if err != nil {
		return nil, err
	}
	conn, err := mysql.NewConnector(c)
	if err != nil {
		return nil, fmt.Errorf("preparing connections to %s: %w", o.Addr, err)
	}
	db := sql.OpenDB(conn)
	db.SetMaxOpenConns(8)
	db.SetMaxIdleConns(4)
	db.SetConnMaxLifetime(30 * time.Minute)
	return db, nil
}

// Store runs the app's statements. It is safe for concurrent use.
type Store struct {
	db                                            *sql.DB
	addUser, findUser, setColour, colour, popular *sql.Stmt
}

// Open prepares every statement on the server, so that a database that is away,
// or that has no such tables, is known at the start. The pool stays the
// caller's to close, after the Store.
func Open(ctx context.Context, db *sql.DB) (*Store, error) {
	s := &Store{db: db}
	for _, p := range []struct {
		to    **sql.Stmt
		query string
	}{
		{&s.addUser, "INSERT INTO users (email, password_hash, created_at) VALUES (?, ?, ?)"},
		{&s.findUser, "SELECT id, email, password_hash FROM users WHERE email = ?"},
		{&s.setColour, "INSERT INTO colours (user_id, name, updated_at) VALUES (?, ?, ?)" +
			" ON DUPLICATE KEY UPDATE name = ?, updated_at = ?"},
		{&s.colour, "SELECT name, updated_at FROM colours WHERE user_id = ?"},
		{&s.popular, "SELECT name, COUNT(*) AS people FROM colours GROUP BY name ORDER BY people DESC, name LIMIT 100"},
	} {
		stmt, err := db.PrepareContext(ctx, p.query)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("preparing %q: %w", p.query, err), s.Close())
		}
		*p.to = stmt
	}
	return s, nil
}

// Close gives the prepared statements back.
func (s *Store) Close() error {
	var all error
	for _, stmt := range []*sql.Stmt{s.addUser, s.findUser, s.setColour, s.colour, s.popular} {
		if stmt != nil {
			all = errors.Join(all, stmt.Close())
		}
	}
	return all
}

// Ping asks the database whether it is there.
func (s *Store) Ping(ctx context.Context) error { return s.db.PingContext(ctx) }
