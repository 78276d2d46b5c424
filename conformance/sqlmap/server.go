package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/sallyport/sallyport/internal/testdb"
)

// The tables: one is the app's, and one is not.
const (
	ownTable    = "items"
	secretTable = "secrets"
	secretCell  = "value"
)

// server is a kind of database and how an app talks to it.
type server struct {
	kind   string // of its door
	dbms   string // sqlmap's --dbms
	start  func(context.Context, testdb.Options) (*testdb.Instance, error)
	dial   func(ctx context.Context, to login, tap *sieve) (client, error)
	schema func(database string) string // sqlmap's -D
}

var servers = []server{
	{"mysql", "MySQL", testdb.StartMariaDB, dialMySQL, func(database string) string { return database }},
	{"postgres", "PostgreSQL", testdb.StartPostgres, dialPostgres, func(string) string { return "public" }},
}

// login is where and as whom the app logs in.
type login struct {
	addr, user, password, database string
}

// client is the app's connection to its database. It is used by one goroutine
// at a time.
type client interface {
	// query sends the text as it is, and returns the rows of all its results.
	query(ctx context.Context, text string) ([][]string, error)
	close() error
}

// prepare makes the tables as the login itself, which may thus read both.
func prepare(ctx context.Context, s server, to login, secret string) (err error) {
	c, err := s.dial(ctx, to, newSieve(secret))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	for _, statement := range []string{
		"CREATE TABLE " + ownTable + " (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL)",
		"INSERT INTO " + ownTable + " VALUES (1, 'teal'), (2, 'amber'), (3, 'plum')",
		"CREATE TABLE " + secretTable + " (" + secretCell + " VARCHAR(40) NOT NULL)",
		"INSERT INTO " + secretTable + " VALUES ('" + secret + "')",
	} {
		if _, err := c.query(ctx, statement); err != nil {
			return fmt.Errorf("making the tables: %w", err)
		}
	}
	return nil
}
