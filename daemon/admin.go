package daemon

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"

	"github.com/sallyport/sallyport/admin"
	"github.com/sallyport/sallyport/policy"
)

var _ admin.Gateway = (*gateway)(nil)

// defaultAdmin is where the admin listener is where the policy does not say:
// without a token it answers health and metrics only.
const defaultAdmin = "127.0.0.1:9180"

// serveAdmin opens the admin listener. Where the policy names none and the
// usual one is taken, by another gateway for example, the doors are served
// without it.
func (g *gateway) serveAdmin(p *policy.Policy) (stop func(), err error) {
	addr := p.Admin.Listen
	if addr == "" {
		addr = defaultAdmin
	}
	path, socket := strings.CutPrefix(addr, "unix:")
	ln, err := listenAdmin(addr, path, socket)
	if err != nil && p.Admin.Listen == "" {
		g.o.Log.Warn("The admin listener is not open: name another with `admin: {listen: …}`.", "error", err)
		return func() {}, nil
	}
	if err != nil {
		return func() {}, listening(fmt.Errorf("admin: listening on %s: %w", addr, err))
	}
	server := admin.Server(g, g.registry, admin.Access{Socket: socket, Token: func() []byte { return g.live.Load().Admin.Token.Reveal() }})
	// What its clients do wrong is theirs, as at the doors.
	server.ErrorLog = slog.NewLogLogger(g.parts.Handler(), slog.LevelDebug)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			g.o.Log.Error("The admin listener has ended.", "error", err)
		}
	}()
	fmt.Fprintf(g.o.Out, "admin listens on %s\n", ln.Addr())
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), g.o.Drain)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			server.Close()
		}
		<-done
	}, nil
}

// listening adds to why something cannot be listened on what to do about it.
func listening(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w; another program listens there: stop it, or write another port at `listen:`", err)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("%w; write an address of this machine at `listen:`", err)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("%w; ports below 1024 want CAP_NET_BIND_SERVICE, and a socket a folder that can be written to", err)
	}
	return err
}

// listenAdmin binds the address. A socket file that nobody listens on is left
// over from a gateway that was killed, and is replaced.
func listenAdmin(addr, path string, socket bool) (net.Listener, error) {
	if !socket {
		return net.Listen("tcp", addr)
	}
	if conn, err := net.Dial("unix", path); err == nil {
		conn.Close()
		return nil, errors.New("another gateway listens there")
	}
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSocket != 0 {
		if err := os.Remove(path); err != nil {
			return nil, err
		}
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, ln.Close())
	}
	return ln, nil
}

// Ready is nil where crossings can pass.
func (g *gateway) Ready() error {
	if g.draining.Load() {
		return errors.New("the gateway is stopping")
	}
	if err := g.log.Err(); err != nil {
		return fmt.Errorf("the ledger takes no entries: %w", err)
	}
	return nil
}

// Status is what the gateway is doing.
func (g *gateway) Status() admin.Status {
	g.mu.Lock()
	defer g.mu.Unlock()
	p := g.live.Load()
	digest := p.Digest()
	s := admin.Status{
		Version: g.o.Version,
		Started: g.started,
		Policy:  admin.Policy{File: p.File, Digest: hex.EncodeToString(digest[:]), Loaded: g.loaded},
		Ledger:  admin.Ledger{Path: p.Ledger.Path, Key: g.log.VerifierKey()},
		Doors:   []admin.Door{},
		Killed:  []admin.Switch{},
	}
	if g.reloadErr != nil {
		s.Policy.Error = g.reloadErr.Error()
	}
	if err := g.log.Err(); err != nil {
		s.Ledger.Error = err.Error()
	}
	for _, d := range p.Doors {
		addr, _ := g.doors.Addr(d.Name)
		s.Doors = append(s.Doors, admin.Door{Name: d.Name, Kind: d.Kind, Listen: addr, Mode: d.Mode.String()})
	}
	for _, k := range g.guard.Kills() {
		s.Killed = append(s.Killed, admin.Switch(k))
	}
	return s
}
