package gatetest

import (
	"io/fs"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/policy"
)

// World is what policies of tests name: variables and files in memory.
type World struct {
	Vars  map[string]string
	Files map[string][]byte
}

var _ policy.Source = World{}

// Env implements policy.Source.
func (w World) Env(name string) (string, bool) {
	v, ok := w.Vars[name]
	return v, ok
}

// File implements policy.Source.
func (w World) File(path string) ([]byte, fs.FileMode, error) {
	if b, ok := w.Files[path[strings.LastIndexByte(path, '/')+1:]]; ok {
		return b, 0o600, nil
	}
	return nil, 0, fs.ErrNotExist
}

// Now implements policy.Source.
func (World) Now() time.Time { return time.Now() }

// Fill is a policy's text with the values of a test in it.
func Fill(t testing.TB, text string, values map[string]any) string {
	t.Helper()
	var b strings.Builder
	if err := template.Must(template.New("").Parse(text)).Execute(&b, values); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Settings are a guard's by a policy.
func Settings(p *policy.Policy, m guard.Maskers) guard.Settings {
	s := guard.Settings{Decider: p, Maskers: m}
	for _, d := range p.Doors {
		s.Doors = append(s.Doors, guard.Door{
			Name: d.Name, Mode: map[policy.Mode]guard.Mode{policy.Enforce: guard.Enforce, policy.Report: guard.Report, policy.Learn: guard.Learn}[d.Mode],
			Strict: d.Audit == policy.Strict, Rate: d.Limits.Rate,
			Sessions: d.Limits.Sessions, SessionsPerCaller: d.Limits.SessionsPerCaller, Unproven: d.Limits.Unproven,
		})
	}
	return s
}
