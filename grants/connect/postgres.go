package connect

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postgresConn is one session of pgx.
type postgresConn struct{ conn *pgx.Conn }

func openPostgres(ctx context.Context, c Config) (Conn, error) {
	// Nothing of the environment counts: no PGHOST, no password file, no service.
	conf, err := pgx.ParseConfig("host=localhost port=5432 user=none database=postgres sslmode=disable passfile=/dev/null servicefile=/dev/null")
	if err != nil {
		return nil, err
	}
	conf.User, conf.Password, conf.TLSConfig = c.User, c.Password, c.TLS
	if c.Database != "" {
		conf.Database = c.Database
	}
	conf.Fallbacks = nil
	conf.RuntimeParams = map[string]string{"application_name": "sallyport grants", "default_transaction_read_only": "on", "search_path": "pg_catalog"}
	conf.LookupFunc = func(context.Context, string) ([]string, error) { return []string{"127.0.0.1"}, nil } // Dial finds it
	conf.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) { return c.Dial(ctx) }
	conf.DefaultQueryExecMode = pgx.QueryExecModeExec
	conn, err := pgx.ConnectConfig(ctx, conf)
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return nil, said // what stands around it names an address that nobody has dialled
	}
	if err != nil {
		return nil, err
	}
	return &postgresConn{conn}, nil
}

// deniedByPostgres: class 28, invalid authorization.
func deniedByPostgres(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && strings.HasPrefix(e.Code, "28")
}

// Rows is grants.Querier's. Each column of the query has to be text.
func (p *postgresConn) Rows(ctx context.Context, query string, args ...any) ([][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	rows, err := p.conn.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all [][]string
	for rows.Next() {
		if len(all) == maxRows {
			return nil, errTooMany
		}
		raw := rows.RawValues()
		row := make([]string, len(raw))
		for i, v := range raw {
			row[i] = string(v)
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// Close ends the session.
func (p *postgresConn) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), queryTimeout)
	defer cancel()
	return p.conn.Close(ctx)
}
