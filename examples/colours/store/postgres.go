package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// uniqueViolation is of Appendix A of the PostgreSQL manual.
const uniqueViolation = "23505"

var inPostgres = dialect{
	connector: postgresConnector,
	schema: []string{
		`CREATE TABLE IF NOT EXISTS users (
			id            BIGINT         GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
			email         VARCHAR(254)   NOT NULL CONSTRAINT users_email UNIQUE,
			password_hash VARCHAR(255)   NOT NULL,
			created_at    TIMESTAMPTZ(0) NOT NULL
		)`,
		`CREATE TABLE IF NOT EXISTS colours (
			user_id    BIGINT         NOT NULL PRIMARY KEY,
			name       VARCHAR(40)    NOT NULL,
			updated_at TIMESTAMPTZ(0) NOT NULL,
			CONSTRAINT colours_user FOREIGN KEY (user_id) REFERENCES users (id)
		)`,
	},
	addUser:  "INSERT INTO users (email, password_hash, created_at) VALUES ($1, $2, $3) RETURNING id",
	findUser: "SELECT id, email, password_hash FROM users WHERE email = $1",
	setColour: "INSERT INTO colours (user_id, name, updated_at) VALUES ($1, $2, $3)" +
		" ON CONFLICT (user_id) DO UPDATE SET name = $4, updated_at = $5",
	colour: "SELECT name, updated_at FROM colours WHERE user_id = $1",
	insert: func(ctx context.Context, stmt *sql.Stmt, args ...any) (id int64, err error) {
		err = stmt.QueryRowContext(ctx, args...).Scan(&id)
		return id, err
	},
	taken: func(err error) bool {
		e, ok := errors.AsType[*pgconn.PgError](err)
		return ok && e.Code == uniqueViolation
	},
}

// postgresConnector sends what was prepared as a prepared statement and all
// else as text, as the other driver does: by itself pgx would prepare anything,
// the vulnerable search too.
func postgresConnector(o Options) (driver.Connector, error) {
	host, text, err := net.SplitHostPort(o.Addr)
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
	c.Host, c.Port, c.Fallbacks = host, uint16(port), nil
	c.Database, c.User, c.Password = o.Database, o.User, o.Password
	c.RuntimeParams = map[string]string{"application_name": "colours"}
	c.ConnectTimeout = dialTimeout
	c.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	if c.TLSConfig, err = o.tls(); err != nil {
		return nil, err
	}
	return stdlib.GetConnector(*c), nil
}
