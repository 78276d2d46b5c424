// Package store keeps the app's users and colours in MySQL, MariaDB or
// PostgreSQL.
//
// It knows the tables and every statement of the app. All of them are prepared
// on the server, none is put together from values. It knows no HTTP, no
// password hashing and no sessions.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ErrNotFound says that there is no such row.
var ErrNotFound = errors.New("not found")

// ErrTaken says that there is a user with this address already.
var ErrTaken = errors.New("taken")

// dialTimeout bounds making a connection, log-in included.
const dialTimeout = 10 * time.Second

// Options say where the database is and who the app is there.
type Options struct {
	Kind     Kind
	Addr     string // host:port
	Name     string // name in the server's certificate; "" for the host of Addr
	CAFile   string // PEM; "" for the system's authorities
	User     string
	Password string
	Database string
}

// Connect opens a pool of at most 8 connections over verified TLS; it dials
// nothing yet.
func Connect(o Options) (*sql.DB, error) {
	d, err := o.Kind.dialect()
	if err != nil {
		return nil, err
	}
	conn, err := d.connector(o)
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
	dialect                                       dialect
	db                                            *sql.DB
	addUser, findUser, setColour, colour, popular *sql.Stmt
}

// Open prepares every statement on the server, so that a database that is away,
// or that has no such tables, is known at the start. The pool stays the
// caller's to close, after the Store.
func Open(ctx context.Context, kind Kind, db *sql.DB) (*Store, error) {
	d, err := kind.dialect()
	if err != nil {
		return nil, err
	}
	s := &Store{dialect: d, db: db}
	for _, p := range []struct {
		to    **sql.Stmt
		query string
	}{
		{&s.addUser, d.addUser},
		{&s.findUser, d.findUser},
		{&s.setColour, d.setColour},
		{&s.colour, d.colour},
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
