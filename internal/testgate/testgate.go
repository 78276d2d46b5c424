// Package testgate runs the built sallyport program for benchmarks and
// conformance runs: it writes a policy and certificates into a directory,
// starts the program on it, waits until its doors accept, and stops it. What
// else serves in such a run, as the app behind a door, it runs the same way.
//
// It knows the program's command line and nothing of its packages: what is
// measured and tested is what a user runs.
package testgate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/sallyport/sallyport/internal/testpki"
)

const (
	startTimeout = 30 * time.Second
	stopTimeout  = 30 * time.Second
	logLimit     = 64 << 10 // bytes of the program's output that are kept
)

// Config says what to run.
type Config struct {
	Program string   // path of the built program
	Args    []string // of the program; nil for sallyport's `run` of the policy
	Policy  string   // the policy's text; gate.pem, gate-key.pem and Files stand beside it
	Files   map[string][]byte
	Env     []string // further variables, such as the policy's secrets
	Doors   []string // addresses that must accept before Start returns
}

// Process is a running program. Its methods are safe for concurrent use.
type Process struct {
	CA  []byte // PEM of the authority that signed gate.pem (localhost, 127.0.0.1, ::1)
	Dir string // where the policy and the ledger are

	pid  int
	log  *tail
	done chan struct{}
	err  error // read after done
}

// Start writes the files, starts the program and waits until every door
// accepts connections. The caller stops it.
func Start(ctx context.Context, c Config) (*Process, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	program, err := filepath.Abs(c.Program)
	if err != nil {
		return nil, fmt.Errorf("finding the program: %w", err)
	}
	if _, err := os.Stat(program); err != nil {
		return nil, fmt.Errorf("finding the program: %w; type: make build", err)
	}
	p := &Process{log: &tail{}, done: make(chan struct{})}
	if p.Dir, err = os.MkdirTemp("", "sallyport-gate-"); err != nil {
		return nil, fmt.Errorf("making a directory for the policy: %w", err)
	}
	if err := p.write(c); err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.Dir))
	}
	if err := p.launch(program, c.Args, c.Env); err != nil {
		return nil, errors.Join(err, os.RemoveAll(p.Dir))
	}
	for _, door := range c.Doors {
		if err := p.await(ctx, door); err != nil {
			return nil, errors.Join(err, p.Stop())
		}
	}
	return p, nil
}

func (p *Process) write(c Config) error {
	ca, err := testpki.NewCA("gate")
	if err != nil {
		return err
	}
	pair, err := ca.Server()
	if err != nil {
		return err
	}
	p.CA = ca.PEM
	if _, _, err := pair.WriteFiles(p.Dir, "gate"); err != nil {
		return err
	}
	for name, text := range c.Files {
		if err := os.WriteFile(filepath.Join(p.Dir, name), text, 0o600); err != nil {
			return fmt.Errorf("writing beside the policy: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(p.Dir, "sallyport.yaml"), []byte(c.Policy), 0o600); err != nil {
		return fmt.Errorf("writing the policy: %w", err)
	}
	return nil
}

// launch starts the program from a thread that lives as long as it does,
// because the kernel's death signal comes when that thread ends.
func (p *Process) launch(program string, args, env []string) error {
	if args == nil {
		args = []string{"run", "--policy", filepath.Join(p.Dir, "sallyport.yaml")}
	}
	cmd := exec.Command(program, args...)
	cmd.Dir = p.Dir
	cmd.Env = append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = p.log, p.log
	cmd.SysProcAttr = attributes()
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
		}
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("starting %s: %w", program, err)
	}
	return nil
}

// await dials until the door accepts, the program ends, or ctx does.
func (p *Process) await(ctx context.Context, door string) error {
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for {
		conn, err := net.Dial("tcp", door)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-p.done:
			return fmt.Errorf("the program ended before %s accepted (%v); it said:\n%s", door, p.err, p.log)
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s to accept: %w; the program said:\n%s", door, err, p.log)
		case <-retry.C:
		}
	}
}

// Log returns the last part of what the program wrote, at most 64 KiB.
func (p *Process) Log() string { return p.log.String() }

// RSS returns the program's resident memory in bytes. Linux only.
func (p *Process) RSS() (int64, error) { return RSS(p.pid) }

// RSS returns the resident memory of a process in bytes, as /proc counts it
// (proc(5), VmRSS). Linux only.
func RSS(pid int) (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("reading the memory of process %d: %w", pid, err)
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("reading the memory of process %d: it has none", pid)
}

// Stop asks the program to end, waits, and removes its directory. A program
// that ends with an error, or not at all within half a minute, is an error.
func (p *Process) Stop() error {
	err := p.end()
	return errors.Join(err, os.RemoveAll(p.Dir))
}

func (p *Process) end() error {
	select {
	case <-p.done:
		return fmt.Errorf("the program had ended by itself (%v); it said:\n%s", p.err, p.log)
	default:
	}
	if err := syscall.Kill(p.pid, syscall.SIGTERM); err != nil {
		return fmt.Errorf("asking process %d to end: %w", p.pid, err)
	}
	select {
	case <-p.done:
	case <-time.After(stopTimeout):
		if err := syscall.Kill(p.pid, syscall.SIGKILL); err != nil {
			return fmt.Errorf("killing process %d: %w", p.pid, err)
		}
		<-p.done
		return fmt.Errorf("the program was still there %s after it was asked to end; it said:\n%s", stopTimeout, p.log)
	}
	if p.err != nil {
		return fmt.Errorf("the program ended with %w; it said:\n%s", p.err, p.log)
	}
	return nil
}

// FreeAddr returns an address on 127.0.0.1 whose port nothing uses now.
func FreeAddr() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	defer ln.Close()
	return ln.Addr().String(), nil
}

// tail keeps the end of what is written to it.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write appends; it never fails.
func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.buf.Write(b)
	if over := t.buf.Len() - logLimit; over > 0 {
		t.buf.Next(over)
	}
	return len(b), nil
}

// String returns the end.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.buf.String()
}
