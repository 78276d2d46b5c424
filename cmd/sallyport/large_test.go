package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/gate"
	mysqlgate "github.com/sallyport/sallyport/gate/mysql"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

// secrets is a policy.Source of environment variables alone.
type secrets map[string]string

func (s secrets) Env(name string) (string, bool)           { v, ok := s[name]; return v, ok }
func (s secrets) File(string) ([]byte, fs.FileMode, error) { return nil, 0, fs.ErrNotExist }
func (s secrets) Now() time.Time                           { return time.Now() }

// mysqlDoor runs a door in the clear before a database, with a ledger in dir.
// What it returns ends both.
func mysqlDoor(t *testing.T, db *testdb.Database, dir, allow string) (client *sql.DB, end func()) {
	t.Helper()
	text := fmt.Sprintf(`
version: 1
apps: {app: {proof: [password], password: env:DOOR}}
hosts: {main-db: {name: 127.0.0.1, port: %s, addresses: [127.0.0.1], tls: none}}
doors:
  - name: db
    kind: mysql
    listen: 127.0.0.1:0
    tls: optional
    to: main-db
    database: %s
    login: {user: %s, password: env:DB}
    allow: %s
`, db.Instance.Port(), db.Name, db.User, allow)
	p, ds := policy.Parse("policy.yaml", []byte(text), program().Vocabulary, secrets{"DOOR": "the door's own", "DB": db.Password})
	if p == nil {
		t.Fatal(ds)
	}
	log, err := ledger.Open(ledger.Options{Dir: dir, Origin: "example.com/test"})
	if err != nil {
		t.Fatal(err)
	}
	g := guard.New(guard.Options{Recorder: log})
	g.Swap(guard.Settings{Decider: p, Doors: []guard.Door{{Name: "db"}}})
	live := new(policy.Live)
	live.Store(p)
	door, err := mysqlgate.New(p.Doors[0], gate.Env{Live: live, Guard: g})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- door.Serve(ctx, ln) }()
	cfg := mysql.NewConfig()
	cfg.User, cfg.Passwd, cfg.Net, cfg.Addr, cfg.DBName = "app", "the door's own", "tcp", ln.Addr().String(), db.Name
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		t.Fatal(err)
	}
	client = sql.OpenDB(connector)
	return client, func() {
		client.Close()
		cancel()
		if err := errors.Join(<-ended, log.Close()); err != nil {
			t.Error(err)
		}
	}
}

// TestLargeStatementsLeaveAnEntry runs, and is refused, statements whose
// entries would be larger than the ledger takes: each has to leave one.
func TestLargeStatementsLeaveAnEntry(t *testing.T) {
	db := testdb.MariaDB(t).Database(t)
	owner := db.OpenDB(t)
	if _, err := owner.Exec("CREATE TABLE wide (id INT PRIMARY KEY, n INT)"); err != nil {
		t.Fatal(err)
	}
	if _, err := owner.Exec("INSERT INTO wide VALUES (1, 0)"); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "ledger")
	client, end := mysqlDoor(t, db, dir, "[{who: app, statements: [select, update], tables: [wide]}]")

	var update, list strings.Builder
	update.WriteString("UPDATE wide SET n = 1")
	for i := range 6000 {
		fmt.Fprintf(&update, ", wide.n = %d", i)
	}
	update.WriteString(" WHERE id = 1")
	if _, err := client.Exec(update.String()); err != nil {
		t.Fatal(err)
	}
	list.WriteString("SELECT 1 FROM wide")
	for i := range 1500 {
		fmt.Fprintf(&list, ", a_table_with_a_rather_long_name_that_nobody_has_a_rule_for_%d", i)
	}
	_, err := client.Exec(list.String())
	var refused *mysql.MySQLError
	if !errors.As(err, &refused) || !strings.Contains(refused.Message, "refused by sallyport") {
		t.Fatal("1,500 tables:", err)
	}
	_, id, _ := strings.Cut(refused.Message, "crossing ")
	end()

	r, err := ledger.OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	var updates, refusals int
	for record, err := range r.Records(0) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := record.Entry()
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case e.Act.Verb == "update" && e.Effect == "allow":
			updates++
			if e.Act.Affected != 1 || len(e.Act.Tables) != 1 {
				t.Errorf("the update is recorded as %s", record.Raw)
			}
		case e.ID.String() == id && e.Effect == "deny":
			refusals++
			if !strings.Contains(e.Note, "cut to fit") || !strings.Contains(strings.Join(e.Act.Tables, " "), "1501 in all") {
				t.Errorf("the refusal is recorded as %s", record.Raw)
			}
		}
	}
	if updates != 1 || refusals != 1 {
		t.Errorf("the ledger has %d entries of the update and %d of the refusal, want one each", updates, refusals)
	}
}
