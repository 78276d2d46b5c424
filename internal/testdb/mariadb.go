package testdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"syscall"

	"github.com/go-sql-driver/mysql"
)

// mariadbStops: the server is one process, so SIGKILL leaves nothing behind.
var mariadbStops = stopSignals{clean: syscall.SIGTERM, die: syscall.SIGKILL, dieShell: "KILL"}

// StartMariaDB initialises and starts a private MariaDB. The caller stops it.
// The error is a *MissingError where the machine has no MariaDB.
func StartMariaDB(ctx context.Context, o Options) (*Instance, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	paths, missing := findAnywhere(slices.Concat(pathDirs(), serverDirs), "mariadbd", "mariadb-install-db")
	if missing != "" {
		return nil, &MissingError{What: missing, Install: installMariaDB}
	}
	who, err := serverAccount("mysql", installMariaDB)
	if err != nil {
		return nil, err
	}
	dir, err := newPrivateDir(who)
	if err != nil {
		return nil, err
	}
	in, err := startMariaDBIn(ctx, dir, paths[0], paths[1], o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting a private MariaDB: %w", err), dir.remove())
	}
	return in, nil
}

func startMariaDBIn(ctx context.Context, dir *privateDir, server, install string, o Options) (*Instance, error) {
	certs, err := dir.writeCertificates("private MariaDB")
	if err != nil {
		return nil, err
	}
	in := &Instance{
		Kind: KindMariaDB, Dir: dir.path, dir: dir, Socket: dir.join("db.sock"),
		CAFile: certs.caFile, CA: certs.ca.PEM, pool: certs.ca.Pool(),
		RootUser: "root", RootPassword: secret(),
	}
	storage := []string{"--innodb-buffer-pool-size=128M", "--innodb-log-file-size=64M"}
	if !o.Durable {
		storage = append(storage, "--debug-no-sync", "--innodb-flush-log-at-trx-commit=0")
	}
	base := append([]string{"--no-defaults", "--datadir=" + dir.join("data")}, storage...)
	if err := run(ctx, dir, append(append([]string{install}, base...), "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve")...); err != nil {
		return nil, err
	}

	initFile := dir.join("init.sql")
	if err := os.WriteFile(initFile, []byte(mariadbInit(in.RootPassword)), 0o600); err != nil {
		return nil, fmt.Errorf("writing the first statements: %w", err)
	}
	if err := dir.account.own(initFile); err != nil {
		return nil, err
	}
	proc, port, err := launch(ctx, dir, "ready for connections", mariadbStops, func(port string) []string {
		return slices.Concat([]string{server}, base, []string{
			"--socket=" + in.Socket, "--port=" + port, "--bind-address=127.0.0.1",
			"--pid-file=" + dir.join("db.pid"), "--tmpdir=" + dir.path, "--init-file=" + initFile,
			"--ssl-ca=" + certs.caFile, "--ssl-cert=" + certs.certFile, "--ssl-key=" + certs.keyFile,
			"--skip-name-resolve", "--character-set-server=utf8mb4", "--max-allowed-packet=64M", "--max-connections=1500",
		}, o.Args)
	})
	if err != nil {
		return nil, err
	}
	in.proc, in.Addr = proc, "127.0.0.1:"+port
	if err := in.connectAdmin(ctx); err != nil {
		return nil, errors.Join(err, proc.kill())
	}
	return in, nil
}

// mariadbInit makes root reachable over TCP with the password and removes the
// other accounts that an installation brings (anonymous ones, root without a
// password from each loopback address), so that no test logs in by accident.
func mariadbInit(password string) string {
	return "CREATE OR REPLACE USER 'root'@'%' IDENTIFIED BY '" + password + "';\n" +
		"GRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;\n" +
		"ALTER USER 'root'@'localhost' IDENTIFIED BY '" + password + "';\n" +
		"DELETE FROM mysql.global_priv WHERE User = '' OR (User = 'root' AND Host NOT IN ('%', 'localhost'));\n" +
		"FLUSH PRIVILEGES;\n"
}

// connectAdmin opens the superuser's handle over TLS, which proves that the
// certificate works before any test needs it.
func (in *Instance) connectAdmin(ctx context.Context) error {
	connector, err := mysql.NewConnector(in.driverConfig(in.RootUser, in.RootPassword, ""))
	if err != nil {
		return fmt.Errorf("preparing to connect as root: %w", err)
	}
	in.admin = sql.OpenDB(connector)
	if err := in.admin.QueryRowContext(ctx, "SELECT VERSION()").Scan(&in.Version); err != nil {
		return errors.Join(fmt.Errorf("connecting as root: %w; the server's log:\n%s", err, in.Log()), in.admin.Close())
	}
	return nil
}

// driverConfig returns what go-sql-driver needs to connect over verified TLS.
func (in *Instance) driverConfig(user, password, database string) *mysql.Config {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.DBName = user, password, database
	cfg.Net, cfg.Addr = "tcp", in.Addr
	cfg.TLS = in.TLSConfig()
	return cfg
}
