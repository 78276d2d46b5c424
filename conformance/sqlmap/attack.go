package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"time"
)

// runTimeout bounds one run of sqlmap, and maxOutput what it may print, in
// bytes: more is thrown away once it was looked through.
const (
	runTimeout = 100 * time.Second
	maxOutput  = 256 << 10
)

// attack lets sqlmap loose on the search, and returns what came of it. sqlmap is
// told where the secret is: what it can find out by itself is not what is tested.
func attack(ctx context.Context, s server, to *site, h hole, page honest, database, secret string) (o outcome, said string, err error) {
	dir, err := os.MkdirTemp("", "sallyport-sqlmap-")
	if err != nil {
		return outcome{}, "", fmt.Errorf("making a directory for sqlmap: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	o.before = to.works(ctx, page)
	before := to.requests.Load()

	timed, cancel := context.WithTimeout(ctx, runTimeout)
	defer cancel()
	cmd := exec.CommandContext(timed, "sqlmap", "-u", to.URL+search.path, "-p", "name",
		"--batch", "--disable-coloring", "--ignore-proxy", "--flush-session", "--output-dir="+dir,
		"--level=2", "--risk=2", "--threads=1", "--technique="+h.techniques, "--time-sec=1", "--timeout=5", "--retries=1",
		"--no-cast", // to NCHAR, which the MySQL door does not understand: the rules are to be what holds
		"--dbms="+s.dbms, "--dump", "-D", s.schema(database), "-T", h.table, "-C", h.cell)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LANG=C.UTF-8"}
	cmd.WaitDelay = 5 * time.Second
	out := &output{sieve: newSieve(secret)}
	cmd.Stdout, cmd.Stderr = out, out
	begin := time.Now()
	ended := cmd.Run()
	o.took = time.Since(begin)
	if ctx.Err() != nil {
		return outcome{}, "", ctx.Err()
	}
	if _, exited := errors.AsType[*exec.ExitError](ended); ended != nil && !exited && timed.Err() == nil {
		return outcome{}, "", fmt.Errorf("running sqlmap: %w", ended)
	}
	o.cut = timed.Err() != nil

	inFiles, err := written(dir, secret)
	if err != nil {
		return outcome{}, "", err
	}
	o.requests = int(to.requests.Load() - before)
	o.after = to.works(ctx, page)
	o.places = places{output: out.sieve.seen(), files: inFiles, answers: to.answered.secret.seen()}
	o.deaf = !to.answered.honest.seen()
	return o, out.kept.String(), nil
}

// written reports whether the secret is in a file below dir.
func written(dir, secret string) (bool, error) {
	found := false
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := fs.ReadFile(os.DirFS(dir), path)
		s := newSieve(secret)
		s.Write(text)
		found = found || s.seen()
		return err
	})
	if err != nil {
		return false, fmt.Errorf("reading what sqlmap wrote: %w", err)
	}
	return found, nil
}

// output looks through what is written to it and keeps the beginning. One
// goroutine writes.
type output struct {
	sieve *sieve
	kept  bytes.Buffer
}

// Write never fails.
func (o *output) Write(b []byte) (int, error) {
	o.kept.Write(b[:min(len(b), maxOutput-o.kept.Len())])
	return o.sieve.Write(b)
}
