package demodb

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// postgresBins are where PostgreSQL's own programs are found beside the PATH:
// as Debian and as Red Hat have them, a directory for each version.
var postgresBins = []string{"/usr/lib/postgresql/[1-9][0-9]/bin", "/usr/pgsql-[1-9][0-9]/bin"}

// InstalledPostgres is the directory of postgres and initdb, the newest where
// there are several, or "" where there is none.
func InstalledPostgres() string {
	var dirs []string
	for _, glob := range postgresBins {
		found, _ := filepath.Glob(glob) // errs for a bad pattern only
		dirs = append(dirs, found...)
	}
	slices.Sort(dirs)
	slices.Reverse(dirs)
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), dirs...) {
		_, server := exec.LookPath(filepath.Join(dir, "postgres"))
		_, initdb := exec.LookPath(filepath.Join(dir, "initdb"))
		if filepath.IsAbs(dir) && server == nil && initdb == nil {
			return dir
		}
	}
	return ""
}

// Postgres starts a private PostgreSQL with its own data directory under the
// system's temporary directory. It needs postgres and initdb; as root it runs
// as the user postgres, since PostgreSQL refuses to be root.
func Postgres(ctx context.Context) (*Server, error) {
	bin := InstalledPostgres()
	if bin == "" {
		return nil, errors.New("starting PostgreSQL: postgres and initdb are not installed (Debian: apt-get install postgresql)")
	}
	id, err := NewIdentity("localhost")
	if err != nil {
		return nil, err
	}
	p, err := newPrivate("PostgreSQL", "postgres", id)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Engine: PostgreSQL, Name: "localhost", CA: id.CA,
		User: "dba", Password: Secret(), Database: "postgres",
		// SIGTERM would wait for all clients to go; SIGINT is the fast shutdown.
		close: func() error { return p.remove(os.Interrupt) },
	}
	if err := s.startPostgres(ctx, bin, p); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) startPostgres(ctx context.Context, bin string, p *private) error {
	data, password := p.file("data"), p.file("password")
	if err := p.write("password", []byte(s.Password+"\n")); err != nil {
		return err
	}
	if err := p.run(ctx, filepath.Join(bin, "initdb"), "--no-sync", "--pgdata="+data, "--username="+s.User, "--pwfile="+password,
		"--encoding=UTF8", "--locale=C", "--auth=scram-sha-256"); err != nil {
		return err
	}
	// No line for sessions without TLS: they are refused.
	if err := p.write(filepath.Join("data", "pg_hba.conf"), []byte("hostssl all all 127.0.0.1/32 scram-sha-256\n")); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	s.Addr = net.JoinHostPort("127.0.0.1", port)
	return p.start(ctx, s.makeDatabase, filepath.Join(bin, "postgres"), "-D", data, "-p", port,
		"-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
		"-c", "ssl=on", "-c", "ssl_cert_file="+p.file("cert.pem"), "-c", "ssl_key_file="+p.file("key.pem"),
		"-c", "shared_buffers=16MB", "-c", "fsync=off")
}

// makeDatabase makes the database once the server listens.
func (s *Server) makeDatabase(ctx context.Context) error {
	if err := s.Ready(ctx); err != nil {
		return err
	}
	db, err := s.Admin()
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+database); err != nil {
		return fmt.Errorf("making PostgreSQL's database: %w", err)
	}
	var version string
	if err := db.QueryRowContext(ctx, "SHOW server_version").Scan(&version); err != nil {
		return fmt.Errorf("asking PostgreSQL for its version: %w", err)
	}
	s.Kind = "PostgreSQL " + number.FindString(version) + ", private to this run"
	s.Database = database
	return nil
}
