package testdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
)

// postgresStops: SIGINT is PostgreSQL's fast shutdown, SIGQUIT its immediate
// one, which takes the server's children along where SIGKILL would leave them
// to notice by themselves.
var postgresStops = stopSignals{clean: syscall.SIGINT, die: syscall.SIGQUIT, dieShell: "QUIT"}

// StartPostgres initialises and starts a private PostgreSQL. The caller stops
// it. The error is a *MissingError where the machine has no PostgreSQL.
func StartPostgres(ctx context.Context, o Options) (*Instance, error) {
	dirs := slices.Concat(pathDirs(), newestFirst(postgresGlob), serverDirs)
	return startPostgresFrom(ctx, dirs, o)
}

func startPostgresFrom(ctx context.Context, dirs []string, o Options) (*Instance, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	paths, ok := findTogether(dirs, "postgres", "initdb")
	if !ok {
		return nil, &MissingError{What: "postgres with its initdb", Install: installPostgres}
	}
	psql, missing := findAnywhere(slices.Concat(newestFirst(postgresGlob), dirs, pathDirs()), "psql")
	if missing != "" {
		return nil, &MissingError{What: missing, Install: installPostgres}
	}
	who, err := serverAccount("postgres", installPostgres)
	if err != nil {
		return nil, err
	}
	dir, err := newPrivateDir(who)
	if err != nil {
		return nil, err
	}
	in, err := startPostgresIn(ctx, dir, paths[0], paths[1], psql[0], o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting a private PostgreSQL: %w", err), dir.remove())
	}
	return in, nil
}

func startPostgresIn(ctx context.Context, dir *privateDir, server, initdb, psql string, o Options) (*Instance, error) {
	certs, err := dir.writeCertificates("private PostgreSQL")
	if err != nil {
		return nil, err
	}
	in := &Instance{
		Kind: KindPostgres, Dir: dir.path, dir: dir, psql: psql,
		CAFile: certs.caFile, CA: certs.ca.PEM, pool: certs.ca.Pool(),
		RootUser: "postgres", RootPassword: secret(),
	}
	passwordFile := dir.join("password")
	if err := os.WriteFile(passwordFile, []byte(in.RootPassword+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("writing the password for initdb: %w", err)
	}
	if err := dir.account.own(passwordFile); err != nil {
		return nil, err
	}
	data := dir.join("data")
	if err := run(ctx, dir, initdb, "--no-sync", "-D", data, "-U", in.RootUser, "-E", "UTF8", "--locale=C",
		"--auth=scram-sha-256", "--pwfile="+passwordFile); err != nil {
		return nil, err
	}
	settings := []string{"listen_addresses=127.0.0.1", "unix_socket_directories=" + dir.path, "logging_collector=off",
		"ssl=on", "ssl_ca_file=" + certs.caFile, "ssl_cert_file=" + certs.certFile, "ssl_key_file=" + certs.keyFile,
		"shared_buffers=128MB", "max_connections=300"}
	if !o.Durable {
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off")
	}
	proc, port, err := launch(ctx, dir, "database system is ready to accept connections", postgresStops, func(port string) []string {
		args := []string{server, "-D", data, "-p", port}
		for _, s := range settings {
			args = append(args, "-c", s)
		}
		return append(args, o.Args...)
	})
	if err != nil {
		return nil, err
	}
	in.proc, in.Addr, in.Socket = proc, "127.0.0.1:"+port, dir.join(".s.PGSQL."+port)
	if in.Version, err = in.runPsql(ctx, in.RootUser, in.RootPassword, "postgres", "SHOW server_version"); err != nil {
		return nil, errors.Join(err, proc.kill())
	}
	return in, nil
}

// runPsql runs a script as the user over verified TLS and returns what it
// printed, unaligned. A statement that errs ends it.
func (in *Instance) runPsql(ctx context.Context, user, password, database, script string) (string, error) {
	cmd := exec.CommandContext(ctx, in.psql, "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1",
		"host=localhost hostaddr=127.0.0.1 port="+in.Port()+" dbname="+database+" user="+user+
			" sslmode=verify-full sslrootcert="+in.CAFile, "-f", "-")
	cmd.Dir = "/"
	cmd.Env = append(in.dir.environment(), "PGPASSWORD="+password)
	cmd.Stdin = strings.NewReader(script)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("running SQL as %s: %w: %s", user, err, strings.TrimSpace(stderr.String()))
	}
	return strings.TrimSpace(stdout.String()), nil
}
