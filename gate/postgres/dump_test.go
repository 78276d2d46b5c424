package postgresgate

import (
	"net"
	"strings"
	"testing"
)

// dumps is a policy for pg_dump, as the page has it.
const dumps = `
      - {who: app, statements: [select, set, transaction, lock, prepare, copy],
         tables: [colours, colours_id_seq, 'pg_catalog.*'], dangers: [admin, dynamic_sql]}
      - {who: app, statements: [prepare], dangers: [dynamic_sql]}
`

// TestPgDump has pg_dump give through the door what it gives directly, and no
// more than the rule says.
func TestPgDump(t *testing.T) {
	h := start(t, setup{allow: dumps})
	h.direct("CREATE TABLE colours (id SERIAL PRIMARY KEY, name TEXT)", "INSERT INTO colours (name) VALUES ('teal'), ('plum')",
		"CREATE VIEW bright AS SELECT name FROM colours", "CREATE FUNCTION one() RETURNS INT LANGUAGE sql AS 'SELECT 1'",
		"CREATE SCHEMA hidden", "CREATE TABLE hidden.names (name TEXT)")
	args := []string{"--schema=public", "--no-owner"}
	through, err := h.program(t, "pg_dump", args...)
	if err != nil {
		t.Fatal(err, through)
	}
	host, port, _ := net.SplitHostPort(h.db.Instance.Addr)
	direct, err := h.program(t, "pg_dump", append(args,
		"-d", "host=localhost hostaddr="+host+" port="+port+" user="+h.db.User+" password="+h.db.Password+" sslrootcert="+h.db.Instance.CAFile)...)
	if err != nil {
		t.Fatal(err, direct)
	}
	if through, direct = unkeyed(through), unkeyed(direct); through != direct || !strings.Contains(direct, "1\tteal\n2\tplum\n") {
		t.Errorf("through the door:\n%s\ndirectly:\n%s", through, direct)
	}
	if copied := h.lastCopy(t); copied.In.Rows != 2 {
		t.Errorf("recorded as %s", copied.Text)
	}
	if out := h.script(t, "PREPARE p AS SELECT name FROM hidden.names;"); !strings.Contains(out, "no-rule") {
		t.Error("what EXECUTE needs lets another PREPARE pass:", out)
	}
	out, err := h.program(t, "pg_dump", "--schema=hidden")
	if err == nil || !strings.Contains(out, "no-rule") || !strings.Contains(out, "hidden.names") {
		t.Errorf("a schema without a rule: %v, %s", err, out)
	}
}

// unkeyed is a dump without the lines that have a key made anew for each.
func unkeyed(dump string) string {
	var b strings.Builder
	for line := range strings.Lines(dump) {
		if !strings.HasPrefix(line, `\restrict `) && !strings.HasPrefix(line, `\unrestrict `) {
			b.WriteString(line)
		}
	}
	return b.String()
}
