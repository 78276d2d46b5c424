package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/internal/testgate"
)

// pgbouncerTime bounds its start and its end.
const pgbouncerTime = 10 * time.Second

// pgbouncer is one that runs.
type pgbouncer struct {
	target pgTarget
	dir    string
	cmd    *exec.Cmd
}

// pgbouncerSettings has a session of the database for each of a client. Whoever
// reaches its port is let in.
const pgbouncerSettings = `[databases]
%s = host=%s port=%s dbname=%[1]s user=%[4]s password=%[5]s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %[6]s
unix_socket_dir =
auth_type = any
pool_mode = session
max_client_conn = 1000
default_pool_size = 100
ignore_startup_parameters = extra_float_digits
`

// startPgbouncer starts a private pgbouncer before a database.
func startPgbouncer(ctx context.Context, db pgTarget) (p *pgbouncer, err error) {
	path, err := exec.LookPath("pgbouncer")
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/pgbouncer"); err != nil {
			return nil, fmt.Errorf("looking for pgbouncer (scripts/install-test-deps.sh bench installs it): %w", err)
		}
	}
	listen, err := testgate.FreeAddr()
	if err != nil {
		return nil, err
	}
	p = &pgbouncer{target: db}
	p.target.addr = listen
	if p.dir, err = os.MkdirTemp("", "sallyport-pgbouncer-"); err != nil {
		return nil, fmt.Errorf("making a directory for pgbouncer: %w", err)
	}
	_, port, _ := net.SplitHostPort(listen)
	dbHost, dbPort, _ := net.SplitHostPort(db.addr)
	file := filepath.Join(p.dir, "pgbouncer.ini")
	text := fmt.Sprintf(pgbouncerSettings, db.database, dbHost, dbPort, db.user, db.password, port)
	// It reads the file as the user that it becomes.
	if err := errors.Join(os.Chmod(p.dir, 0o755), os.WriteFile(file, []byte(text), 0o644)); err != nil {
		return nil, errors.Join(fmt.Errorf("writing pgbouncer's settings: %w", err), os.RemoveAll(p.dir))
	}
	args := []string{"-q", file}
	if os.Getuid() == 0 {
		args = append([]string{"-u", "postgres"}, args...) // it does not run as root
	}
	p.cmd = exec.Command(path, args...)
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("starting pgbouncer: %w", err), os.RemoveAll(p.dir))
	}
	if err := p.await(ctx); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// await connects until it can.
func (p *pgbouncer) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pgbouncerTime)
	defer cancel()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for {
		c, err := pgconn.Connect(ctx, p.target.dsn())
		if err == nil {
			return c.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for pgbouncer: %w", err)
		case <-retry.C:
		}
	}
}

// stop ends it at once and waits for its end.
func (p *pgbouncer) stop() error {
	err := p.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(pgbouncerTime, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	if _, exited := errors.AsType[*exec.ExitError](p.cmd.Wait()); exited {
		err = nil // SIGTERM is how it is ended
	}
	return errors.Join(err, os.RemoveAll(p.dir))
}
