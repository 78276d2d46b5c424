// Package testdb starts private, real database servers for tests, benchmarks
// and conformance runs: MariaDB and PostgreSQL, on 127.0.0.1 and a free port,
// with TLS on, in a temporary directory that is gone afterwards.
//
// It knows how each server is found on the machine, initialised, started as an
// unprivileged user, watched and stopped. It does not know what is tested: no
// door, no policy, no schema. It touches no database service of the machine
// and no configuration file of it.
//
// A test asks for the instance that its test binary shares, and for a database
// of its own on it:
//
//	inst := testdb.MariaDB(t)
//	db := inst.Database(t)
//
// What is missing on the machine is one error with the line to type
// (*MissingError); nothing is skipped. Programs without a *testing.T use
// StartMariaDB, StartPostgres and NewDatabase.
//
// No server outlives the process that asked for it, even when that is killed:
// the kernel signals the server when the thread that started it dies, and a
// small shell, which holds the other end of a pipe from the process, then
// removes the directory.
package testdb

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// Kind names a database server.
type Kind string

// The servers that can be started.
const (
	KindMariaDB  Kind = "MariaDB"
	KindPostgres Kind = "PostgreSQL"
)

// startTimeout bounds initialising and starting a server, on a busy machine.
const startTimeout = 2 * time.Minute

// bindAttempts is how often a port is picked anew after another process took it
// between the moment it was found free and the moment the server bound it.
const bindAttempts = 8

// Options are what may differ between instances. The zero value is what most
// tests want: fast, and not durable.
type Options struct {
	// Durable keeps the server's own fsync settings. Without it the server
	// never waits for the disk, and a crash of the machine may lose its data.
	Durable bool
	// Args are appended to the server's command line and win over ours.
	Args []string
}

// Instance is a running server. Its fields are set once and may be read by
// any goroutine; its methods are safe for concurrent use.
type Instance struct {
	Kind         Kind
	Addr         string // host:port, always 127.0.0.1
	Socket       string // path of the unix socket
	Dir          string // the private directory that holds everything
	CAFile       string // PEM file of the authority that signed the server's certificate
	CA           []byte // the same, as PEM
	RootUser     string // the superuser: root or postgres
	RootPassword string
	Version      string // as the server says it, such as 10.11.14-MariaDB-…

	pool  *x509.CertPool
	admin *sql.DB // nil for PostgreSQL
	proc  *process
	dir   *privateDir
	psql  string

	stopOnce sync.Once
	stopErr  error
}

// TLSConfig returns a new configuration that trusts only this instance's
// authority and verifies the server as localhost.
func (in *Instance) TLSConfig() *tls.Config {
	return &tls.Config{RootCAs: in.pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}
}

// Port returns the port of Addr.
func (in *Instance) Port() string {
	_, port, _ := net.SplitHostPort(in.Addr)
	return port
}

// PID returns the process id of the server.
func (in *Instance) PID() int { return in.proc.pid }

// Admin returns a handle on a MariaDB instance as its superuser, over TLS. It
// is shared and closed by Stop; do not close it. It is nil for PostgreSQL.
func (in *Instance) Admin() *sql.DB { return in.admin }

// Log returns the last part of what the server wrote to its log, at most 64 KiB.
func (in *Instance) Log() string { return in.proc.log.String() }

// Exec runs one statement (MariaDB) or one script (PostgreSQL) as the superuser.
func (in *Instance) Exec(ctx context.Context, query string) error {
	if in.Kind == KindPostgres {
		_, err := in.runPsql(ctx, in.RootUser, in.RootPassword, "postgres", query)
		return err
	}
	_, err := in.admin.ExecContext(ctx, query)
	return err
}

// Kill ends the server at once (SIGKILL), as a crash would, waits until it is
// gone, and keeps its directory until Stop.
func (in *Instance) Kill() error { return in.proc.kill() }

// Stop shuts the server down cleanly, waits until it is gone and removes its
// directory. It is safe to call more than once; later calls return the first
// call's error.
func (in *Instance) Stop() error {
	in.stopOnce.Do(func() {
		var errs []error
		if in.admin != nil {
			errs = append(errs, in.admin.Close())
		}
		errs = append(errs, in.proc.stop(), in.dir.remove())
		if err := errors.Join(errs...); err != nil {
			in.stopErr = fmt.Errorf("stopping the private %s at %s: %w", in.Kind, in.Addr, err)
		}
	})
	return in.stopErr
}

// launch starts a server on a free port and waits until its log says that it
// is ready, picking another port as long as the one it took was lost to
// another process. command returns the command line for one port.
func launch(ctx context.Context, dir *privateDir, ready string, stop stopSignals, command func(port string) []string) (*process, string, error) {
	var lost error
	for range bindAttempts {
		port, err := freePort()
		if err != nil {
			return nil, "", err
		}
		proc, err := startProcess(dir, command(port), stop)
		if err != nil {
			return nil, "", err
		}
		if err = proc.waitFor(ctx, ready); err == nil {
			return proc, port, nil
		}
		if killErr := proc.kill(); killErr != nil {
			return nil, "", errors.Join(err, killErr)
		}
		if !strings.Contains(proc.log.String(), "Address already in use") {
			return nil, "", err
		}
		lost = err
	}
	return nil, "", fmt.Errorf("losing the race for a free port %d times: %w", bindAttempts, lost)
}

// freePort asks the kernel for a TCP port that nothing uses now.
func freePort() (string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("looking for a free port: %w", err)
	}
	defer ln.Close()
	_, port, err := net.SplitHostPort(ln.Addr().String())
	return port, err
}

// secret draws 26 letters and digits, safe inside SQL quotes and a shell.
func secret() string { return strings.ToLower(rand.Text()) }
