package demodb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"

	"github.com/go-sql-driver/mysql"
)

// externalDatabase is the only schema that External makes, and drops.
const externalDatabase = "sallyport_demo"

// External uses a MySQL or MariaDB that runs already. The DSN, in go-sql-driver's form,
// is that of an administrator; what it says of TLS is ignored, since the
// session is always TLS, verified against ca (PEM). It makes the database
// sallyport_demo and refuses if there is one: it would not be ours to drop.
// Close drops it again.
func External(ctx context.Context, dsn string, ca []byte) (*Server, error) {
	// Errors of the parser could quote the password.
	c, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, errors.New("reading the DSN: want user:password@tcp(host:port)/")
	}
	host, _, err := net.SplitHostPort(c.Addr)
	if err != nil || c.Net != "tcp" {
		return nil, errors.New("reading the DSN: want user:password@tcp(host:port)/")
	}
	s := &Server{Engine: MySQL, Addr: c.Addr, Name: host, CA: ca, User: c.User, Password: c.Passwd}
	db, err := s.Admin() // in no database yet
	if err != nil {
		return nil, err
	}
	if err := s.adopt(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.close = func() error {
		defer db.Close()
		if _, err := db.Exec("DROP DATABASE " + externalDatabase); err != nil {
			return fmt.Errorf("dropping %s: %w", externalDatabase, err)
		}
		return nil
	}
	return s, nil
}

func (s *Server) adopt(ctx context.Context, db *sql.DB) error {
	if err := db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&s.Kind); err != nil {
		return fmt.Errorf("asking %s for its version: %w", s.Addr, err)
	}
	s.Kind = "yours, version " + s.Kind
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+externalDatabase); err != nil {
		return fmt.Errorf("making database %s (if one is left over from a demo that was killed, drop it): %w",
			externalDatabase, err)
	}
	s.Database = externalDatabase
	return nil
}
