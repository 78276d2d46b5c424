package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// entry is what the demo reads of a ledger entry.
type entry struct {
	Type    string    `json:"type"`
	ID      string    `json:"id"`
	Session string    `json:"session"`
	Time    time.Time `json:"time"`
	Door    string    `json:"door"`
	From    peer      `json:"from"`
	To      peer      `json:"to"`
	Act     act       `json:"act"`
	In      flow      `json:"in"`
	Out     flow      `json:"out"`
	Verdict string    `json:"verdict"`
	Reasons []reason  `json:"reasons"`
}

type peer struct {
	Kind  string `json:"kind"`
	Name  string `json:"name"`
	Proof string `json:"proof"`
}

type act struct {
	Kind     string   `json:"kind"`
	Dir      string   `json:"dir"`
	Verb     string   `json:"verb"`
	Kinds    []string `json:"kinds"`
	What     string   `json:"what"`
	Tables   []string `json:"tables"`
	Prepared bool     `json:"prepared"`
	Affected uint64   `json:"affected"`
	Status   int      `json:"status"`
	Error    string   `json:"error"`
}

type flow struct {
	Bytes uint64 `json:"bytes"`
	Rows  uint64 `json:"rows"`
}

type reason struct {
	Code string `json:"code"`
	At   string `json:"at"`
	Path string `json:"path"`
	Note string `json:"note"`
}

// tail follows the ledger through `sallyport ledger tail -f --json`.
type tail struct {
	cmd *exec.Cmd
	end chan struct{} // closed when the child has ended

	mu      sync.Mutex
	seen    []entry
	news    chan struct{} // closed and replaced at every entry
	trouble error
	stderr  strings.Builder
}

func follow(bin string, args ...string) (*tail, error) {
	t := &tail{end: make(chan struct{}), news: make(chan struct{})}
	t.cmd = exec.Command(bin, args...)
	t.cmd.Env = basic()
	t.cmd.SysProcAttr = ownGroup()
	t.cmd.Stderr = &t.stderr
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("following the ledger: %w", err)
	}
	if err := t.cmd.Start(); err != nil {
		return nil, fmt.Errorf("following the ledger: %w", err)
	}
	go func() {
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			var e entry
			err := json.Unmarshal(lines.Bytes(), &e)
			t.add(e, err)
		}
		err := t.cmd.Wait()
		t.mu.Lock()
		if t.trouble == nil {
			t.trouble = fmt.Errorf("following the ledger ended (%v): %s", err, plain(t.stderr.String()))
		}
		t.mu.Unlock()
		close(t.end)
	}()
	return t, nil
}

func (t *tail) add(e entry, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		if t.trouble == nil {
			t.trouble = fmt.Errorf("reading a line of the ledger: %w", err)
		}
		return
	}
	t.seen = append(t.seen, e)
	close(t.news)
	t.news = make(chan struct{})
}

// mark is how many entries there were so far.
func (t *tail) mark() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.seen)
}

// since is every entry after a mark.
func (t *tail) since(mark int) []entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]entry(nil), t.seen[mark:]...)
}

// arrival bounds how long an entry may take to be read from the ledger.
const arrival = 10 * time.Second

// await returns the first entry after mark that fits.
func (t *tail) await(ctx context.Context, mark int, fits func(entry) bool) (entry, error) {
	late, cancel := context.WithTimeout(ctx, arrival)
	defer cancel()
	e, err := t.search(late, mark, fits)
	if late.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("waiting for the ledger: no such entry within %v", arrival)
	}
	return e, err
}

// next returns the first entry after mark, however long it takes to come.
func (t *tail) next(ctx context.Context, mark int) (entry, error) {
	return t.search(ctx, mark, func(entry) bool { return true })
}

func (t *tail) search(ctx context.Context, mark int, fits func(entry) bool) (entry, error) {
	for {
		t.mu.Lock()
		for ; mark < len(t.seen); mark++ {
			if fits(t.seen[mark]) {
				e := t.seen[mark]
				t.mu.Unlock()
				return e, nil
			}
		}
		news, trouble := t.news, t.trouble
		t.mu.Unlock()
		if trouble != nil {
			return entry{}, trouble
		}
		select {
		case <-news:
		case <-t.end:
		case <-ctx.Done():
			return entry{}, ctx.Err()
		}
	}
}

func (t *tail) stop() {
	select {
	case <-t.end:
		return
	default:
	}
	t.cmd.Process.Signal(terminate)
	select {
	case <-t.end:
	case <-time.After(5 * time.Second):
		t.cmd.Process.Kill()
		<-t.end
	}
}
