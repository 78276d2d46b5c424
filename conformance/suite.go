package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// suiteTimeout bounds one run of one package's tests, and apartTimeout that of
// a test apart: some of those wait for what never comes through a door.
const (
	suiteTimeout = 5 * time.Minute
	apartTimeout = 20 * time.Second
)

// suite is a driver's compiled tests, in a directory of their own.
type suite struct {
	driver
	dir string
}

// target is where the suite connects to. caFile is of the authority that signed
// its certificate.
type target struct {
	addr, user, password, caFile string
}

// newSuite copies the module, which the cache keeps read-only, and compiles
// its tests there.
func newSuite(ctx context.Context, d driver) (*suite, error) {
	out, err := exec.CommandContext(ctx, "go", "mod", "download", "-json", d.module+"@"+d.version).Output()
	if err != nil {
		return nil, fmt.Errorf("downloading %s: %w: %s", d.module, err, out)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return nil, fmt.Errorf("reading where %s is: %w", d.module, err)
	}
	dir, err := os.MkdirTemp("", "sallyport-conformance-")
	if err != nil {
		return nil, fmt.Errorf("making a directory for the suite: %w", err)
	}
	s := &suite{driver: d, dir: dir}
	if err := os.CopyFS(s.source(), os.DirFS(module.Dir)); err != nil {
		return nil, errors.Join(fmt.Errorf("copying the suite: %w", err), s.remove())
	}
	for _, p := range d.packages {
		cmd := exec.CommandContext(ctx, "go", "test", "-c", "-o", s.binary(p), ".")
		cmd.Dir = s.workDir(p)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=mod")
		if out, err := cmd.CombinedOutput(); err != nil {
			return nil, errors.Join(fmt.Errorf("compiling the suite: %w\n%s", err, out), s.remove())
		}
	}
	return s, nil
}

func (s *suite) source() string { return filepath.Join(s.dir, "source") }

func (s *suite) workDir(p testPackage) string { return filepath.Join(s.source(), p.dir) }

func (s *suite) binary(p testPackage) string { return filepath.Join(s.dir, p.name+".test") }

func (s *suite) remove() error { return os.RemoveAll(s.dir) }

// runApart runs the packages beside one another, as go test does, and in each
// all other tests before those named apart, and those each in a process of its
// own: one that fails may leave a table behind, over which the next one would
// stumble, or take the whole binary with it.
func (s *suite) runApart(ctx context.Context, to target, apart []string) (results, error) {
	var wg sync.WaitGroup
	came, errs := make([]results, len(s.packages)), make([]error, len(s.packages))
	for i, p := range s.packages {
		wg.Go(func() { came[i], errs[i] = s.runPackage(ctx, p, to, apart) })
	}
	wg.Wait()
	all := newResults()
	for _, r := range came {
		maps.Copy(all.outcome, r.outcome)
		maps.Copy(all.output, r.output)
	}
	return all, errors.Join(errs...)
}

func (s *suite) runPackage(ctx context.Context, p testPackage, to target, apart []string) (results, error) {
	all := newResults()
	skip, only := slices.Clone(s.skip), []string(nil)
	for _, test := range apart {
		if name, ok := strings.CutPrefix(test, p.prefix()); ok {
			skip, only = append(skip, name), append(only, name)
		}
	}
	if err := s.run(ctx, p, to, all, suiteTimeout, "-test.skip="+exactly(skip)); err != nil {
		return all, err
	}
	for _, test := range only {
		if err := s.run(ctx, p, to, all, apartTimeout, "-test.run="+exactly([]string{test})); err != nil {
			return all, err
		}
	}
	return all, nil
}

// exactly is the pattern of a test binary that means these tests alone.
func exactly(tests []string) string { return "^(" + strings.Join(tests, "|") + ")$" }

// run runs those of one package's tests once that the flag of a test binary
// names, and adds what came of it. That tests fail is a result and no error.
func (s *suite) run(ctx context.Context, p testPackage, to target, all results, timeout time.Duration, which string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout+30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "tool", "test2json", s.binary(p), "-test.v=test2json", "-test.timeout="+timeout.String(), which)
	cmd.Dir = s.workDir(p)
	cmd.Env = append(os.Environ(), s.env(to)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		return fmt.Errorf("running the suite: %w", err)
	}
	if err := all.parse(p.prefix(), bytes.NewReader(out)); err != nil {
		return fmt.Errorf("reading what the suite said: %w\n%s", err, stderr.String())
	}
	return nil
}
