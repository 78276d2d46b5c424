package mysqlgate

import (
	"context"
	"net"
	"os"
	osexec "os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// programTime bounds what a program may take.
const programTime = time.Minute

// program runs a program as the app and returns what it prints to either side.
// install is the line that brings it.
func (h *harness) program(t *testing.T, name, install, input string, args ...string) (out, diagnostics string, err error) {
	t.Helper()
	path, err := osexec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is needed by the tests; type: %s", name, install)
	}
	ctx, cancel := context.WithTimeout(t.Context(), programTime)
	defer cancel()
	cmd := osexec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), "MYSQL_PWD="+doorPassword)
	cmd.Stdin = strings.NewReader(input)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	return stdout.String(), stderr.String(), err
}

const clientPackage = "apt-get install -y mariadb-client"

// TestStatusOfTheClient asks for what people ask for first. COM_STATISTICS is
// for those who may administer; without it the client says what it knows.
func TestStatusOfTheClient(t *testing.T) {
	h := start(t, setup{allow: openPolicy + "\n      - {who: near, statements: [admin], dangers: [admin]}\n"})
	for user, want := range map[string][]string{"app": {"Current database:\t" + h.db.Name, "Cipher in use"}, "near": {"Uptime", "Queries per second"}} {
		args := slices.Concat(h.options(), []string{"-u", user, "-D", h.db.Name}, h.overTLS(t))
		password := map[string]string{"app": doorPassword, "near": "close by"}[user]
		out, diagnostics, err := h.program(t, "mariadb", clientPackage, "status\n", append(args, "--password="+password)...)
		if err != nil {
			t.Errorf("%s: %v, %s", user, err, diagnostics)
		}
		for _, w := range want {
			if !strings.Contains(strings.ReplaceAll(out, "\t\t", "\t"), w) {
				t.Errorf("%s: %q is missing in\n%s", user, w, out)
			}
		}
		if told := strings.Contains(out, "Uptime"); told != (user == "near") {
			t.Errorf("%s: the server's numbers are told: %v", user, told)
		}
	}
}

// dumper is what mariadb-dump needs, as docs/gates/mysql.md has it.
const dumper = `
      - {who: app, tables: ['*', INFORMATION_SCHEMA.TABLES, information_schema.columns], statements: [select, show, lock, set]}
      - {who: near, tables: ['*'], statements: [drop, create, insert, lock, alter, set], dangers: [user_variable]}
`

// TestDump dumps a table through the door as one app, and loads it again as
// another. Nothing is refused, and what is there is what was there.
func TestDump(t *testing.T) {
	h := start(t, setup{allow: dumper})
	h.direct("CREATE TABLE shades (n INT PRIMARY KEY, name VARCHAR(20), picture BLOB)", "INSERT INTO shades VALUES (1, 'teal', x'00ff27'), (2, 'd''or', NULL)")
	const sum = "CHECKSUM TABLE shades EXTENDED"
	var table, before, after string
	if err := h.db.OpenDB(t).QueryRow(sum).Scan(&table, &before); err != nil {
		t.Fatal(err)
	}
	args := slices.Concat(h.options(), h.overTLS(t))
	dump, diagnostics, err := h.program(t, "mariadb-dump", clientPackage, "", append(args, "--no-tablespaces", "--skip-triggers", h.db.Name)...)
	if err != nil || !strings.Contains(dump, "Dump completed") {
		t.Fatalf("%v, %s\n%s", err, diagnostics, dump)
	}
	h.direct("DROP TABLE shades")
	out, diagnostics, err := h.program(t, "mariadb", clientPackage, dump, append(args, "-u", "near", "--password=close by", h.db.Name)...)
	if err != nil {
		t.Fatalf("%v, %s\n%s", err, diagnostics, out)
	}
	if err := h.db.OpenDB(t).QueryRow(sum).Scan(&table, &after); err != nil || after != before {
		t.Errorf("the checksum was %s and is %s, %v", before, after, err)
	}
	for _, e := range h.book.All() {
		if e.Effect != "allow" {
			t.Errorf("refused: %s", e.Text)
		}
	}
}

// TestSysbench runs its transactions, prepared and not.
func TestSysbench(t *testing.T) {
	h := start(t, setup{allow: openPolicy, optional: true, plain: true})
	host, port, err := net.SplitHostPort(h.addr)
	if err != nil {
		t.Fatal(err)
	}
	common := []string{"--db-driver=mysql", "--mysql-host=" + host, "--mysql-port=" + port, "--mysql-user=app", "--mysql-password=" + doorPassword,
		"--mysql-db=" + h.db.Name, "--tables=2", "--table-size=500", "--threads=4", "--events=200", "--time=0"} // of 4 threads one may wait for another in vain: sysbench begins its transaction anew
	run := func(args ...string) string {
		t.Helper()
		out, diagnostics, err := h.program(t, "sysbench", "apt-get install -y sysbench", "", append(common, args...)...)
		if err != nil {
			t.Fatalf("%v: %v\n%s%s", args, err, out, diagnostics)
		}
		return out
	}
	run("oltp_read_write", "prepare")
	for _, script := range []string{"oltp_read_only", "oltp_read_write", "oltp_point_select"} {
		for _, ps := range []string{"auto", "disable"} {
			out := run("--db-ps-mode="+ps, script, "run")
			if !regexp.MustCompile(`transactions: +200 `).MatchString(out) || !regexp.MustCompile(`reconnects: +0 `).MatchString(out) {
				t.Errorf("%s, prepared %s:\n%s", script, ps, out)
			}
			if e := h.book.Last(t, "sql"); e.Effect != "allow" || e.Act.Prepared && ps == "disable" {
				t.Errorf("%s, prepared %s: recorded as %s", script, ps, e.Text)
			}
		}
	}
	run("oltp_read_write", "cleanup")
	for _, e := range h.book.All() {
		if e.Effect != "allow" {
			t.Errorf("refused: %s", e.Text)
		}
	}
}
