package postgresgate

import (
	"net"
	"os"
	run "os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// program runs a client of PostgreSQL's own through the door.
func (h *harness) program(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	path, err := run.LookPath(name)
	if err != nil {
		t.Fatalf("the test needs %s (apt-get install postgresql-client postgresql): %v", name, err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, h.ca, 0o600); err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(h.addr)
	cmd := run.CommandContext(t.Context(), path, args...)
	cmd.Env = append(os.Environ(), "PGHOST=localhost", "PGHOSTADDR="+host, "PGPORT="+port, "PGUSER=app", "PGPASSWORD="+doorPassword,
		"PGDATABASE="+h.db.Name, "PGSSLMODE=verify-full", "PGSSLROOTCERT="+ca, "PGCHANNELBINDING=require", "HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestPsql(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	h.direct("CREATE TABLE colours (id INT PRIMARY KEY, name TEXT)", "INSERT INTO colours VALUES (1, 'teal'), (2, 'plum')")
	psql := func(commands ...string) (string, error) {
		args := []string{"-X", "-At"}
		for _, c := range commands {
			args = append(args, "-c", c)
		}
		return h.program(t, "psql", args...)
	}
	for command, want := range map[string]string{
		"SELECT name FROM colours ORDER BY 1": "plum\nteal",
		`\d colours`:                          "name|text",
		`\dt`:                                 "colours",
		`\copy colours TO STDOUT`:             "1\tteal",
		`\conninfo`:                           "SSL",
	} {
		if out, err := psql(command); err != nil || !strings.Contains(out, want) {
			t.Errorf("%s: %v, %s", command, err, out)
		}
	}
	out, err := psql("BEGIN", "DELETE FROM colours", "SELECT count(*) FROM colours", "ROLLBACK", "SELECT count(*) FROM colours")
	if err != nil || !strings.Contains(out, "DELETE 2\n0\nROLLBACK\n2") {
		t.Error(err, out)
	}
	rows := filepath.Join(t.TempDir(), "rows")
	if err := os.WriteFile(rows, []byte("3\tpeach\n4\tmoss\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := psql(`\copy colours FROM '` + rows + `'`); err != nil || out != "COPY 2\n" {
		t.Error(err, out)
	}
	if e := h.lastCopy(t); e.Out.Rows != 2 || e.Act.Affected != 2 {
		t.Errorf("recorded as %s", e.Text)
	}
	h.reload(setup{allow: "\n      - {who: app, statements: [select, delete], tables: [colours]}\n"})
	// Each statement that a query makes is judged by itself.
	gexec := h.script(t, "SELECT 'DELETE FROM colours WHERE id = ' || id FROM colours WHERE id > 2 ORDER BY id \\gexec\n"+
		"SELECT 'DROP TABLE colours' \\gexec\n"+`SELECT count(*) FROM colours;`)
	if !strings.Contains(gexec, "DELETE 1\nDELETE 1\n") || !strings.Contains(gexec, "refused by sallyport: no-rule") || !strings.HasSuffix(gexec, "\n2\n") {
		t.Error(gexec)
	}
	h.reload(setup{allow: "\n      - {who: app, statements: [select], tables: [colours, pg_catalog.*]}\n"})
	if out, err := psql(`\d colours`); err != nil || !strings.Contains(out, "name|text") {
		t.Error(err, out)
	}
	h.reload(setup{allow: "\n      - {who: app, tables: [colours]}\n"})
	if out, err := psql(`\d colours`); !strings.Contains(out, "refused by sallyport: no-rule") {
		t.Error(err, out)
	}
	if out, err := psql("SELECT count(*) FROM colours"); err != nil || out != "2\n" {
		t.Error(err, out)
	}
}

// script has psql run a script, and returns what it printed, errors included.
func (h *harness) script(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script.sql")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := h.program(t, "psql", "-X", "-At", "-f", file)
	if err != nil {
		t.Fatal(err, out)
	}
	return out
}

// TestPgbench runs PostgreSQL's benchmark by each of its protocols. How fast it
// is nobody asks here.
func TestPgbench(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	if out, err := h.program(t, "pgbench", "-i", "-q", "-I", "dtgp"); err != nil {
		t.Fatal(err, out)
	}
	for _, protocol := range []string{"simple", "extended", "prepared"} {
		for _, script := range []string{"select-only", "tpcb-like"} {
			out, err := h.program(t, "pgbench", "-n", "-b", script, "-M", protocol, "-c", "4", "-t", "50")
			if err != nil || !strings.Contains(out, "number of transactions actually processed: 200/200") {
				t.Errorf("%s, %s: %v, %s", protocol, script, err, out)
			}
		}
	}
}
