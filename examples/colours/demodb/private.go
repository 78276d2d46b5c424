package demodb

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"time"
)

// private is the directory and the process of a server that is only ours.
type private struct {
	name  string // of the product, for errors
	dir   string
	owner *ids // whom the server runs as

	process *os.Process
	ended   chan error
}

// newPrivate makes a directory under the system's temporary directory, with
// the certificate in cert.pem and key.pem. The directory is the owner's: as
// root, the system user's, since neither server runs as root.
func newPrivate(name, systemUser string, id *Identity) (*private, error) {
	owner, err := account(systemUser)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "colours-"+systemUser+"-")
	if err != nil {
		return nil, fmt.Errorf("making %s's directory: %w", name, err)
	}
	p := &private{name: name, dir: dir, owner: owner}
	err = errors.Join(owner.chown(dir), p.write("cert.pem", id.Cert), p.write("key.pem", id.Key))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return p, nil
}

func (p *private) file(name string) string { return filepath.Join(p.dir, name) }

// write makes a file that only the owner may read.
func (p *private) write(name string, data []byte) error {
	if err := os.WriteFile(p.file(name), data, 0o600); err != nil {
		return fmt.Errorf("writing for %s: %w", p.name, err)
	}
	return p.owner.chown(p.file(name))
}

// run runs a program of the server's to its end.
func (p *private) run(ctx context.Context, bin string, args ...string) error {
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Dir = p.dir
	p.owner.own(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("making %s's data directory: %w: %s", p.name, err, lastLines(out))
	}
	return nil
}

// start starts the server, which writes to the file log, and waits until ready
// returns or the server ends.
func (p *private) start(ctx context.Context, ready func(context.Context) error, bin string, args ...string) error {
	log, err := os.Create(p.file("log"))
	if err != nil {
		return fmt.Errorf("making %s's log: %w", p.name, err)
	}
	defer log.Close() // the server has its own copy
	cmd := exec.Command(bin, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.dir, log, log
	p.owner.own(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting %s: %w", bin, err)
	}
	p.process, p.ended = cmd.Process, make(chan error, 1)
	go func() { p.ended <- cmd.Wait() }()

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	over := make(chan error, 1)
	go func() {
		select {
		case err := <-p.ended:
			out, _ := os.ReadFile(p.file("log"))
			p.ended <- err
			cancel(fmt.Errorf("%s ended at once: %v: %s", p.name, err, lastLines(out)))
		case <-over:
		}
	}()
	err = ready(ctx)
	close(over)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	return err
}

// remove asks the server to end, where it was started, and after ten seconds
// no longer asks; then it removes the directory.
func (p *private) remove(ask os.Signal) error {
	if p.process != nil {
		p.process.Signal(ask)
		select {
		case <-p.ended:
		case <-time.After(10 * time.Second):
			p.process.Kill()
			<-p.ended
		}
	}
	return os.RemoveAll(p.dir)
}

func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, err
}

// ids is a system user to run as; nil means the one that we are.
type ids struct{ uid, gid int }

func account(name string) (*ids, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return nil, fmt.Errorf("looking for a user to run the database as: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, fmt.Errorf("reading the uid of %s: %w", name, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, fmt.Errorf("reading the gid of %s: %w", name, err)
	}
	return &ids{uid, gid}, nil
}

func (o *ids) chown(path string) error {
	if o == nil {
		return nil
	}
	if err := os.Chown(path, o.uid, o.gid); err != nil {
		return fmt.Errorf("giving the database what is its own: %w", err)
	}
	return nil
}

func lastLines(b []byte) string {
	const most = 600
	if len(b) > most {
		b = b[len(b)-most:]
	}
	return string(b)
}
