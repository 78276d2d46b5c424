package demodb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
)

// Installed tells where mariadbd is, or "" where there is none.
func Installed() string {
	for _, name := range []string{"mariadbd", "/usr/sbin/mariadbd", "/usr/local/sbin/mariadbd"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// MariaDB starts a private MariaDB with its own data directory under the
// system's temporary directory. It needs mariadbd and mariadb-install-db; as
// root it runs as the user mysql, since mariadbd refuses to be root.
func MariaDB(ctx context.Context) (*Server, error) {
	bin := Installed()
	if bin == "" {
		return nil, errors.New("starting MariaDB: mariadbd is not installed (Debian: apt-get install mariadb-server)")
	}
	id, err := NewIdentity("localhost")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "colours-mariadb-")
	if err != nil {
		return nil, fmt.Errorf("making MariaDB's directory: %w", err)
	}
	s, err := startMariaDB(ctx, bin, dir, id)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, nil
}

func startMariaDB(ctx context.Context, bin, dir string, id *Identity) (*Server, error) {
	owner, err := account()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"cert.pem": id.Cert, "key.pem": id.Key}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			return nil, fmt.Errorf("writing MariaDB's certificate: %w", err)
		}
	}
	if owner != nil {
		for _, name := range []string{"", "cert.pem", "key.pem"} {
			if err := os.Chown(filepath.Join(dir, name), owner.uid, owner.gid); err != nil {
				return nil, fmt.Errorf("giving MariaDB its directory: %w", err)
			}
		}
	}
	data, sock := filepath.Join(dir, "data"), filepath.Join(dir, "s")

	install := exec.CommandContext(ctx, "mariadb-install-db", "--no-defaults", "--datadir="+data,
		"--auth-root-authentication-method=normal", "--skip-test-db")
	install.Dir = dir
	owner.own(install)
	if out, err := install.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("making MariaDB's data directory: %w: %s", err, lastLines(out))
	}

	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{
		Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)),
		Name: "localhost", CA: id.CA,
		User: "dba", Password: Secret(), Database: database,
	}
	logFile := filepath.Join(dir, "log")
	cmd := exec.Command(bin, "--no-defaults", "--datadir="+data, "--socket="+sock,
		"--bind-address=127.0.0.1", "--port="+strconv.Itoa(port), "--skip-name-resolve",
		"--ssl-cert="+filepath.Join(dir, "cert.pem"), "--ssl-key="+filepath.Join(dir, "key.pem"),
		"--require-secure-transport=ON", "--log-error="+logFile, "--pid-file="+filepath.Join(dir, "pid"),
		"--innodb-buffer-pool-size=16M", "--performance-schema=OFF")
	cmd.Dir = dir
	owner.own(cmd)
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", bin, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	s.close = func() error {
		stop(cmd.Process, ended)
		return os.RemoveAll(dir)
	}

	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	over := make(chan error, 1)
	go func() {
		select {
		case err := <-ended:
			out, _ := os.ReadFile(logFile)
			ended <- err
			cancel(fmt.Errorf("mariadbd ended at once: %v: %s", err, lastLines(out)))
		case <-over:
		}
	}()
	err = s.administrator(ctx, sock)
	close(over)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			err = cause
		}
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// administrator makes the database and its administrator as the server's own
// root over its socket, which waits until the server listens there.
func (s *Server) administrator(ctx context.Context, sock string) error {
	c := mysql.NewConfig()
	c.Net, c.Addr, c.User, c.Logger = "unix", sock, "root", quiet{}
	conn, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(conn)
	defer db.Close()
	if err := answers(ctx, db); err != nil {
		return fmt.Errorf("waiting for MariaDB at its socket: %w", err)
	}
	for _, q := range []string{
		"CREATE DATABASE `" + s.Database + "` CHARACTER SET utf8mb4",
		"CREATE USER '" + s.User + "'@'%' IDENTIFIED BY '" + s.Password + "'",
		"GRANT ALL ON *.* TO '" + s.User + "'@'%' WITH GRANT OPTION",
	} {
		if _, err := db.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("making MariaDB's administrator: %w", err)
		}
	}
	var version string
	if err := db.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return fmt.Errorf("asking MariaDB for its version: %w", err)
	}
	s.Kind = "MariaDB " + regexp.MustCompile(`^[0-9.]*`).FindString(version) + ", private to this run"
	return s.ready(ctx)
}

// stop asks the process to end, and after ten seconds no longer asks.
func stop(p *os.Process, ended chan error) {
	p.Signal(terminate)
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		p.Kill()
		<-ended
	}
}

func freePort() (int, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port, nil
}

// ids is a system user to run as; nil means the one that we are.
type ids struct{ uid, gid int }

func account() (*ids, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("mysql")
	if err != nil {
		return nil, fmt.Errorf("looking for a user to run mariadbd as: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, fmt.Errorf("reading the uid of mysql: %w", err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, fmt.Errorf("reading the gid of mysql: %w", err)
	}
	return &ids{uid, gid}, nil
}

func lastLines(b []byte) string {
	const most = 600
	if len(b) > most {
		b = b[len(b)-most:]
	}
	return string(b)
}
