package bypass

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// mysqlClient speaks to one MySQL or MariaDB session by the driver's own
// interface, below database/sql, which would hide results that follow a
// result, and what an OK says.
type mysqlClient struct {
	conn driver.Conn
	to   *Received

	refused string
}

func dialMySQL(ctx context.Context, dsn string, to *Received) (client, error) {
	config, err := mysql.ParseDSN(dsn)
	if err != nil {
		return nil, fmt.Errorf("reading a data source name: %w", err)
	}
	config.MultiStatements = true
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return tap{conn, to}, nil
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, fmt.Errorf("reading a data source name: %w", err)
	}
	conn, err := connector.Connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("logging in at %s: %w", config.Addr, err)
	}
	return &mysqlClient{conn: conn, to: to}, nil
}

func (c *mysqlClient) close() { c.conn.Close() }

func (c *mysqlClient) refusal() string { return c.refused }

func (c *mysqlClient) send(ctx context.Context, s Statement) error {
	mark := c.to.mark()
	rows, done, err := c.query(ctx, s)
	if err != nil {
		return c.fail(err)
	}
	defer done()
	defer rows.Close()
	for {
		if names := rows.Columns(); len(names) > 0 {
			c.to.note("columns %q", names)
			if err := c.rows(rows, len(names)); err != nil {
				return c.fail(err)
			}
		} else {
			c.to.note("ok %s", hex.EncodeToString(c.to.since(mark)))
		}
		more, ok := rows.(driver.RowsNextResultSet)
		if !ok || !more.HasNextResultSet() {
			return nil
		}
		if err := more.NextResultSet(); err != nil {
			return c.fail(err)
		}
	}
}

func (c *mysqlClient) query(ctx context.Context, s Statement) (rows driver.Rows, done func(), err error) {
	if s.Protocol == Simple {
		mysql.RegisterReaderHandler("data", func() io.Reader { return strings.NewReader(s.Data) })
		rows, err = c.conn.(driver.QueryerContext).QueryContext(ctx, s.Text, nil)
		return rows, func() {}, err
	}
	prepared, err := c.conn.(driver.ConnPrepareContext).PrepareContext(ctx, s.Text)
	if err != nil {
		return nil, nil, err
	}
	var args []driver.NamedValue
	for i, p := range s.Params {
		args = append(args, driver.NamedValue{Ordinal: i + 1, Value: p})
	}
	rows, err = prepared.(driver.StmtQueryContext).QueryContext(ctx, args)
	if err != nil {
		prepared.Close()
		return nil, nil, err
	}
	return rows, func() { prepared.Close() }, nil
}

// rows notes the rows of one result.
func (c *mysqlClient) rows(rows driver.Rows, columns int) error {
	dest := make([]driver.Value, columns)
	for {
		if err := rows.Next(dest); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		cells := make([]string, columns)
		for i, v := range dest {
			if b, ok := v.([]byte); ok {
				v = string(b)
			}
			cells[i] = fmt.Sprint(v)
		}
		c.to.row(cells)
	}
}

// fail notes an error that the server sent. Any other ends the session, which
// the client sees too.
func (c *mysqlClient) fail(err error) error {
	var sent *mysql.MySQLError
	if errors.As(err, &sent) {
		c.refused = fmt.Sprintf("%d %s %s", sent.Number, sent.SQLState[:], sent.Message)
		c.to.note("error %s", c.refused)
		return nil
	}
	c.to.note("broken off")
	return err
}

// finish asks for the warnings of the last statement, as clients do.
func (c *mysqlClient) finish(ctx context.Context) error {
	return c.send(ctx, Statement{Text: "SHOW WARNINGS", Protocol: Simple})
}
