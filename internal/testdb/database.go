package testdb

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/go-sql-driver/mysql"
)

// Database is a database of its own on an instance, with a user that may do
// everything in it and nothing elsewhere.
type Database struct {
	Instance *Instance
	Name     string
	User     string // may log in from any address, by password
	Password string
}

// NewDatabase makes an empty database and its user. The caller drops it.
func (in *Instance) NewDatabase(ctx context.Context) (*Database, error) {
	id := secret()[:10]
	d := &Database{Instance: in, Name: "d_" + id, User: "u_" + id, Password: secret()}
	statements := []string{
		"CREATE DATABASE " + d.Name,
		"CREATE USER '" + d.User + "'@'%' IDENTIFIED BY '" + d.Password + "'",
		"GRANT ALL PRIVILEGES ON " + d.Name + ".* TO '" + d.User + "'@'%'",
	}
	if in.Kind == KindPostgres {
		statements = []string{
			"CREATE ROLE " + d.User + " LOGIN PASSWORD '" + d.Password + "'",
			"CREATE DATABASE " + d.Name + " OWNER " + d.User,
			"REVOKE ALL ON DATABASE " + d.Name + " FROM PUBLIC",
		}
	}
	if err := d.exec(ctx, statements); err != nil {
		return nil, fmt.Errorf("making database %s: %w", d.Name, err)
	}
	return d, nil
}

// Drop ends the database's sessions and removes it and its user.
func (d *Database) Drop(ctx context.Context) error {
	statements := []string{
		"KILL CONNECTION USER '" + d.User + "'",
		"DROP DATABASE IF EXISTS " + d.Name,
		"DROP USER IF EXISTS '" + d.User + "'@'%'",
	}
	if d.Instance.Kind == KindPostgres {
		statements = []string{
			"DROP DATABASE IF EXISTS " + d.Name + " WITH (FORCE)",
			"DROP ROLE IF EXISTS " + d.User,
		}
	}
	if err := d.exec(ctx, statements); err != nil {
		return fmt.Errorf("dropping database %s: %w", d.Name, err)
	}
	return nil
}

func (d *Database) exec(ctx context.Context, statements []string) error {
	for _, s := range statements {
		if err := d.Instance.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// Config returns a new go-sql-driver configuration that connects directly, as
// the database's user, over verified TLS. MariaDB only.
func (d *Database) Config() *mysql.Config {
	return d.Instance.driverConfig(d.User, d.Password, d.Name)
}

// Open returns a handle on the database, directly and over verified TLS. The
// caller closes it. MariaDB only.
func (d *Database) Open() (*sql.DB, error) {
	connector, err := mysql.NewConnector(d.Config())
	if err != nil {
		return nil, fmt.Errorf("preparing to connect to database %s: %w", d.Name, err)
	}
	return sql.OpenDB(connector), nil
}
