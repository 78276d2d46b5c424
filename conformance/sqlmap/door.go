package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testgate"
)

// The app shows doorPassword at the door; the database's is the gateway's.
const (
	doorApp      = "shop"
	doorPassword = "password-of-the-shop"
)

//go:embed policy.yaml
var policyText string

// door is a running program before one database.
type door struct {
	*testgate.Process
	program string
	listen  string
}

// openDoor starts the program. The caller stops it.
func openDoor(ctx context.Context, s server, program string, db *testdb.Database) (*door, error) {
	listen, err := testgate.FreeAddr()
	if err != nil {
		return nil, err
	}
	policy, err := template.New("policy").Parse(policyText)
	if err != nil {
		return nil, fmt.Errorf("reading the policy: %w", err)
	}
	var text strings.Builder
	err = policy.Execute(&text, map[string]string{
		"Kind": s.kind, "Port": db.Instance.Port(), "Listen": listen, "Database": db.Name, "User": db.User, "Table": ownTable,
	})
	if err != nil {
		return nil, fmt.Errorf("writing the policy: %w", err)
	}
	p, err := testgate.Start(ctx, testgate.Config{
		Program: program, Policy: text.String(), Files: map[string][]byte{"db-ca.pem": db.Instance.CA},
		Env:   []string{"SQLMAP_DOOR_PASSWORD=" + doorPassword, "SQLMAP_DB_PASSWORD=" + db.Password},
		Doors: []string{listen},
	})
	if err != nil {
		return nil, err
	}
	return &door{p, program, listen}, nil
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
			Act           struct{ Tables []string }
		}
		if err := json.Unmarshal(line, &e); err != nil {
			return record{}, fmt.Errorf("reading an entry of the ledger: %w", err)
		}
		if e.Type != "crossing" {
			continue
		}
		r.add(e.Verdict, e.Act.Tables)
	}
	return r, nil
}
