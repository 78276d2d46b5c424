package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testgate"
)

// The app shows doorPassword at the door; the database's is the gateway's.
const (
	doorApp      = "colours"
	doorPassword = "password-of-the-app"
)

// doorTimeout bounds how long a door may take before it serves.
const doorTimeout = time.Minute

// stance is a policy: the example's as it is, or without one thing that it
// asks for; and the page that works under it.
type stance struct {
	name  string
	swaps []swap
	page  honest
}

// swap is a text of the policy and what stands in its place.
type swap struct{ old, new string }

var (
	asItIs   = stance{"by the example's policy", nil, home}
	byTables = stance{"by the tables of its rules", []swap{{"tables: [colours], prepared: required", "tables: [colours]"}}, search}
)

// door is a running program before one database.
type door struct {
	*testgate.Process
	program string
	listen  string
}

// openDoor starts the program. The caller stops it.
func openDoor(ctx context.Context, s server, program, example string, db *testdb.Database, by stance) (*door, error) {
	var listen [4]string // front, db, admin, and where an app behind front would be
	for i := range listen {
		var err error
		if listen[i], err = testgate.FreeAddr(); err != nil {
			return nil, err
		}
	}
	text, err := os.ReadFile(filepath.Join(example, "sallyport.yaml"))
	if err != nil {
		return nil, fmt.Errorf("reading the example's policy: %w", err)
	}
	policy, err := render(string(text), append([]swap{
		{"127.0.0.1:8443", listen[0]}, {"127.0.0.1:3307", listen[1]}, {"127.0.0.1:9180", listen[2]}, {"127.0.0.1:8080", listen[3]},
		{"port: 3306", "port: " + db.Instance.Port()}, {"kind: mysql", "kind: " + s.kind},
		{"user: colours", "user: " + db.User}, {"database: colours", "database: " + db.Name},
	}, by.swaps...))
	if err != nil {
		return nil, err
	}
	partner := fmt.Appendf(nil, "%x", sha256.Sum256([]byte(rand.Text())))
	p, err := testgate.Start(ctx, testgate.Config{
		Program: program, Policy: policy,
		Files: map[string][]byte{
			"db-ca.pem": db.Instance.CA, "db-password": []byte(db.Password), "door-password": []byte(doorPassword),
			"admin-token": []byte(strings.Repeat("t", 32)), "partner-a.sha256": partner,
		},
		Doors: listen[:2],
	})
	if err != nil {
		return nil, err
	}
	if err := serves(ctx, s.kind, listen[1]); err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for the door: %w; the program said:\n%s", err, p.Log()), p.Stop())
	}
	return &door{p, program, listen[1]}, nil
}

// serves waits until a door says its first word, which on a busy machine can
// be long after it accepts: its grammar is compiled first.
func serves(ctx context.Context, kind, addr string) error {
	conn, err := (&net.Dialer{Timeout: doorTimeout}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(doorTimeout)); err != nil {
		return err
	}
	if kind == "postgres" {
		if _, err := conn.Write(sslRequest); err != nil {
			return err
		}
	}
	_, err = conn.Read(make([]byte, 1))
	return err
}

// render is the policy with each swap's first text replaced by its second, and
// without its tests, which speak of the policy as it is. What is to be replaced
// has to be there.
func render(policy string, swaps []swap) (string, error) {
	policy, _, _ = strings.Cut(policy, "\ntests:")
	for _, s := range swaps {
		if !strings.Contains(policy, s.old) {
			return "", fmt.Errorf("rendering the example's policy: %q is not in it", s.old)
		}
		policy = strings.ReplaceAll(policy, s.old, s.new)
	}
	return policy + "\n", nil
}

// recorded reads what the running program's ledger says of statements so far.
func (d *door) recorded(ctx context.Context) (record, error) {
	cmd := exec.CommandContext(ctx, d.program, "ledger", "export", "--policy", filepath.Join(d.Dir, "sallyport.yaml"), "--format", "ndjson", "act:sql")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return record{}, fmt.Errorf("exporting the ledger: %w: %s", err, complaint.String())
	}
	return readRecord(out)
}

// readRecord counts the entries of an export in NDJSON.
func readRecord(export []byte) (record, error) {
	var r record
	for line := range bytes.Lines(export) {
		var e struct {
			Type, Verdict string
			Act           statement
		}
		if err := json.Unmarshal(line, &e); err != nil {
			return record{}, fmt.Errorf("reading an entry of the ledger: %w", err)
		}
		if e.Type == "crossing" {
			r.add(e.Verdict, e.Act)
		}
	}
	return r, nil
}
