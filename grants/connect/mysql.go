package connect

import (
	"context"
	"database/sql"
	"errors"
	"net"
	"slices"

	"github.com/go-sql-driver/mysql"
)

// mysqlConn is one session of go-sql-driver.
type mysqlConn struct {
	db   *sql.DB
	conn *sql.Conn
}

func openMySQL(ctx context.Context, c Config) (Conn, error) {
	conf := mysql.NewConfig()
	conf.User, conf.Passwd = c.User, c.Password
	conf.Addr, conf.TLS = c.Host, c.TLS
	conf.Net = "tcp"
	conf.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) { return c.Dial(ctx) }
	conf.InterpolateParams = true // some questions cannot be prepared
	conf.Logger = &mysql.NopLogger{}
	connector, err := mysql.NewConnector(conf)
	if err != nil {
		return nil, err
	}
	m := &mysqlConn{db: sql.OpenDB(connector)}
	if m.conn, err = m.db.Conn(ctx); err != nil {
		return nil, errors.Join(err, m.db.Close())
	}
	if _, err := m.conn.ExecContext(ctx, "SET SESSION TRANSACTION READ ONLY"); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

// deniedByMySQL: ER_ACCESS_DENIED_ERROR, MySQL's ER_ACCOUNT_HAS_BEEN_LOCKED and
// MariaDB's, ER_HOST_NOT_PRIVILEGED.
func deniedByMySQL(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && slices.Contains([]uint16{1045, 3118, 4151, 1130}, e.Number)
}

// Rows is grants.Querier's.
func (m *mysqlConn) Rows(ctx context.Context, query string, args ...any) ([][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	rows, err := m.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all [][]string
	cells := make([]sql.NullString, len(columns))
	into := make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if len(all) == maxRows {
			return nil, errTooMany
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		row := make([]string, len(cells))
		for i := range cells {
			row[i] = cells[i].String
		}
		all = append(all, row)
	}
	return all, rows.Err()
}

// Close ends the session.
func (m *mysqlConn) Close() error { return errors.Join(m.conn.Close(), m.db.Close()) }
