package mysql

import (
	"bufio"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// mariaDB is a private server of a test, with users "native" and "ed", both
// with testPassword.
type mariaDB struct {
	addr string
	pool *x509.CertPool
}

// asMySQL makes cmd run as the user mysql when the test runs as root, as which
// the server refuses to.
func asMySQL(t *testing.T, cmd *exec.Cmd, owned ...string) {
	t.Helper()
	if os.Getuid() != 0 {
		return
	}
	u, err := user.Lookup("mysql")
	if err != nil {
		t.Fatal("the test needs MariaDB (apt-get install mariadb-server):", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	for _, path := range owned {
		if err := os.Chown(path, uid, gid); err != nil {
			t.Fatal(err)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
}

func startMariaDB(t *testing.T) *mariaDB {
	t.Helper()
	dir, err := os.MkdirTemp("", "wire-mysql")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	certPEM, keyPEM, pool := selfSigned(t)
	cert, key, initFile := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "init.sql")
	statements := fmt.Sprintf("CREATE DATABASE shop;\n"+
		"CREATE USER native@'%%' IDENTIFIED BY '%[1]s';\nGRANT ALL ON *.* TO native@'%%';\n"+
		"CREATE USER ed@'%%' IDENTIFIED VIA ed25519 USING '%[2]s';\nGRANT ALL ON *.* TO ed@'%%';\n",
		testPassword, Ed25519AuthString(testPassword))
	for path, text := range map[string]string{cert: string(certPEM), key: string(keyPEM), initFile: statements} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(dir, "data")
	install := exec.Command("mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal",
		"--skip-test-db", "--datadir="+data)
	asMySQL(t, install, dir, cert, key, initFile)
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("mariadb-install-db (apt-get install mariadb-server): %v\n%s", err, out)
	}

	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := ln.Addr().(*net.TCPAddr)
	ln.Close()
	server := exec.Command("mariadbd", "--no-defaults", "--datadir="+data, "--socket="+filepath.Join(dir, "sock"),
		"--bind-address=127.0.0.1", "--port="+strconv.Itoa(addr.Port), "--ssl-cert="+cert, "--ssl-key="+key,
		"--plugin-load-add=auth_ed25519", "--init-file="+initFile, "--skip-name-resolve",
		"--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M", "--max-allowed-packet=64M")
	asMySQL(t, server)
	server.Dir = dir
	stderr, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ready, gone := make(chan struct{}), make(chan struct{})
	var log strings.Builder
	go func() {
		defer close(gone)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			if log.Len() < 1<<20 {
				fmt.Fprintln(&log, lines.Text())
			}
			if strings.Contains(lines.Text(), "ready for connections") {
				close(ready)
			}
		}
	}()
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		<-gone
		_ = server.Wait()
	})
	select {
	case <-ready:
	case <-gone:
		t.Fatalf("mariadbd ended:\n%s", log.String())
	}
	return &mariaDB{addr: addr.String(), pool: pool}
}
