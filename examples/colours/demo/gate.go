package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// gateway is the sallyport binary and where it keeps its things.
type gateway struct {
	bin string
	dir string
}

func (g *gateway) ledgerDir() string { return filepath.Join(g.dir, "ledger") }

// run runs one verb to its end.
func (g *gateway) run(ctx context.Context, args ...string) (string, error) {
	out, err := output(ctx, nil, g.bin, args...)
	if err != nil {
		err = fmt.Errorf("sallyport %s: %w", strings.Join(args, " "), err)
	}
	return out, err
}

// certificates makes a development CA and the doors' certificate from it:
// ca.pem, gate.pem and gate-key.pem.
func (g *gateway) certificates(ctx context.Context) error {
	out, err := g.run(ctx, "ca", "init", "--dir", g.dir, "--name", "gate", "--host", "localhost,127.0.0.1,::1")
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// newKey makes an API key; the policy is to have its SHA-256.
func (g *gateway) newKey(ctx context.Context, name string) (key, sha256 string, err error) {
	out, err := g.run(ctx, "keys", "new", name, "--json")
	if err != nil {
		return "", "", fmt.Errorf("%w\n%s", err, out)
	}
	var k struct{ Key, SHA256 string }
	if err := json.Unmarshal([]byte(out), &k); err != nil || k.Key == "" || k.SHA256 == "" {
		return "", "", fmt.Errorf("making an API key: sallyport printed no key and sha256 (%v)", err)
	}
	return k.Key, k.SHA256, nil
}

// check has the policy and its own tests judged.
func (g *gateway) check(ctx context.Context, policy string) (string, error) {
	out, err := g.run(ctx, "check", policy)
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return out, nil
}

// verify checks a ledger, offline, with the public key that the gateway showed
// when the ledger began.
func (g *gateway) verify(ctx context.Context, dir string, more ...string) (string, error) {
	key, err := os.ReadFile(filepath.Join(g.dir, "ledger.pub"))
	if err != nil {
		return "", fmt.Errorf("reading the ledger's public key: %w", err)
	}
	args := []string{"ledger", "verify", "--ledger", dir, "--key", strings.TrimSpace(string(key))}
	return g.run(ctx, append(args, more...)...)
}

// signed waits until a checkpoint covers all that is in the ledger: one is
// signed every second.
func (g *gateway) signed(ctx context.Context) error {
	late := time.NewTimer(arrival)
	defer late.Stop()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		out, err := g.verify(ctx, g.ledgerDir(), "--json")
		if err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		var r struct{ Size, Tail uint64 }
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			return fmt.Errorf("reading the report of ledger verify: %w", err)
		}
		if r.Size > 0 && r.Tail == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-late.C:
			return fmt.Errorf("waiting for the ledger to be signed: %d entries are not", r.Tail)
		case <-tick.C:
		}
	}
}

// follow tails the ledger.
func (g *gateway) follow() (*tail, error) {
	return follow(g.bin, "ledger", "tail", "-f", "-n", "1000", "--json", "--ledger", g.ledgerDir())
}

// keyHeader is how a partner shows its key.
func (d *demo) keyHeader() []string { return []string{"Authorization", "Bearer " + d.key} }
