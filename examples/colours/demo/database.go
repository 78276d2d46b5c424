package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/sallyport/sallyport/examples/colours/demodb"
)

// database starts the database that is asked for, or else the one that there
// is: the one that DEMO_DSN names, a private MariaDB where one is installed, or
// one in this process.
func (d *demo) database(ctx context.Context) (*demodb.Server, error) {
	dsn, kind := os.Getenv("DEMO_DSN"), os.Getenv("DATABASE")
	var begin func(context.Context) (*demodb.Server, error)
	switch {
	case dsn != "" && kind != "":
		return nil, errors.New("reading DATABASE: DEMO_DSN names a database already; unset one of the two")
	case dsn != "":
		ca, err := os.ReadFile(os.Getenv("DEMO_CA"))
		if err != nil {
			return nil, fmt.Errorf("reading the authority of the database in DEMO_DSN: set DEMO_CA to its PEM file: %w", err)
		}
		begin = func(ctx context.Context) (*demodb.Server, error) { return demodb.External(ctx, dsn, ca) }
	case kind == "memory", kind == "" && demodb.InstalledMariaDB() == "":
		begin = demodb.Memory
	case kind == "mariadb", kind == "":
		begin = demodb.MariaDB
	case kind == "postgres":
		begin = demodb.Postgres
	default:
		return nil, fmt.Errorf("reading DATABASE: %q is not mariadb, postgres or memory", kind)
	}
	done := d.doing("Starting the database")
	db, err := begin(ctx)
	if err != nil && kind == "" && dsn == "" && ctx.Err() == nil {
		d.field("MariaDB", amber, "did not start, so a database in this process takes its place: "+err.Error())
		db, err = demodb.Memory(ctx)
	}
	if err != nil {
		return nil, err
	}
	d.then(db.Close)
	done(fmt.Sprintf("the database is up: %s, at %s, TLS only", db.Kind, db.Addr))
	return db, nil
}

// tables makes the app's tables with the app's own migrate command, as the DBA
// and not through a door; beside them one table that is none of the app's
// business, and a few people with colours.
func (d *demo) tables(ctx context.Context, db *demodb.Server, colours, password string) error {
	ca := d.file("db-ca.pem")
	if err := os.WriteFile(ca, db.CA, 0o644); err != nil {
		return fmt.Errorf("writing the database's authority: %w", err)
	}
	out, err := output(ctx, []string{"COLOURS_DBA_PASSWORD=" + db.Password}, colours, "migrate",
		"-db-kind", string(db.Engine), "-db", db.Addr, "-db-tls-name", db.Name, "-db-ca", ca, "-db-user", db.User, "-db-name", db.Database)
	if err != nil {
		return fmt.Errorf("making the tables: %w\n%s", err, out)
	}
	if err := db.Account(ctx, "colours", password); err != nil {
		return err
	}
	admin, err := db.Admin()
	if err != nil {
		return err
	}
	defer admin.Close()
	now := time.Now().UTC()
	for _, s := range []struct {
		query string
		args  []any
	}{
		{"CREATE TABLE payments (id BIGINT NOT NULL PRIMARY KEY, pan VARCHAR(19) NOT NULL)", nil},
		{"INSERT INTO payments (id, pan) VALUES (?, ?)", []any{1, "4111 1111 1111 1111"}},
		{"INSERT INTO users (email, password_hash, created_at) VALUES (?, ?, ?)", []any{"grace@example.com", "-", now}},
		{"INSERT INTO users (email, password_hash, created_at) VALUES (?, ?, ?)", []any{"alan@example.com", "-", now}},
		{"INSERT INTO colours (user_id, name, updated_at) VALUES (?, ?, ?)", []any{1, "navy", now}},
		{"INSERT INTO colours (user_id, name, updated_at) VALUES (?, ?, ?)", []any{2, "coral", now}},
	} {
		if _, err := admin.ExecContext(ctx, db.Engine.Bind(s.query), s.args...); err != nil {
			return fmt.Errorf("putting in what the demo begins with: %w", err)
		}
	}
	return nil
}
