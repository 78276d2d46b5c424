package testdb

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/go-sql-driver/mysql"
)

// helperVar makes the test binary a program that starts a server and waits to
// be killed.
const helperVar = "SALLYPORT_TESTDB_HELPER"

func TestMain(m *testing.M) {
	if kind := os.Getenv(helperVar); kind != "" {
		helper(Kind(kind))
		return
	}
	Main(m)
}

func TestMariaDB(t *testing.T) {
	inst := MariaDB(t)
	if again := MariaDB(t); again != inst {
		t.Error("a second call started a second instance")
	}
	if !strings.Contains(inst.Version, "MariaDB") {
		t.Errorf("Version = %q", inst.Version)
	}
	checkPrivate(t, inst)

	db := inst.Database(t).OpenDB(t)
	if _, err := db.Exec("CREATE TABLE colours (name VARCHAR(20)) ENGINE=InnoDB"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO colours VALUES (?)", "teal"); err != nil {
		t.Fatal(err)
	}
	var name, cipher string
	if err := db.QueryRow("SELECT name FROM colours WHERE name = ?", "teal").Scan(&name); err != nil || name != "teal" {
		t.Errorf("reading back: %q, %v", name, err)
	}
	if err := db.QueryRow("SHOW STATUS LIKE 'Ssl_cipher'").Scan(&name, &cipher); err != nil || cipher == "" {
		t.Errorf("cipher = %q, %v: the connection has no TLS", cipher, err)
	}
}

func TestMariaDBRefuses(t *testing.T) {
	inst := MariaDB(t)
	mine, other := inst.Database(t), inst.Database(t)
	tests := []struct {
		name   string
		change func(*mysql.Config)
	}{
		{"a wrong password", func(c *mysql.Config) { c.Passwd = "wrong" }},
		{"root without a password", func(c *mysql.Config) { c.User, c.Passwd, c.DBName = "root", "", "" }},
		{"an anonymous user", func(c *mysql.Config) { c.User, c.Passwd, c.DBName = "", "", "" }},
		{"another's database", func(c *mysql.Config) { c.DBName = other.Name }},
		{"root without a password on the socket", func(c *mysql.Config) {
			c.User, c.Passwd, c.DBName = "root", "", ""
			c.Net, c.Addr, c.TLS = "unix", inst.Socket, nil
		}},
		{"a certificate for another name", func(c *mysql.Config) { c.TLS.ServerName = "db.example.com" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := mine.Config()
			tt.change(cfg)
			conn, err := mysql.NewConnector(cfg)
			if err != nil {
				t.Fatal(err)
			}
			c, err := conn.Connect(t.Context())
			if err == nil {
				c.Close()
				t.Error("connected")
			}
		})
	}
}

func TestDatabaseIsDropped(t *testing.T) {
	for _, inst := range []*Instance{MariaDB(t), Postgres(t)} {
		t.Run(string(inst.Kind), func(t *testing.T) {
			d, err := inst.NewDatabase(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := d.Drop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if err := inst.Exec(t.Context(), "CREATE DATABASE "+d.Name); err != nil {
				t.Errorf("making the same database again: %v", err)
			}
			if err := d.Drop(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPostgresPlaces starts PostgreSQL from each kind of place that it is found
// in: Debian's versioned directory, and a directory of links such as
// /usr/local/bin may be, itself in PATH or not.
func TestPostgresPlaces(t *testing.T) {
	debian := newestFirst(postgresGlob)
	real, ok := findTogether(append(debian, append(pathDirs(), serverDirs...)...), "postgres", "initdb")
	if !ok {
		t.Fatal(&MissingError{What: "postgres with its initdb", Install: installPostgres})
	}
	links := t.TempDir()
	for _, p := range real {
		target, err := filepath.EvalSymlinks(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(target, filepath.Join(links, filepath.Base(p))); err != nil {
			t.Fatal(err)
		}
	}
	// The server's user must be able to reach the links.
	for dir := links; dir != filepath.Dir(dir) && strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	places := map[string]func() []string{
		"where it is":          func() []string { return []string{filepath.Dir(real[0])} },
		"a directory of links": func() []string { return []string{t.TempDir(), links} },
		"PATH": func() []string {
			t.Setenv("PATH", links+":"+os.Getenv("PATH"))
			return pathDirs()[:1]
		},
	}
	for name, dirs := range places {
		t.Run(name, func(t *testing.T) {
			inst, err := startPostgresFrom(t.Context(), dirs(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if inst.Version == "" {
				t.Error("no version")
			}
			checkPrivate(t, inst)
			dir := inst.Dir
			if err := inst.Stop(); err != nil {
				t.Error(err)
			}
			checkGone(t, dir)
		})
	}
}

func TestPostgresDatabase(t *testing.T) {
	inst := Postgres(t)
	mine, other := inst.Database(t), inst.Database(t)
	for _, tt := range []struct {
		database string
		ok       bool
	}{{mine.Name, true}, {other.Name, false}, {"postgres", true}} {
		got, err := inst.runPsql(t.Context(), mine.User, mine.Password, tt.database, "SELECT current_user")
		if ok := err == nil && got == mine.User; ok != tt.ok {
			t.Errorf("connecting to %s: %q, %v; want success = %v", tt.database, got, err, tt.ok)
		}
	}
	conn, err := net.Dial("tcp", inst.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// SSLRequest (PostgreSQL manual, "SSL Session Encryption"): S means yes.
	if _, err := conn.Write([]byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}); err != nil {
		t.Fatal(err)
	}
	answer := make([]byte, 1)
	if _, err := conn.Read(answer); err != nil || answer[0] != 'S' {
		t.Fatalf("the answer to SSLRequest is %q, %v", answer, err)
	}
	if err := tls.Client(conn, inst.TLSConfig()).HandshakeContext(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestKillAndStop(t *testing.T) {
	for kind, start := range map[Kind]func(context.Context, Options) (*Instance, error){
		KindMariaDB: StartMariaDB, KindPostgres: StartPostgres,
	} {
		t.Run(string(kind), func(t *testing.T) {
			inst, err := start(t.Context(), Options{Durable: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := inst.Kill(); err != nil {
				t.Error(err)
			}
			if c, err := net.Dial("tcp", inst.Addr); err == nil {
				c.Close()
				t.Error("a killed server still answers")
			}
			if _, err := os.Stat(inst.Dir); err != nil {
				t.Errorf("the directory of a killed server: %v", err)
			}
			if err := errors.Join(inst.Stop(), inst.Stop()); err != nil {
				t.Error(err)
			}
			checkGone(t, inst.Dir)
		})
	}
}

func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	saved := serverDirs
	serverDirs = nil
	t.Cleanup(func() { serverDirs = saved })

	_, err := StartMariaDB(t.Context(), Options{})
	const wantMariaDB = "mariadbd is needed by the tests and was not found; type: apt-get install -y mariadb-server"
	if _, ok := errors.AsType[*MissingError](err); !ok || err.Error() != wantMariaDB {
		t.Errorf("without MariaDB: %v\nwant: %s", err, wantMariaDB)
	}
	_, err = startPostgresFrom(t.Context(), pathDirs(), Options{})
	const wantPostgres = "postgres with its initdb is needed by the tests and was not found; type: apt-get install -y postgresql"
	if _, ok := errors.AsType[*MissingError](err); !ok || err.Error() != wantPostgres {
		t.Errorf("without PostgreSQL: %v\nwant: %s", err, wantPostgres)
	}
}

func TestServerThatCannotStart(t *testing.T) {
	_, err := StartMariaDB(t.Context(), Options{Args: []string{"--no-such-option"}})
	if err == nil || !strings.Contains(err.Error(), "no-such-option") {
		t.Errorf("err = %v, want one that carries the server's own words", err)
	}
}

func TestLaunchTakesAnotherPort(t *testing.T) {
	dir, err := newPrivateDir(account{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := dir.remove(); err != nil {
			t.Error(err)
		}
	})
	lost := 0
	command := func(port string) []string {
		if lost < 2 {
			lost++
			return []string{"/bin/sh", "-c", "echo cannot bind: Address already in use; exit 1"}
		}
		return []string{"/bin/sh", "-c", "echo ready on " + port + "; read -r _ || exec cat /dev/zero >/dev/null"}
	}
	proc, port, err := launch(t.Context(), dir, "ready on", mariadbStops, command)
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("ready on %s\n", port); proc.log.String() != want {
		t.Errorf("log = %q, want %q", proc.log.String(), want)
	}
	if err := proc.kill(); err != nil {
		t.Error(err)
	}
}

func TestNewestFirst(t *testing.T) {
	root := t.TempDir()
	for _, v := range []string{"9.6", "15", "16", "devel"} {
		if err := os.MkdirAll(filepath.Join(root, v, "bin"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, d := range newestFirst(filepath.Join(root, "*", "bin")) {
		got = append(got, filepath.Base(filepath.Dir(d)))
	}
	if s := strings.Join(got, " "); s != "16 15 9.6 devel" {
		t.Errorf("order = %s", s)
	}
}

func TestLogTailIsBounded(t *testing.T) {
	l := newLogTail()
	seen := l.seen("the end")
	for range 20 {
		fmt.Fprint(l, strings.Repeat("x", logLimit/8))
	}
	fmt.Fprint(l, "the e")
	fmt.Fprint(l, "nd")
	<-seen
	<-l.seen("the end")
	if got := len(l.String()); got > logLimit {
		t.Errorf("%d bytes are kept, want at most %d", got, logLimit)
	}
}

// checkPrivate checks that the server listens on loopback only, and does not
// run as root.
func checkPrivate(t *testing.T, inst *Instance) {
	t.Helper()
	host, _, err := net.SplitHostPort(inst.Addr)
	if err != nil || host != "127.0.0.1" {
		t.Errorf("Addr = %s, %v", inst.Addr, err)
	}
	info, err := os.Stat(filepath.Join(inst.Dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	if stat := info.Sys().(*syscall.Stat_t); stat.Uid == 0 {
		t.Error("the data belongs to root")
	}
	if _, err := os.Stat(inst.Socket); err != nil {
		t.Errorf("the socket: %v", err)
	}
}

func checkGone(t *testing.T, path string) {
	t.Helper()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there (%v)", path, err)
	}
}
