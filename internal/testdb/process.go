package testdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// stopTimeout bounds a clean shutdown; a server that takes longer is killed
// and the stop is an error.
const stopTimeout = 30 * time.Second

// stopSignals are how a server is asked to end.
type stopSignals struct {
	clean    syscall.Signal // shut down, keep the data whole
	die      syscall.Signal // end at once, taking every child process along
	dieShell string         // the name of die in a shell
}

// process is a running server, in a process group of its own.
type process struct {
	pid   int
	log   *logTail
	dir   *privateDir
	stops stopSignals

	done chan struct{} // closed when the process has been reaped
	err  error         // how it ended; read after done
}

// environment is all that the servers see of ours: messages in English, their
// files in their own directory.
func (d *privateDir) environment() []string {
	return []string{"PATH=" + os.Getenv("PATH") + ":/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "HOME=" + d.path, "TMPDIR=" + d.path}
}

// startProcess starts the command line as the directory's account. The thread
// that starts it waits for it, because the death signal comes when that
// thread ends, not when the process does.
func startProcess(dir *privateDir, args []string, stops stopSignals) (*process, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir.path
	cmd.Env = dir.environment()
	cmd.SysProcAttr = dir.account.attributes(stops.die)
	p := &process{log: newLogTail(), dir: dir, stops: stops, done: make(chan struct{})}
	cmd.Stdout, cmd.Stderr = p.log, p.log

	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread() // never unlocked: the thread ends with the goroutine
		err := cmd.Start()
		if err == nil {
			p.pid = cmd.Process.Pid
			err = dir.watch(p.pid, stops.dieShell)
		}
		started <- err
		if cmd.Process == nil {
			return
		}
		p.err = cmd.Wait()
		if err := dir.watch(0, stops.dieShell); err != nil && p.err == nil {
			p.err = err
		}
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", args[0], err)
	}
	return p, nil
}

// run runs a command of the server's kit to its end, as the server's account.
func run(ctx context.Context, dir *privateDir, args ...string) error {
	p, err := startProcess(dir, args, stopSignals{clean: syscall.SIGTERM, die: syscall.SIGKILL, dieShell: "KILL"})
	if err != nil {
		return err
	}
	select {
	case <-p.done:
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("running %s: %w", args[0], ctx.Err()), p.kill())
	}
	if p.err != nil {
		return fmt.Errorf("running %s: %w; it said:\n%s", args[0], p.err, p.log)
	}
	return nil
}

// waitFor waits until the server has written text to its log.
func (p *process) waitFor(ctx context.Context, text string) error {
	select {
	case <-p.log.seen(text):
		return nil
	case <-p.done:
		return fmt.Errorf("the server ended before it was ready (%v); its log:\n%s", p.err, p.log)
	case <-ctx.Done():
		return fmt.Errorf("waiting for the server to be ready: %w; its log:\n%s", context.Cause(ctx), p.log)
	}
}

// stop shuts the process down cleanly.
func (p *process) stop() error {
	if err := p.signal(p.pid, p.stops.clean); err != nil {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(stopTimeout):
		return errors.Join(fmt.Errorf("the server was still there %s after it was asked to stop; its log:\n%s", stopTimeout, p.log), p.kill())
	}
}

// kill ends the process's whole group at once and waits until it is gone.
func (p *process) kill() error {
	if err := p.signal(-p.pid, p.stops.die); err != nil {
		return err
	}
	<-p.done
	return nil
}

// signal sends s to the target, which is the process or its group, unless the
// process has already been reaped.
func (p *process) signal(target int, s syscall.Signal) error {
	select {
	case <-p.done:
		return nil
	default:
	}
	if err := syscall.Kill(target, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("signalling process %d: %w", p.pid, err)
	}
	return nil
}

// logLimit is how much of a server's log is kept, in bytes.
const logLimit = 64 << 10

// logTail keeps the end of a server's log and tells when a text came by.
type logTail struct {
	mu   sync.Mutex
	text []byte
	want map[string]chan struct{}
}

func newLogTail() *logTail { return &logTail{want: map[string]chan struct{}{}} }

// Write appends to the log; it never fails.
func (l *logTail) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, b...)
	for text, ch := range l.want {
		if strings.Contains(string(l.text), text) {
			close(ch)
			delete(l.want, text)
		}
	}
	if over := len(l.text) - logLimit; over > 0 {
		l.text = append(l.text[:0], l.text[over:]...)
	}
	return len(b), nil
}

// String returns the end of the log.
func (l *logTail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return string(l.text)
}

// seen returns a channel that is closed once text stands in the log.
func (l *logTail) seen(text string) <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if ch, ok := l.want[text]; ok {
		return ch
	}
	ch := make(chan struct{})
	if strings.Contains(string(l.text), text) {
		close(ch)
	} else {
		l.want[text] = ch
	}
	return ch
}
