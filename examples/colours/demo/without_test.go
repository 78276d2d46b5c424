package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/sallyport/sallyport/examples/colours/demodb"
)

// TestWithoutSallyport proves what the demo claims first: that each attempt
// succeeds where nobody stands at the doors.
func TestWithoutSallyport(t *testing.T) {
	for name, begin := range demodb.Available(t.Logf) {
		t.Run(name, func(t *testing.T) { withoutSallyport(t, begin) })
	}
}

func withoutSallyport(t *testing.T, begin func(context.Context) (*demodb.Server, error)) {
	ctx := t.Context()
	db, err := begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	d := &demo{screen: &screen{w: io.Discard}, dir: t.TempDir()}
	bin := filepath.Join(d.dir, "colours")
	if err := build(ctx, "..", bin, "./cmd/colours"); err != nil {
		t.Fatal(err)
	}
	password := demodb.Secret()
	if err := d.tables(ctx, db, bin, password); err != nil {
		t.Fatal(err)
	}
	addr, err := (&ports{given: map[string]bool{}}).take(0)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(d.file("password"), []byte(password), 0o600); err != nil {
		t.Fatal(err)
	}
	app, err := start("the app", d.file("app.log"), bin,
		"-listen", addr, "-db-password", "file:"+d.file("password"), "-vulnerable", "-db-kind", string(db.Engine), "-db", db.Addr, "-db-tls-name", db.Name, "-db-ca", d.file("db-ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := app.ready(ctx, addr); err != nil {
		t.Fatal(err)
	}
	c, err := newClient("http://"+addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	direct, err := db.Open("colours", password)
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	for _, a := range attempts {
		if got, err := a.try(ctx, way{c, direct, db.Engine}); err != nil {
			t.Errorf("%s: %v", a.title, err)
		} else {
			t.Logf("%s: %s", a.title, got)
		}
	}
	if err := app.stop(); err != nil {
		t.Error(err)
	}
}

func TestProcSaysWhyItEnded(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	p, err := start("a shell", log, "sh", "-c", "echo the reason; exit 3")
	if err != nil {
		t.Fatal(err)
	}
	addr, err := (&ports{given: map[string]bool{}}).take(0)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, p.ready(t.Context(), addr), "the reason", "exit status 3")
	wantError(t, p.stop(), "had ended already")
}
