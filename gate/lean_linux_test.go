package gate

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"
)

// leanPair returns both ends of a TCP connection, lean.
func leanPair(t testing.TB) (a, b net.Conn) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	c, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	d, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(); d.Close() })
	a, b = Lean(c), Lean(d)
	if _, ok := a.(*lean); !ok {
		t.Fatalf("a TCP connection became a %T", a)
	}
	return a, b
}

// TestLeanCarries sends much in both directions at once, in pieces of all
// sizes, more than the sockets hold.
func TestLeanCarries(t *testing.T) {
	a, b := leanPair(t)
	var wg sync.WaitGroup
	for i, pair := range [][2]net.Conn{{a, b}, {b, a}} {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		data := make([]byte, 20<<20)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		wg.Go(func() {
			for rest := data; len(rest) > 0; {
				n := min(len(rest), 1<<r.IntN(23))
				if w, err := pair[0].Write(rest[:n]); w != n || err != nil {
					t.Errorf("wrote %d of %d: %v", w, n, err)
					return
				}
				rest = rest[n:]
			}
			pair[0].(*lean).CloseWrite()
		})
		wg.Go(func() {
			got, err := io.ReadAll(pair[1])
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%d bytes came of %d: %v", len(got), len(data), err)
			}
		})
	}
	wg.Wait()
}

// TestLeanWaits ends reads and writes that wait: by a deadline, set before and
// meanwhile, by closing, and by the other end.
func TestLeanWaits(t *testing.T) {
	full := func(c net.Conn) error { // writes until it has to wait, and then for long
		for {
			if _, err := c.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
		}
	}
	read := func(c net.Conn) error { _, err := c.Read(make([]byte, 1)); return err }
	for name, use := range map[string]func(net.Conn) error{"read": read, "write": full} {
		for _, how := range []struct {
			name string
			end  func(a, b net.Conn)
			want error
		}{
			{"deadline", func(a, _ net.Conn) { a.SetDeadline(time.Unix(1, 0)) }, os.ErrDeadlineExceeded},
			{"closed", func(a, _ net.Conn) { a.Close() }, net.ErrClosed},
			{"gone", func(_, b net.Conn) { b.(*lean).SetLinger(0); b.Close() }, syscall.ECONNRESET},
		} {
			t.Run(name+" "+how.name, func(t *testing.T) {
				a, b := leanPair(t)
				done := make(chan error, 1)
				go func() { done <- use(a) }()
				time.Sleep(50 * time.Millisecond)
				how.end(a, b)
				select {
				case err := <-done:
					if !errors.Is(err, how.want) && !(how.name == "gone" && errors.Is(err, syscall.EPIPE)) {
						t.Errorf("%v, want %v", err, how.want)
					}
				case <-time.After(5 * time.Second):
					t.Fatal("it waits still")
				}
			})
		}
	}
	a, b := leanPair(t)
	a.SetReadDeadline(time.Now().Add(30 * time.Millisecond))
	if err := read(a); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reading beyond a deadline: %v", err)
	}
	a.SetReadDeadline(time.Time{})
	if _, err := b.Write([]byte("x")); err != nil {
		t.Error(err)
	}
	if err := read(a); err != nil {
		t.Errorf("reading after a deadline: %v", err)
	}
	b.Close()
	if err := read(a); err != io.EOF {
		t.Errorf("reading the end: %v", err)
	}
	if n, err := a.Read(nil); n != 0 || err != nil {
		t.Errorf("reading nothing: %d, %v", n, err)
	}
}

// BenchmarkLean is a byte there and one back.
func BenchmarkLean(b *testing.B) {
	for name, wrap := range map[string]func(net.Conn) net.Conn{
		"lean": func(c net.Conn) net.Conn { return c }, "plain": func(c net.Conn) net.Conn { return c.(*lean).TCPConn },
	} {
		b.Run(name, func(b *testing.B) {
			x, y := leanPair(b)
			x, y = wrap(x), wrap(y)
			go func() {
				buf := make([]byte, 1)
				for {
					if _, err := y.Read(buf); err != nil {
						return
					}
					if _, err := y.Write(buf); err != nil {
						return
					}
				}
			}()
			b.ReportAllocs()
			buf := make([]byte, 1)
			for b.Loop() {
				if _, err := x.Write(buf); err != nil {
					b.Fatal(err)
				}
				if _, err := x.Read(buf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
