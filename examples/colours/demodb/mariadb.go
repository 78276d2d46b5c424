package demodb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"regexp"

	"github.com/go-sql-driver/mysql"
)

// InstalledMariaDB is the path of mariadbd, or "" where there is none.
func InstalledMariaDB() string {
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
	bin := InstalledMariaDB()
	if bin == "" {
		return nil, errors.New("starting MariaDB: mariadbd is not installed (Debian: apt-get install mariadb-server)")
	}
	id, err := NewIdentity("localhost")
	if err != nil {
		return nil, err
	}
	p, err := newPrivate("MariaDB", "mysql", id)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Engine: MySQL, Name: "localhost", CA: id.CA,
		User: "dba", Password: Secret(), Database: database,
		close: func() error { return p.remove(terminate) },
	}
	if err := s.startMariaDB(ctx, bin, p); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Server) startMariaDB(ctx context.Context, bin string, p *private) error {
	data, sock := p.file("data"), p.file("s")
	if err := p.run(ctx, "mariadb-install-db", "--no-defaults", "--datadir="+data,
		"--auth-root-authentication-method=normal", "--skip-test-db"); err != nil {
		return err
	}
	port, err := freePort()
	if err != nil {
		return err
	}
	s.Addr = net.JoinHostPort("127.0.0.1", port)
	return p.start(ctx, func(ctx context.Context) error { return s.administrator(ctx, sock) },
		bin, "--no-defaults", "--datadir="+data, "--socket="+sock,
		"--bind-address=127.0.0.1", "--port="+port, "--skip-name-resolve",
		"--ssl-cert="+p.file("cert.pem"), "--ssl-key="+p.file("key.pem"),
		"--require-secure-transport=ON", "--pid-file="+p.file("pid"),
		"--innodb-buffer-pool-size=16M", "--performance-schema=OFF")
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
	s.Kind = "MariaDB " + number.FindString(version) + ", private to this run"
	return s.Ready(ctx)
}

// number is how a server's version begins.
var number = regexp.MustCompile(`^[0-9.]*`)
