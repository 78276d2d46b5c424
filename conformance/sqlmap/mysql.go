package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"

	"github.com/go-sql-driver/mysql"
)

// mysqlClient is database/sql over one connection.
type mysqlClient struct{ db *sql.DB }

// dialMySQL allows several statements in one text, as careless apps do.
func dialMySQL(ctx context.Context, to login, tap *sieve) (client, error) {
	config := mysql.NewConfig()
	config.Net, config.Addr, config.User, config.Passwd, config.DBName = "tcp", to.addr, to.user, to.password, to.database
	config.MultiStatements = true
	config.Timeout, config.ReadTimeout = queryTimeout, queryTimeout
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return tapped(ctx, network, addr, tap)
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("preparing to connect: %w", err)
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return mysqlClient{db}, nil
}

func (c mysqlClient) close() error { return c.db.Close() }

func (c mysqlClient) query(ctx context.Context, text string) ([][]string, error) {
	rows, err := c.db.QueryContext(ctx, text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all [][]string
	for more := true; more; more = rows.NextResultSet() {
		columns, err := rows.Columns()
		if err != nil {
			return nil, err
		}
		cells, into := make([]sql.NullString, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				return nil, err
			}
			row := make([]string, len(cells))
			for i, c := range cells {
				row[i] = c.String
			}
			all = append(all, row)
		}
	}
	return all, rows.Err()
}
