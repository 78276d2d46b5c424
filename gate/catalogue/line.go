package catalogue

import (
	"context"
	"errors"
	"net"
	"sync"
)

// Line is a connection of a door's own to its database, on which it asks what
// that holds. It is opened when it is first used, and again after an error. One
// question is asked at a time.
type Line[C any] struct {
	// Dial logs in. The net.Conn is what C speaks over: it bears the deadline, and
	// is what is closed.
	Dial func(context.Context) (C, net.Conn, error)

	mu   sync.Mutex
	conn C
	tcp  net.Conn // nil for none
	over bool
}

// errOver is why a door that has ended asks nothing more.
var errOver = errors.New("the door has ended")

// Ask gives ask a connection that has the deadline of ctx. After an error it is
// closed.
func (l *Line[C]) Ask(ctx context.Context, ask func(C) error) error {
	c, tcp, err := l.open(ctx)
	if err != nil {
		return err
	}
	deadline, _ := ctx.Deadline()
	tcp.SetDeadline(deadline)
	if err := ask(c); err != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		tcp.Close()
		l.tcp = nil
		return err
	}
	return nil
}

func (l *Line[C]) open(ctx context.Context) (c C, tcp net.Conn, err error) {
	l.mu.Lock()
	c, tcp, over := l.conn, l.tcp, l.over
	l.mu.Unlock()
	switch {
	case over:
		return c, nil, errOver
	case tcp != nil:
		return c, tcp, nil
	}
	if c, tcp, err = l.Dial(ctx); err != nil {
		return c, nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		tcp.Close()
		return c, nil, errOver
	}
	l.conn, l.tcp = c, tcp
	return c, tcp, nil
}

// Close closes the connection for good; a question that is under way fails.
func (l *Line[C]) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over = true; l.tcp != nil {
		l.tcp.Close()
		l.tcp = nil
	}
}
