// Package demodb starts a throw-away database for the demo and for tests: a
// server in this process that speaks as MySQL does, or a private MariaDB or
// PostgreSQL where one is installed.
//
// It knows how to start, ready and end such a server, on loopback, on a random
// port, over TLS, with one administrator. It knows no table of the app and
// nothing of the gateway. Nothing in it outlives the process that called it,
// and it is no place for data that matters.
package demodb

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
)

// Engine is which protocol and which SQL a server speaks.
type Engine string

// The engines that there are, by the names that doors have for them.
const (
	MySQL      Engine = "mysql" // MariaDB too
	PostgreSQL Engine = "postgres"
)

// Server is a running database. Close ends it and removes what it wrote.
type Server struct {
	Engine   Engine
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

// Available are the databases that this machine can start, by name. What it
// lacks is told to lacks, a function such as testing.T's Logf.
func Available(lacks func(format string, args ...any)) map[string]func(context.Context) (*Server, error) {
	all := map[string]func(context.Context) (*Server, error){"memory": Memory}
	if InstalledMariaDB() != "" {
		all["mariadb"] = MariaDB
	} else {
		lacks("mariadbd is not installed: it is not tested")
	}
	if InstalledPostgres() != "" {
		all["postgres"] = Postgres
	} else {
		lacks("PostgreSQL is not installed: it is not tested")
	}
	return all
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
	statements := []string{
		"DROP USER IF EXISTS " + u + "@'%'",
		"CREATE USER " + u + "@'%' IDENTIFIED BY " + p,
		"GRANT SELECT, INSERT, UPDATE, DELETE ON `" + s.Database + "`.* TO " + u + "@'%'",
	}
	if s.Engine == PostgreSQL {
		role := strings.ReplaceAll(u, "'", `"`)
		statements = []string{
			"DO $$ BEGIN CREATE ROLE " + role + "; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
			"ALTER ROLE " + role + " LOGIN PASSWORD " + p,
			"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role,
			"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO " + role,
		}
	}
	for _, q := range statements {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("making database account %s: %w", user, err)
		}
	}
	return nil
}

func quote(s string) (string, error) {
	for _, r := range s {
		if r < ' ' || r > '~' || r == '\'' || r == '"' || r == '\\' {
			return "", fmt.Errorf("quoting %q for SQL: only printable ASCII without quotes and backslashes is taken", s)
		}
	}
	return "'" + s + "'", nil
}

// Secret is a fresh random password of 26 letters and digits (130 bits).
func Secret() string { return rand.Text() }
