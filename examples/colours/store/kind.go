package store

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net"
	"os"
)

// Kind is what kind of database the app lives in. The zero value is none.
type Kind string

// The kinds that there are.
const (
	MySQL    Kind = "mysql" // MariaDB too
	Postgres Kind = "postgres"
)

// dialect is all in which the kinds differ: how to connect, the SQL, and what
// an error means.
type dialect struct {
	connector func(Options) (driver.Connector, error)
	schema    []string

	addUser, findUser, setColour, colour string

	insert func(ctx context.Context, stmt *sql.Stmt, args ...any) (id int64, err error)
	taken  func(error) bool // whether an error says that a unique key is there already
}

func (k Kind) dialect() (dialect, error) {
	switch k {
	case MySQL:
		return inMySQL, nil
	case Postgres:
		return inPostgres, nil
	}
	return dialect{}, fmt.Errorf("%q is no kind of database: %s or %s", string(k), MySQL, Postgres)
}

// tls is full verification of the server, by its name in o or else its host.
func (o Options) tls() (*tls.Config, error) {
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, fmt.Errorf("reading the database's address: %w", err)
	}
	c := &tls.Config{ServerName: cmp.Or(o.Name, host), MinVersion: tls.VersionTLS12}
	if o.CAFile == "" {
		return c, nil
	}
	pem, err := os.ReadFile(o.CAFile)
	if err != nil {
		return nil, fmt.Errorf("reading the database's authority: %w", err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("reading the database's authority: no certificate in %s", o.CAFile)
	}
	return c, nil
}

// Migrate makes the tables that are not there. It wants a login that may
// create tables, which is not the app's, and it may run as often as one likes.
func Migrate(ctx context.Context, kind Kind, db *sql.DB) error {
	d, err := kind.dialect()
	if err != nil {
		return err
	}
	for _, q := range d.schema {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("making the tables: %w", err)
		}
	}
	return nil
}
