package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/internal/testdb"
)

// server is a kind of database.
type server struct {
	kind   string // of its door, and the app's -db-kind
	dbms   string // sqlmap's --dbms
	start  func(context.Context, testdb.Options) (*testdb.Instance, error)
	exec   func(context.Context, *testdb.Database, []string) error
	schema func(database string) string // sqlmap's -D
}

var servers = []server{
	{"mysql", "MySQL", testdb.StartMariaDB, execMySQL, func(database string) string { return database }},
	{"postgres", "PostgreSQL", testdb.StartPostgres, execPostgres, func(string) string { return "public" }},
}

// prepare makes the app's tables with its own migrate command, and puts the
// secret into two places: a table that is none of the app's business, and the
// accounts. All is made by the database's one login, which may thus read all.
func prepare(ctx context.Context, s server, db *testdb.Database, app, secret string) error {
	cmd := exec.CommandContext(ctx, app, "migrate", "-db-kind", s.kind, "-db", db.Instance.Addr, "-db-tls-name", "localhost",
		"-db-ca", db.Instance.CAFile, "-db-user", db.User, "-db-name", db.Name)
	cmd.Env = append(os.Environ(), "COLOURS_DBA_PASSWORD="+db.Password)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("making the app's tables: %w: %s", err, out)
	}
	if err := s.exec(ctx, db, []string{
		"INSERT INTO users (email, password_hash, created_at) VALUES ('ada@example.com', '" + secret + "', '2026-01-01 00:00:00')",
		"INSERT INTO colours (user_id, name, updated_at) VALUES (1, '" + colour + "', '2026-01-01 00:00:00')",
		"CREATE TABLE " + payments + " (id BIGINT PRIMARY KEY, pan VARCHAR(19) NOT NULL)",
		"INSERT INTO " + payments + " (id, pan) VALUES (1, '" + secret + "')",
	}); err != nil {
		return fmt.Errorf("putting in what is to be kept: %w", err)
	}
	return nil
}

func execMySQL(ctx context.Context, db *testdb.Database, statements []string) (err error) {
	pool, err := db.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	for _, s := range statements {
		if _, err := pool.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func execPostgres(ctx context.Context, db *testdb.Database, statements []string) (err error) {
	conn, err := pgconn.Connect(ctx, "postgres://"+db.User+":"+db.Password+"@localhost:"+db.Instance.Port()+"/"+db.Name+
		"?sslmode=verify-full&sslrootcert="+filepath.ToSlash(db.Instance.CAFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s).ReadAll(); err != nil {
			return err
		}
	}
	return nil
}
