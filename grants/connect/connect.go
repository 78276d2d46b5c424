// Package connect opens the connections over which package grants asks a
// database server, with the drivers that people use. It knows users, passwords
// and TLS, and nothing of rights. How a host is dialled is for its caller to say.
package connect

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/sallyport/sallyport/grants"
)

// maxRows bounds one answer: a server with more tables is not read in part.
const maxRows = 1 << 20

// queryTimeout bounds one question, and logging in.
const queryTimeout = 30 * time.Second

var errTooMany = fmt.Errorf("the server has more than %d rows of it", maxRows)

// Config says whom to log in as, and where.
type Config struct {
	User, Password string
	Database       string // PostgreSQL; "" is "postgres"
	Host           string // the name that errors give the server
	// Dial opens the connection, in place of the driver.
	Dial func(context.Context) (net.Conn, error)
	// TLS is for the server; nil is in the clear.
	TLS *tls.Config
}

// Conn is one session at a server. It is no good for concurrent use.
type Conn interface {
	grants.Querier
	Close() error
}

// Denied tells whether a server let somebody in by no means: there is no such
// login, it has another password, it is locked, or may not come from here.
func Denied(err error) bool { return deniedByMySQL(err) || deniedByPostgres(err) }

// Open logs in at a server that doors of a kind lead to, for a session that
// only reads. The caller closes the Conn.
func Open(ctx context.Context, kind string, c Config) (Conn, error) {
	if c.Dial == nil {
		return nil, errors.New("connecting to a database: there is no way to dial it")
	}
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	open := openMySQL
	if kind == "postgres" {
		open = openPostgres
	}
	conn, err := open(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("logging in at %s as %s: %w", c.Host, c.User, err)
	}
	return conn, nil
}
