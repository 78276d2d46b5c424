package mysqlgate

import (
	"context"
	"fmt"
	"time"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

const (
	// maxKillers bounds the connections that a door opens at once to kill what
	// runs on others.
	maxKillers = 8
	killTime   = 5 * time.Second
)

// killLater kills a connection whose session is over. A server may go on with
// a statement whose client is gone.
func (d *door) killLater(w wanted, thread uint32) {
	d.sessions.Go(func() { d.kill(context.WithoutCancel(context.Background()), w, "CONNECTION", thread) })
}

// kill ends the statement or the connection of a thread of the database, on a
// connection of its own with the same login, which may always kill its own.
func (d *door) kill(ctx context.Context, w wanted, what string, thread uint32) {
	ctx, cancel := context.WithTimeout(ctx, killTime)
	defer cancel()
	select {
	case d.killers <- struct{}{}:
		defer func() { <-d.killers }()
	case <-ctx.Done():
		return
	}
	err := d.killNow(ctx, w, what, thread)
	if err != nil {
		d.env.Log.Warn("A statement could not be ended at the database, and may go on there.", "door", d.d.Name, "error", err)
	}
}

func (d *door) killNow(ctx context.Context, w wanted, what string, thread uint32) error {
	u, err := d.connect(ctx, wanted{login: w.login, collation: wire.CollationUTF8MB4GeneralCI})
	if err != nil {
		return err
	}
	u.tcp.SetDeadline(time.Now().Add(killTime))
	defer u.close(true)
	u.c.NewExchange()
	if err := u.c.Send(wire.AppendQuery(nil, fmt.Sprintf("KILL %s %d", what, thread), u.caps)); err != nil {
		return err
	}
	p, err := u.c.ReadPacket()
	if err != nil {
		return err
	}
	if len(p) > 0 && p[0] == wire.HeaderErr {
		e, err := wire.DecodeError(p)
		if err != nil {
			return err
		}
		if e.Code == wire.ER_NO_SUCH_THREAD {
			return nil // it has ended by itself
		}
		return e
	}
	return nil
}
