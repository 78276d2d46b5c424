package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// verify has the ledger checked, and then a copy of it with one byte changed.
func (d *demo) verify(ctx context.Context) error {
	d.heading("3. A ledger that nobody can quietly change")
	if err := d.gate.signed(ctx); err != nil {
		return err
	}
	out, err := d.gate.verify(ctx, d.gate.ledgerDir())
	d.expect(err == nil, "the ledger verifies (%v: %s)", err, out)
	d.field("verify", green, out)

	copied := filepath.Join(d.dir, "ledger-flipped")
	if err := os.RemoveAll(copied); err != nil {
		return fmt.Errorf("clearing the copy of the ledger: %w", err)
	}
	if err := os.CopyFS(copied, os.DirFS(d.gate.ledgerDir())); err != nil {
		return fmt.Errorf("copying the ledger: %w", err)
	}
	file, at, err := flip(copied)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(d.dir, file)
	if err != nil {
		return err
	}
	d.field("flip", amber, fmt.Sprintf("one bit, in a copy: byte %d of %s", at, rel))
	out, err = d.gate.verify(ctx, copied)
	status, ok := errors.AsType[*exec.ExitError](err)
	d.expect(ok && status.ExitCode() == 1, "the flipped byte is found (%v: %s)", err, out)
	d.field("verify", red, out)
	return nil
}

// flip changes one bit in the middle of the largest bundle of entries.
func flip(dir string) (file string, at int, err error) {
	var most int64
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.Contains(filepath.ToSlash(path), "/entries/") {
			return err
		}
		info, err := e.Info()
		if err == nil && info.Size() > most {
			file, most = path, info.Size()
		}
		return err
	})
	if err != nil {
		return "", 0, fmt.Errorf("looking for entries to flip: %w", err)
	}
	if file == "" {
		return "", 0, fmt.Errorf("looking for entries to flip: no bundle under %s", dir)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", 0, fmt.Errorf("reading entries to flip: %w", err)
	}
	at = len(b) / 2
	b[at] ^= 1
	return file, at, os.WriteFile(file, b, 0o600)
}
