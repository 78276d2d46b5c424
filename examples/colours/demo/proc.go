package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// proc is a child that runs until it is stopped.
type proc struct {
	name string
	cmd  *exec.Cmd
	log  string        // path of what it writes
	done chan struct{} // closed when it has ended
	err  error         // of Wait, once done is closed
}

// start runs a program in its own process group, so that a Ctrl-C in the
// terminal reaches only us and the children end in order. Its environment is
// PATH and HOME alone.
func start(name, logFile, bin string, args ...string) (*proc, error) {
	f, err := os.Create(logFile)
	if err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	defer f.Close() // the child has its own copy
	p := &proc{name: name, log: logFile, done: make(chan struct{})}
	p.cmd = exec.Command(bin, args...)
	p.cmd.Stdout, p.cmd.Stderr = f, f
	p.cmd.Env = basic()
	p.cmd.SysProcAttr = ownGroup()
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

func basic() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}
}

// ready waits until something listens at addr.
func (p *proc) ready(ctx context.Context, addr string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
		if err == nil {
			return conn.Close()
		}
		select {
		case <-p.done:
			return fmt.Errorf("%s ended at once (%v):\n%s", p.name, p.err, p.tail())
		case <-ctx.Done():
			return fmt.Errorf("%s does not listen at %s:\n%s", p.name, addr, p.tail())
		case <-tick.C:
		}
	}
}

// tail is the end of what the child wrote.
func (p *proc) tail() string {
	b, err := os.ReadFile(p.log)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(plain(string(b))), "\n")
	return "    " + strings.Join(lines[max(0, len(lines)-12):], "\n    ") + "\n  (all of it: " + p.log + ")"
}

// stop asks the child to end and waits; after 15 seconds it is made to.
func (p *proc) stop() error {
	select {
	case <-p.done:
		return fmt.Errorf("%s had ended already (%v):\n%s", p.name, p.err, p.tail())
	default:
	}
	if err := p.cmd.Process.Signal(terminate); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stopping %s: %w", p.name, err)
	}
	select {
	case <-p.done:
	case <-time.After(15 * time.Second):
		p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("stopping %s: it did not end within 15 s:\n%s", p.name, p.tail())
	}
	if p.err != nil {
		return fmt.Errorf("stopping %s: %w:\n%s", p.name, p.err, p.tail())
	}
	return nil
}

// output runs a program to its end and returns what it wrote on both streams.
// An exit status other than 0 is an *exec.ExitError.
func output(ctx context.Context, env []string, bin string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Env = append(basic(), env...)
	cmd.SysProcAttr = ownGroup()
	b, err := cmd.CombinedOutput()
	return strings.TrimRight(plain(string(b)), "\n"), err
}

// build compiles a package of the module in dir to out, with the caller's own
// environment and without cgo.
func build(ctx context.Context, dir, out, pkg string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", out, pkg)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	cmd.SysProcAttr = ownGroup()
	b, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("building %s: %w\n%s", filepath.Base(pkg), err, strings.TrimSpace(plain(string(b))))
	}
	return nil
}
