package mysqlgate

import (
	"context"
	"errors"
	"sync"
	"time"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// asking is a connection of the door's own, by the door's login, on which it asks
// the database what it holds. It is opened when it is first used, and again after
// an error.
type asking struct {
	d *door

	mu   sync.Mutex
	u    *upstream
	over bool
}

// errOver is why a door that ends asks nothing more.
var errOver = errors.New("the door has ended")

// begin gives a connection whose deadline is that of ctx.
func (a *asking) begin(ctx context.Context) (*upstream, error) {
	a.mu.Lock()
	u, over := a.u, a.over
	a.mu.Unlock()
	if over {
		return nil, errOver
	}
	if u == nil {
		var err error
		if u, err = a.d.connect(ctx, wanted{login: a.d.d.Login, collation: wire.CollationUTF8MB4GeneralCI}); err != nil {
			return nil, err
		}
		a.mu.Lock()
		a.u, over = u, a.over
		a.mu.Unlock()
		if over {
			u.close(true)
			return nil, errOver
		}
	}
	deadline, _ := ctx.Deadline()
	u.tcp.SetDeadline(deadline)
	return u, nil
}

// fail closes the connection after an error.
func (a *asking) fail() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.u != nil {
		a.u.close(false)
		a.u = nil
	}
}

// end closes the connection for good.
func (a *asking) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.over = true; a.u != nil {
		a.u.tcp.SetDeadline(time.Now())
		a.u.close(false)
		a.u = nil
	}
}

// rows asks one question and shows each row of the answer, whose cells are
// borrowed for the call. NULL is nil.
func (u *upstream) rows(query string, each func(cells [][]byte) error) (wire.Status, error) {
	var scan wire.ResultScanner
	u.c.NewExchange()
	if err := u.c.Send(wire.AppendQuery(nil, query, u.caps)); err != nil {
		return 0, err
	}
	if err := scan.Start(wire.ComQuery, u.caps); err != nil {
		return 0, err
	}
	var cells [][]byte
	for !scan.Done() {
		h, err := u.c.R.Next()
		if err != nil {
			return 0, err
		}
		prefix, err := u.c.R.Peek(wire.ScanPrefix)
		if err != nil {
			return 0, err
		}
		kind, err := scan.Step(h, prefix)
		if err != nil {
			return 0, err
		}
		p, err := u.c.R.Packet()
		if err != nil {
			return 0, err
		}
		switch kind {
		case wire.KindErr:
			return 0, refusedBy(p)
		case wire.KindLocalInfile:
			return 0, errors.New("the database asked for a file")
		case wire.KindRow:
			if cells, err = textRow(cells[:0], p, scan.Columns()); err != nil {
				return 0, err
			}
			if err := each(cells); err != nil {
				return 0, err
			}
		}
	}
	return scan.Status(), nil
}

// textRow takes a row of the text protocol apart.
func textRow(cells [][]byte, p []byte, columns int) ([][]byte, error) {
	c := wire.TextCells(p, columns)
	for c.Next() {
		v := c.Value()
		if v.Null {
			cells = append(cells, nil)
			continue
		}
		cells = append(cells, v.Raw)
	}
	return cells, c.Err()
}
