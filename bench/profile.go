package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/sallyport/sallyport/internal/testgate"
)

// adminSocket is where the policies of the measurements put the admin
// listener, beside themselves.
const adminSocket = "admin.sock"

// profileTime is how much of the rounds is profiled.
const profileTime = 10 * time.Second

// profiled runs f, and writes a CPU profile of the program's first ten seconds
// of it into <file>.<door>. Without a file it only runs f.
func profiled(ctx context.Context, file, door string, gate *testgate.Process, f func() error) error {
	if file == "" || gate == nil {
		return f()
	}
	done := make(chan error, 1)
	go func() { done <- fetchProfile(ctx, file+"."+door, filepath.Join(gate.Dir, adminSocket)) }()
	err := f()
	return errors.Join(err, <-done)
}

func fetchProfile(ctx context.Context, file, socket string) (err error) {
	res, err := askAdmin(ctx, socket, fmt.Sprintf("/debug/pprof/profile?seconds=%d", profileTime/time.Second))
	if err != nil {
		return fmt.Errorf("profiling the program: %w", err)
	}
	defer res.Body.Close()
	w, err := os.Create(file)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, res.Body)
	return errors.Join(err, w.Close())
}

// askAdmin gets a path of the program's admin listener.
func askAdmin(ctx context.Context, socket, path string) (*http.Response, error) {
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost"+path, nil)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("GET %s: %s", path, res.Status), res.Body.Close())
	}
	return res, nil
}
