package catalogue

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// dialler opens pipes whose other ends answer each byte with one.
func dialler(t *testing.T, dialled *int) func(context.Context) (net.Conn, net.Conn, error) {
	return func(context.Context) (net.Conn, net.Conn, error) {
		*dialled++
		near, far := net.Pipe()
		t.Cleanup(func() { far.Close() })
		go io.Copy(far, far)
		return near, near, nil
	}
}

func echo(c net.Conn) error {
	if _, err := c.Write([]byte{1}); err != nil {
		return err
	}
	_, err := io.ReadFull(c, make([]byte, 1))
	return err
}

func TestLine(t *testing.T) {
	dialled := 0
	l := &Line[net.Conn]{Dial: dialler(t, &dialled)}
	for range 2 {
		if err := l.Ask(t.Context(), echo); err != nil {
			t.Fatal(err)
		}
	}
	if dialled != 1 {
		t.Errorf("two questions took %d connections", dialled)
	}
	broken := errors.New("broken")
	if err := l.Ask(t.Context(), func(net.Conn) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if err := l.Ask(t.Context(), echo); err != nil || dialled != 2 {
		t.Errorf("after an error: %v, %d connections", err, dialled)
	}
	l.Close()
	if err := l.Ask(t.Context(), echo); !errors.Is(err, errOver) {
		t.Errorf("after its end: %v", err)
	}
}

func TestLineHasADeadline(t *testing.T) {
	near, far := net.Pipe()
	defer far.Close()
	l := &Line[net.Conn]{Dial: func(context.Context) (net.Conn, net.Conn, error) { return near, near, nil }}
	ctx, cancel := context.WithDeadline(t.Context(), time.Unix(1, 0))
	defer cancel()
	if err := l.Ask(ctx, echo); err == nil {
		t.Error("a database that does not answer was waited for")
	}
}

func TestLineThatEndsWhileItIsDialled(t *testing.T) {
	dialled := 0
	l := new(Line[net.Conn])
	l.Dial = func(ctx context.Context) (net.Conn, net.Conn, error) {
		l.Close()
		return dialler(t, &dialled)(ctx)
	}
	if err := l.Ask(t.Context(), echo); !errors.Is(err, errOver) {
		t.Errorf("got %v", err)
	}
}
