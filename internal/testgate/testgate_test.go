package testgate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// script writes a program that stands in for one that fails.
func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "program")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+text), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestStartReportsWhatWentWrong(t *testing.T) {
	door, err := FreeAddr()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, program, want string
	}{
		{"not built", filepath.Join(t.TempDir(), "nothing"), "type: make build"},
		{"refuses its policy", script(t, "cat \"$3\" >&2; exit 2\n"), "version: 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Start(t.Context(), Config{Program: tt.program, Policy: "version: 1\n", Doors: []string{door}})
			if err == nil {
				t.Fatal("started")
			}
			if p != nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("err = %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestStop(t *testing.T) {
	p, err := Start(t.Context(), Config{
		Program: script(t, "trap 'echo ended cleanly; exit 0' TERM\necho ready\nwhile :; do sleep 0.01; done\n"),
		Files:   map[string][]byte{"db-ca.pem": []byte("x")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"sallyport.yaml", "gate.pem", "gate-key.pem", "db-ca.pem"} {
		if _, err := os.Stat(filepath.Join(p.Dir, file)); err != nil {
			t.Error(err)
		}
	}
	if rss, err := p.RSS(); err != nil || rss <= 0 {
		t.Errorf("RSS = %d, %v", rss, err)
	}
	p.awaitText(t, "ready")
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(p.Dir); !os.IsNotExist(err) {
		t.Errorf("the directory is still there (%v)", err)
	}
}

// TestArgs: what else is run gets its own arguments, beside its files.
func TestArgs(t *testing.T) {
	p, err := Start(t.Context(), Config{
		Program: script(t, "cat \"$1\"\ntrap 'exit 0' TERM\necho ready\nwhile :; do sleep 0.01; done\n"),
		Args:    []string{"words"},
		Files:   map[string][]byte{"words": []byte("beside it\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.awaitText(t, "ready")
	if !strings.Contains(p.Log(), "beside it") {
		t.Errorf("it said %q", p.Log())
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
}

// awaitText waits until the program has written text, so that its trap is set.
func (p *Process) awaitText(t *testing.T, text string) {
	t.Helper()
	for !strings.Contains(p.Log(), text) {
		select {
		case <-p.done:
			t.Fatalf("the program ended: %v; it said %q", p.err, p.Log())
		default:
		}
	}
}
