package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The suite: a driver's module, as the module cache has it.
const (
	suiteModule   = "github.com/go-sql-driver/mysql"
	suiteVersion  = "v1.10.1"
	suiteDatabase = "gotest"
	// suiteSkip is a test that dials an address outside of this machine.
	suiteSkip    = "TestConnectorReturnsTimeout"
	suiteTimeout = 5 * time.Minute
)

// serverArgs are settings of the server that the suite's own instructions ask
// for beyond what testdb sets.
var serverArgs = []string{"--local-infile=1", "--max-allowed-packet=64M"}

// suite is a compiled test binary in a directory of its own.
type suite struct {
	dir, binary string
}

// target is where the suite connects to.
type target struct {
	addr, user, password string
}

// newSuite copies the module, which the cache keeps read-only, and compiles
// its tests there.
func newSuite(ctx context.Context) (*suite, error) {
	out, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", suiteModule+"@"+suiteVersion).Output()
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w: %s", suiteModule, err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return nil, fmt.Errorf("reading where %s is: %w", suiteModule, err)
	}
	dir, err := os.MkdirTemp("", "sallyport-conformance-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for the suite: %w", err)
	}
	s := &suite{dir: filepath.Join(dir, "suite"), binary: filepath.Join(dir, "suite.test")}
	if err := os.CopyFS(s.dir, os.DirFS(module.Dir)); err != nil {
		return nil, errors.Join(fmt.Errorf("copying the suite: %w", err), s.remove())
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", s.binary, ".")
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("compiling the suite: %w\n%s", err, out), s.remove())
	}
	return s, nil
}

func (s *suite) remove() error { return os.RemoveAll(filepath.Dir(s.dir)) }

// runApart runs all other tests before those named apart: one that fails may
// leave a table behind, over which the next one would stumble.
func (s *suite) runApart(ctx context.Context, to target, apart []string) (results, error) {
	if len(apart) == 0 {
		return s.run(ctx, to)
	}
	names := strings.Join(apart, "|")
	r, err := s.run(ctx, to, "-test.skip=^("+suiteSkip+"|"+names+")$")
	if err != nil {
		return results{}, err
	}
	rest, err := s.run(ctx, to, "-test.run=^("+names+")$")
	if err != nil {
		return results{}, err
	}
	maps.Copy(r.outcome, rest.outcome)
	maps.Copy(r.output, rest.output)
	return r, nil
}

// run runs the suite once, with further flags of a test binary. That tests
// fail is a result and no error.
func (s *suite) run(ctx context.Context, to target, flags ...string) (results, error) {
	ctx, cancel := context.WithTimeout(ctx, suiteTimeout+30*time.Second)
	defer cancel()
	args := []string{"tool", "test2json", s.binary,
		"-test.v=test2json", "-test.timeout=" + suiteTimeout.String(), "-test.skip=^" + suiteSkip + "$"}
	cmd := exec.CommandContext(ctx, "go", append(args, flags...)...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "MYSQL_TEST_USER="+to.user, "MYSQL_TEST_PASS="+to.password,
		"MYSQL_TEST_PROT=tcp", "MYSQL_TEST_ADDR="+to.addr, "MYSQL_TEST_DBNAME="+suiteDatabase, "MYSQL_TEST_CONCURRENT=1")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		return results{}, fmt.Errorf("running the suite: %w", err)
	}
	r, err := parseResults(bytes.NewReader(out))
	if err != nil {
		return results{}, fmt.Errorf("reading what the suite said: %w\n%s", err, stderr.String())
	}
	return r, nil
}

// outcome is how a test ended.
type outcome string

const (
	passed  outcome = "pass"
	failed  outcome = "fail"
	skipped outcome = "skip"
)

// results are the outcomes of a run by test, subtests included. A test that
// began and did not end, because the binary crashed or ran out of time, failed.
type results struct {
	outcome map[string]outcome
	output  map[string]string
}

// parseResults reads test2json's events.
func parseResults(r io.Reader) (results, error) {
	res := results{map[string]outcome{}, map[string]string{}}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var event struct{ Action, Test, Output string }
		if err := json.Unmarshal(lines.Bytes(), &event); err != nil {
			return results{}, fmt.Errorf("reading an event: %w", err)
		}
		if event.Test == "" {
			continue
		}
		switch event.Action {
		case "run":
			res.outcome[event.Test] = failed
		case "output":
			res.output[event.Test] += event.Output
		case "pass", "fail", "skip":
			res.outcome[event.Test] = outcome(event.Action)
		}
	}
	if err := lines.Err(); err != nil {
		return results{}, err
	}
	return res, nil
}

func (r results) count(o outcome) int {
	n := 0
	for _, got := range r.outcome {
		if got == o {
			n++
		}
	}
	return n
}

func (r results) passed() int { return r.count(passed) }

// enough is an error where too few tests pass for a comparison to mean anything.
func (r results) enough() error {
	if n := r.passed(); n < minPasses {
		return fmt.Errorf("only %d tests of the suite pass directly, and at least %d should: it may not have reached the server", n, minPasses)
	}
	return nil
}

func (r results) list(w io.Writer) {
	for _, test := range slices.Sorted(maps.Keys(r.outcome)) {
		fmt.Fprintf(w, "%-4s %s\n", r.outcome[test], test)
		if r.outcome[test] == failed {
			fmt.Fprint(w, indent(r.output[test]))
		}
	}
}

func indent(s string) string {
	return "\t" + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n\t") + "\n"
}
