package gate

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/policy"
)

// speaker is a gate that greets by a name and then repeats lines, until it is
// told to drain: it then ends what is open.
type speaker struct{ name string }

func (s *speaker) Serve(ctx context.Context, ln net.Listener) error {
	var open sync.WaitGroup
	defer open.Wait()
	stop := context.AfterFunc(ctx, func() { ln.Close() })
	defer stop()
	for {
		conn, err := ln.Accept()
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		open.Go(func() {
			defer conn.Close()
			defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Now()) })()
			fmt.Fprintln(conn, s.name)
			io.Copy(conn, conn)
		})
	}
}

// speakers is a kind whose gates are named after the door's upstream host.
var speakers = Kind{Name: "speaker", New: func(d policy.Door, _ Env) (Gate, error) {
	if d.To.Host == "broken" {
		return nil, errors.New("it is broken")
	}
	return &speaker{d.To.Host}, nil
}}

// doors is a policy with a door for each "name kind listen host".
func doors(t *testing.T, list ...string) *policy.Policy {
	t.Helper()
	p := &policy.Policy{}
	for _, line := range list {
		f := strings.Fields(line)
		p.Doors = append(p.Doors, policy.Door{Name: f[0], Kind: f[1], Listen: f[2], To: policy.Upstream{Host: f[3]}})
	}
	return p
}

func newSet(t *testing.T) *Set {
	t.Helper()
	s := NewSet([]Kind{speakers}, Env{Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(s.Close)
	return s
}

func commit(t *testing.T, s *Set, p *policy.Policy) {
	t.Helper()
	c, err := s.Prepare(p)
	if err != nil {
		t.Fatal(err)
	}
	c.Commit()
}

// greeted connects and returns the connection and the name that greets.
func greeted(t *testing.T, addr string) (net.Conn, string) {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return conn, strings.TrimSpace(line)
}

func TestReloadTurnsThePortOver(t *testing.T) {
	s := newSet(t)
	commit(t, s, doors(t, "a speaker 127.0.0.1:0 first"))
	addr, _ := s.Addr("a")
	kept, name := greeted(t, addr)
	if name != "first" {
		t.Fatalf("the door greets as %s", name)
	}
	// The digest of these doors is the zero one, so another kind of change
	// makes the set take them for different.
	s.open["a"].door.Kind = "another"
	commit(t, s, doors(t, "a speaker 127.0.0.1:0 second"))
	if now, _ := s.Addr("a"); now != addr {
		t.Fatalf("the port moved from %s to %s", addr, now)
	}
	if _, name := greeted(t, addr); name != "second" {
		t.Fatalf("after the reload the door greets as %s", name)
	}
	if _, err := io.ReadAll(kept); err != nil {
		t.Fatalf("the connection from before did not end in good order: %v", err)
	}
	select {
	case err := <-s.Failed():
		t.Fatalf("the gate that was replaced took it for a failure: %v", err)
	default:
	}
}

func TestDoorsThatStayKeepTheirGate(t *testing.T) {
	s := newSet(t)
	commit(t, s, doors(t, "a speaker 127.0.0.1:0 first", "b speaker 127.0.0.1:0 other"))
	addr, _ := s.Addr("a")
	gone, _ := s.Addr("b")
	kept, _ := greeted(t, addr)
	commit(t, s, doors(t, "a speaker 127.0.0.1:0 first"))
	fmt.Fprintln(kept, "still here")
	if line, err := bufio.NewReader(kept).ReadString('\n'); err != nil || line != "still here\n" {
		t.Fatalf("the connection of a door that stays: %q, %v", line, err)
	}
	if conn, err := net.Dial("tcp", gone); err == nil {
		conn.Close()
		t.Fatal("the port of a door that is gone is still bound")
	}
}

func TestPrepareChangesNothingWhereItFails(t *testing.T) {
	s := newSet(t)
	commit(t, s, doors(t, "a speaker 127.0.0.1:0 first"))
	addr, _ := s.Addr("a")
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	_, err = s.Prepare(doors(t, "a speaker 127.0.0.1:0 first", "b speaker "+taken.Addr().String()+" x", "c speaker 127.0.0.1:0 broken", "d nothing 127.0.0.1:0 x"))
	if err == nil {
		t.Fatal("doors that cannot be opened were prepared")
	}
	for _, part := range []string{"door b", "door c: it is broken", "door d: no such kind"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q:\n%v", part, err)
		}
	}
	if _, name := greeted(t, addr); name != "first" {
		t.Fatalf("the door that was open greets as %s", name)
	}
}

func TestAGateThatFailsIsReported(t *testing.T) {
	s := newSet(t)
	commit(t, s, doors(t, "a speaker 127.0.0.1:0 first"))
	s.ports["a 127.0.0.1:0"].to.Close() // without telling the gate to drain
	if err := <-s.Failed(); !errors.Is(err, net.ErrClosed) || !strings.Contains(err.Error(), "door a") {
		t.Fatalf("the failure is %v", err)
	}
}
