package mysqlgate

import (
	"context"
	"errors"
	"net"

	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
	mysqltext "github.com/sallyport/sallyport/sql/mysql"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// contents is the database as a catalogue.Source. It asks by the door's own
// login: what that may not see is in no catalogue.
type contents struct {
	line catalogue.Line[*upstream]
}

func newContents(d *door) *contents {
	c := new(contents)
	c.line.Dial = func(ctx context.Context) (*upstream, net.Conn, error) {
		u, err := d.connect(ctx, wanted{login: d.d.Login, collation: wire.CollationUTF8MB4GeneralCI})
		if err != nil {
			return nil, nil, err
		}
		return u, u.tcp, nil
	}
	return c
}

// Read implements catalogue.Source.
func (c *contents) Read(ctx context.Context) (read *sql.Catalogue, o lineage.Options, err error) {
	err = c.line.Ask(ctx, func(u *upstream) error {
		fold := false
		if _, err := u.rows("SELECT @@lower_case_table_names", func(cells [][]byte) error {
			fold = len(cells) == 1 && string(cells[0]) != "0"
			return nil
		}); err != nil {
			return err
		}
		r, err := u.contents()
		for again := 0; err == nil && r.Skipped() && again < maxAgain; again++ {
			r, err = u.contents()
		}
		if err != nil {
			return err
		}
		read, o = r.Catalogue(), lineage.Options{FoldColumns: true, FoldRelations: fold}
		return nil
	})
	return read, o, err
}

// maxAgain is how often a catalogue is read anew of which a part was skipped.
const maxAgain = 3

// contents reads the lists of a catalogue once.
func (u *upstream) contents() (*mysqltext.CatalogueReader, error) {
	r := mysqltext.NewCatalogueReader(u.server.version)
	for i, query := range mysqltext.CatalogueQueries() {
		if _, err := u.rows(query, func(cells [][]byte) error { return r.Add(i, cells) }); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// Mark implements catalogue.Source.
func (c *contents) Mark(ctx context.Context) (mark string, err error) {
	err = c.line.Ask(ctx, func(u *upstream) error {
		_, err := u.rows(mysqltext.CatalogueChanges(u.server.version), func(cells [][]byte) error {
			if len(cells) != 1 {
				return errors.New("the database gave no usable answer")
			}
			mark = string(cells[0])
			return nil
		})
		return err
	})
	return mark, err
}

// unread logs why there is no catalogue.
func (d *door) unread(err error) {
	d.env.Log.Warn("The database's catalogue cannot be read: statements that reach guarded columns are refused, and no columns are learnt.", "door", d.d.Name, "error", err)
}

// trace says in the act where the values of a statement come from, where some
// rule of the door hangs on it or is to be learnt. Without a catalogue nobody knows.
func (s *session) trace(x *exchange) {
	x.act.Lineage = nil
	d, ok := s.d.env.Live.Load().Door(s.d.d.Name)
	if !ok || !d.TracesLineage() || x.analysis == nil {
		return
	}
	held, err := s.d.catalogue.Snapshot(s.Gone)
	if err != nil {
		return
	}
	var path []string
	if s.sql.Database != "" {
		path = []string{s.sql.Database}
	}
	x.act.Lineage = held.Lineage(x.analysis, path)
}

// quotes tells whether a statement shows what the database said of the one before
// it.
func quotes(a *sql.Analysis) bool {
	return a != nil && a.Kind == sql.KindShow && a.Detail == "warnings"
}
