package main

import (
	"context"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresClient is one connection of pgx, below its preparing of statements.
type postgresClient struct {
	config *pgconn.Config
	conn   *pgconn.PgConn
}

func dialPostgres(ctx context.Context, to login, tap *sieve) (client, error) {
	config, err := pgconn.ParseConfig("postgres://" + to.user + ":" + to.password + "@" + to.addr + "/" + to.database + "?sslmode=disable")
	if err != nil {
		return nil, fmt.Errorf("preparing to connect: %w", err)
	}
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return tapped(ctx, network, addr, tap)
	}
	c := &postgresClient{config: config}
	return c, c.connect(ctx)
}

func (c *postgresClient) connect(ctx context.Context) error {
	conn, err := pgconn.ConnectConfig(ctx, c.config)
	if err != nil {
		return fmt.Errorf("logging in: %w", err)
	}
	c.conn = conn
	return nil
}

func (c *postgresClient) close() error { return c.conn.Close(context.Background()) }

// query uses the simple protocol, in which one text may have several
// statements. A connection that was cut is made anew, as a pool would.
func (c *postgresClient) query(ctx context.Context, text string) ([][]string, error) {
	if c.conn.IsClosed() {
		if err := c.connect(ctx); err != nil {
			return nil, err
		}
	}
	results, err := c.conn.Exec(ctx, text).ReadAll()
	if err != nil {
		return nil, err
	}
	var all [][]string
	for _, r := range results {
		for _, cells := range r.Rows {
			row := make([]string, len(cells))
			for i, c := range cells {
				row[i] = string(c)
			}
			all = append(all, row)
		}
	}
	return all, nil
}
