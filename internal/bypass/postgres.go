package bypass

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresClient speaks to one PostgreSQL session by pgconn, below pgx, which
// would prepare everything.
type postgresClient struct {
	conn *pgconn.PgConn
	to   *Received

	refused string
}

func dialPostgres(ctx context.Context, dsn string, to *Received) (client, error) {
	config, err := pgconn.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("reading a data source name: %w", err)
	}
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		return tap{conn, to}, nil
	}
	config.OnNotice = func(_ *pgconn.PgConn, n *pgconn.Notice) { to.note("notice %s", fields((*pgconn.PgError)(n))) }
	config.OnNotification = func(_ *pgconn.PgConn, n *pgconn.Notification) {
		to.cells = append(to.cells, n.Payload)
		to.note("notification %q %q", n.Channel, n.Payload)
	}
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("logging in at %s:%d: %w", config.Host, config.Port, err)
	}
	return &postgresClient{conn: conn, to: to}, nil
}

func (c *postgresClient) close() { c.conn.Close(context.Background()) }

func (c *postgresClient) refusal() string { return c.refused }

func (c *postgresClient) send(ctx context.Context, s Statement) error {
	switch s.Protocol {
	case Copy:
		return c.fail(c.copy(ctx, s))
	case Prepared, Binary:
		return c.fail(c.prepared(ctx, s))
	}
	results := c.conn.Exec(ctx, s.Text)
	for results.NextResult() {
		if err := c.result(results.ResultReader()); err != nil {
			results.Close()
			return c.fail(err)
		}
	}
	return c.fail(results.Close())
}

func (c *postgresClient) prepared(ctx context.Context, s Statement) error {
	const unnamed = ""
	if _, err := c.conn.Prepare(ctx, unnamed, s.Text, nil); err != nil {
		return err
	}
	var params [][]byte
	for _, p := range s.Params {
		if p == nil {
			params = append(params, nil)
			continue
		}
		params = append(params, fmt.Append(nil, p))
	}
	var formats []int16
	if s.Protocol == Binary {
		formats = []int16{1}
	}
	return c.result(c.conn.ExecPrepared(ctx, unnamed, params, nil, formats))
}

func (c *postgresClient) copy(ctx context.Context, s Statement) error {
	if strings.Contains(s.Text, "STDIN") {
		tag, err := c.conn.CopyFrom(ctx, strings.NewReader(s.Data), s.Text)
		c.to.note("done %s", tag)
		return err
	}
	var out bytes.Buffer
	tag, err := c.conn.CopyTo(ctx, &out, s.Text)
	c.to.row([]string{out.String()})
	c.to.note("done %s", tag)
	return err
}

// result notes the columns and rows of one result, and its tag.
func (c *postgresClient) result(r *pgconn.ResultReader) error {
	var names []string
	for _, f := range r.FieldDescriptions() {
		names = append(names, f.Name)
	}
	if names != nil {
		c.to.note("columns %q", names)
	}
	for r.NextRow() {
		var cells []string
		for _, v := range r.Values() {
			if v == nil {
				cells = append(cells, "<nil>")
				continue
			}
			cells = append(cells, string(v))
		}
		c.to.row(cells)
	}
	tag, err := r.Close()
	c.to.note("done %s", tag)
	return err
}

// fields are all that an error or a notice tells.
func fields(e *pgconn.PgError) string {
	return fmt.Sprintf("%s %s %q detail %q hint %q position %d %d query %q where %q at %q %q %q %q %q", e.Severity, e.Code, e.Message,
		e.Detail, e.Hint, e.Position, e.InternalPosition, e.InternalQuery, e.Where, e.SchemaName, e.TableName, e.ColumnName, e.DataTypeName, e.ConstraintName)
}

// fail notes an error that the server sent. Any other ends the session, which
// the client sees too.
func (c *postgresClient) fail(err error) error {
	var sent *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &sent):
		c.refused = fields(sent)
		c.to.note("error %s", c.refused)
		return nil
	}
	c.to.note("broken off")
	return err
}

// finish lets what comes by itself, a notification, come before the end.
func (c *postgresClient) finish(ctx context.Context) error {
	return c.send(ctx, Statement{Text: "SELECT 1", Protocol: Simple})
}
