package mysqlgate

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// TestCommandLineClient works with the server's own client, which speaks
// MariaDB's dialect of the protocol.
func TestCommandLineClient(t *testing.T) {
	h := start(t, setup{allow: openPolicy, optional: true})
	h.direct("CREATE TABLE shades (name VARCHAR(20))", "INSERT INTO shades VALUES ('teal')")
	for _, args := range [][]string{{"--skip-ssl"}, h.overTLS(t)} {
		out := h.mariadb(t, doorPassword, "SELECT name FROM shades;\nSHOW TABLES;\nSELECT * FROM mysql.user;\nSELECT 1+1;\n", args...)
		for _, want := range []string{"teal", "Tables_in_" + h.db.Name, "ERROR 1142 (42000)", "refused by sallyport: no-rule", "1+1\n2\n"} {
			if !strings.Contains(out, want) {
				t.Errorf("%v: %q is missing in\n%s", args, want, out)
			}
		}
	}
}

// mariadb has the command line client work through statements, and returns what
// it prints.
func (h *harness) mariadb(t *testing.T, password, statements string, args ...string) string {
	t.Helper()
	client, err := osexec.LookPath("mariadb")
	if err != nil {
		t.Fatal("the mariadb client is needed by the tests; type: apt-get install -y mariadb-client")
	}
	cmd := osexec.CommandContext(t.Context(), client, slices.Concat(h.options(), []string{"-D", h.db.Name, "--batch", "--force"}, args)...)
	cmd.Env = append(os.Environ(), "MYSQL_PWD="+password)
	cmd.Stdin = strings.NewReader(statements)
	out, _ := cmd.CombinedOutput() // with --force the status tells of any statement that was refused
	return string(out)
}

// options are what MariaDB's programs need to find the door.
func (h *harness) options() []string {
	host, port, err := net.SplitHostPort(h.addr)
	if err != nil {
		h.t.Fatal(err)
	}
	return []string{"--no-defaults", "-h", host, "-P", port, "-u", "app"}
}

// overTLS are the options for verified TLS.
func (h *harness) overTLS(t *testing.T) []string {
	return []string{"--ssl-ca=" + h.caFile(t), "--ssl-verify-server-cert"}
}

// caFile is the file of the door's authority, for programs.
func (h *harness) caFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, h.ca, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestEd25519Upstream logs in to a database that wants MariaDB's own method.
func TestEd25519Upstream(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.ed25519()
	if got := scan1(t, h.conn(), "SELECT 1"); got != "1" {
		t.Error(got)
	}
}

// ed25519 has the door's login at the database proven by ed25519 from now on.
func (h *harness) ed25519() {
	h.t.Helper()
	admin := h.db.Instance
	if err := admin.Exec(h.t.Context(), "INSTALL SONAME 'auth_ed25519'"); err != nil && !strings.Contains(err.Error(), "already") {
		h.t.Fatal(err)
	}
	if err := admin.Exec(h.t.Context(), fmt.Sprintf("ALTER USER '%s'@'%%' IDENTIFIED VIA ed25519 USING PASSWORD('%s')", h.db.User, h.db.Password)); err != nil {
		h.t.Fatal(err)
	}
}

// TestFullSHA2Upstream logs in to a database that wants the password itself,
// encrypted for its key, on loopback.
func TestFullSHA2Upstream(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	got := make(chan string, 8)
	server := &evil{}
	server.auth = func(c *wire.Conn) error {
		nonce := wire.NewNonce(wire.NonceSize)
		c.Send((&wire.AuthSwitch{Plugin: wire.CachingSHA2Password, Nonce: nonce}).Append(nil))
		c.ReadPacket()
		c.Send(wire.AppendAuthMore(nil, wire.SHA2FullAuth))
		if p, err := c.ReadPacket(); err != nil || len(p) != 1 || p[0] != wire.SHA2RequestPublicKey {
			t.Errorf("the gateway answered %x, %v", p, err)
			return err
		}
		c.Send(wire.AppendAuthMore(nil, public...))
		p, err := c.ReadPacket()
		if err != nil {
			return err
		}
		clear, err := rsa.DecryptOAEP(sha1.New(), nil, key, p, nil)
		if err != nil {
			t.Error(err)
		}
		for i := range clear {
			clear[i] ^= nonce[i%len(nonce)]
		}
		got <- strings.TrimRight(string(clear), "\x00")
		return c.Send(wire.NewError(wire.ER_CON_COUNT_ERROR, "enough").Append(nil))
	}
	h := start(t, setup{allow: openPolicy, plain: true, port: server.listen(t)})
	open(t, h.config()).PingContext(t.Context())
	if password := <-got; password != h.db.Password {
		t.Errorf("the database read %q", password)
	}
	if e := h.book.Last(t, "logon"); !strings.Contains(e.Text, "error 1040") {
		t.Errorf("recorded as %s", e.Text)
	}
}

func TestRates(t *testing.T) {
	h := start(t, setup{allow: "\n      - {who: app, tables: [t], rate: 2/h per caller}\n"})
	h.direct("CREATE TABLE t (n INT)")
	c := h.conn()
	for range 2 {
		if _, err := rowsOf(t, c, "SELECT n FROM t"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := rowsOf(t, c, "SELECT n FROM t")
	wantError(t, err, 1226, "42000", "rate-limit")
	exec(t, c, "BEGIN")
}

func TestPreparedStatementsAreBounded(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	for range maxPrepared {
		if _, err := c.PrepareContext(t.Context(), "SELECT ?"); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.PrepareContext(t.Context(), "SELECT ?")
	wantError(t, err, 1461, "42000", "quota")
	if got := scan1(t, c, "SELECT 1"); got != "1" {
		t.Error(got)
	}
}
