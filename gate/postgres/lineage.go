package postgresgate

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
	dialect "github.com/sallyport/sallyport/sql/postgres"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// contents is the database as a catalogue.Source. It asks by the door's own
// login.
type contents struct {
	line catalogue.Line[*upstream]
}

func newContents(d *door) *contents {
	c := new(contents)
	c.line.Dial = func(ctx context.Context) (*upstream, net.Conn, error) {
		u, err := d.connect(ctx, wanted{login: d.d.Login, database: d.d.Database})
		if err != nil {
			return nil, nil, err
		}
		return u, u.tcp, nil
	}
	return c
}

// nothing takes the rows of a statement that has none.
func nothing([][]byte) error { return nil }

// lockRest is how long a reading that gave way to somebody's lock waits before it
// is begun anew.
const lockRest = 100 * time.Millisecond

// Read implements catalogue.Source. As long as somebody else has a table locked
// whose views it asks for, it is begun anew.
func (c *contents) Read(ctx context.Context) (*sql.Catalogue, lineage.Options, error) {
	for {
		read, err := c.attempt(ctx)
		var e *upstreamError
		if !errors.As(err, &e) || e.code != wire.CodeLockNotAvailable {
			return read, lineage.Options{}, err
		}
		select {
		case <-ctx.Done():
			return nil, lineage.Options{}, err
		case <-time.After(lockRest):
		}
	}
}

func (c *contents) attempt(ctx context.Context) (read *sql.Catalogue, err error) {
	err = c.line.Ask(ctx, func(u *upstream) error {
		for _, q := range dialect.CatalogueSetup {
			if err := u.rows(q, nothing); err != nil {
				return err
			}
		}
		version := u.version()
		b := dialect.NewCatalogueBuilder(version)
		for i, q := range dialect.CatalogueQueries(version) {
			if err := u.rows(q, func(cells [][]byte) error { return b.Row(i, cells) }); err != nil {
				return err
			}
		}
		read = b.Catalogue()
		return u.rows("ROLLBACK", nothing)
	})
	return read, err
}

// Mark implements catalogue.Source.
func (c *contents) Mark(ctx context.Context) (mark string, err error) {
	err = c.line.Ask(ctx, func(u *upstream) error {
		return u.rows(dialect.CatalogueStamp, func(cells [][]byte) error {
			if len(cells) != 1 || cells[0] == nil {
				return errors.New("the database gave no usable answer")
			}
			mark = string(cells[0])
			return nil
		})
	})
	return mark, err
}

// version is the database's, as it reports it in the login.
func (u *upstream) version() string {
	for _, p := range u.statuses {
		if p.Name == "server_version" {
			return p.Value
		}
	}
	return ""
}

// unread logs why there is no catalogue.
func (d *door) unread(err error) {
	d.env.Log.Warn("The database's catalogue cannot be read: statements that reach guarded columns are refused, and no columns are learnt.", "door", d.d.Name, "error", err)
}

// trace says in the act where the values of a statement come from, where some
// rule of the door hangs on it or is to be learnt. path is where its names are
// looked for. Without a catalogue nobody knows.
func (s *session) trace(x *exchange, path []string) {
	x.act.Lineage = nil
	d, ok := s.d.env.Live.Load().Door(s.d.d.Name)
	if !ok || !d.TracesLineage() || x.m.analysis == nil {
		return
	}
	if x.of != nil {
		x.act.Lineage = s.lineageOf(x.of)
		return
	}
	held, err := s.d.catalogue.Snapshot(s.Gone)
	if err != nil {
		return
	}
	x.act.Lineage = held.Lineage(x.m.analysis, append([]string{"pg_catalog"}, path...), x.given...)
}

// plainly is an error of the database without what can quote values: its code
// and what it is about.
func plainly(e *wire.Error) *wire.Error {
	return &wire.Error{
		Severity: e.Severity, SeverityCode: e.SeverityCode, Code: e.Code, Position: e.Position,
		Schema: e.Schema, Table: e.Table, Column: e.Column, DataType: e.DataType, Constraint: e.Constraint,
		Message: "the database's message is kept back, since the statement reaches guarded columns",
	}
}
