package grants_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/grants"
	"github.com/sallyport/sallyport/grants/connect"
	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/policy"
)

func TestMain(m *testing.M) { testdb.Main(m) }

const loginPassword = "login-password-of-tests"

// files is a policy.Source of this test's own.
type files map[string]string

func (f files) Env(name string) (string, bool) { return loginPassword, name == "LOGIN_PASSWORD" }

func (f files) File(path string) ([]byte, fs.FileMode, error) {
	if s, ok := f[filepath.Base(path)]; ok {
		return []byte(s), 0o600, nil
	}
	return nil, 0, fs.ErrNotExist
}

func (files) Now() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }

// world is a database of its own on a real server, and its policy.
type world struct {
	t    *testing.T
	kind string
	inst *testdb.Instance
	db   *testdb.Database
	user string // the login of the policy's door
	// session is the login's at a PostgreSQL, until fresh ends it.
	session *pgx.Conn
}

func newWorld(t *testing.T, kind string) *world {
	t.Helper()
	w := &world{t: t, kind: kind}
	if kind == "postgres" {
		w.inst = testdb.Postgres(t)
	} else {
		w.inst = testdb.MariaDB(t)
	}
	w.db = w.inst.Database(t)
	w.user = "login_" + strings.TrimPrefix(w.db.Name, "d_")
	t.Cleanup(func() {
		w.t = t
		w.fresh()
	})
	return w
}

// policy is a policy with one door to the world's server and these rules.
func (w *world) policy(rules string) *policy.Policy {
	w.t.Helper()
	text := fmt.Sprintf(`version: 1
apps:
  shop: {proof: [password], password: env:LOGIN_PASSWORD}
hosts:
  main-db: {name: localhost, port: %s, addresses: [127.0.0.0/8], tls: {verify: full, ca: file:ca.pem}}
doors:
  - name: db
    kind: %s
    listen: 127.0.0.1:3307
    tls: optional
    to: main-db
    database: %s
    login: {user: %s, password: env:LOGIN_PASSWORD}
    allow:
%s
`, w.inst.Port(), w.kind, w.db.Name, w.user, rules)
	p, diags := policy.Parse("policy.yaml", []byte(text), policy.Vocabulary{Doors: []string{"mysql", "postgres"}}, files{"ca.pem": string(w.inst.CA)})
	if p == nil {
		w.t.Fatalf("%v\n%s", diags, text)
	}
	return p
}

func (w *world) target(rules string) *grants.Target {
	w.t.Helper()
	targets := grants.Targets(w.policy(rules))
	if len(targets) != 1 || len(targets[0].Logins) != 1 {
		w.t.Fatalf("targets = %+v, want one with one login", targets)
	}
	return &targets[0]
}

// open logs in; an administrator of PostgreSQL too is in the world's database.
func (w *world) open(user, password string) connect.Conn {
	w.t.Helper()
	c, err := connect.Open(context.Background(), w.kind, connect.Config{
		User: user, Password: password, Database: w.db.Name, Host: w.inst.Addr, TLS: w.inst.TLSConfig(),
		Dial: func(ctx context.Context) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "tcp", w.inst.Addr)
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	return c
}

// admin runs a script as the server's administrator, in the world's database.
func (w *world) admin(script string) {
	w.t.Helper()
	if err := w.run(w.inst.RootUser, w.inst.RootPassword, script, true); err != nil {
		w.t.Fatalf("%s\n%v", script, err)
	}
}

// login runs one statement as the door's login, and takes it back where the
// server can.
func (w *world) login(statement string) error {
	w.t.Helper()
	if w.kind != "postgres" {
		return w.run(w.user, loginPassword, statement, false)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if w.session == nil {
		var err error
		if w.session, err = w.postgres(ctx, w.user, loginPassword); err != nil {
			return err
		}
	}
	_, err := w.session.PgConn().Exec(ctx, "BEGIN; "+statement).ReadAll()
	if _, rollback := w.session.PgConn().Exec(ctx, "ROLLBACK").ReadAll(); rollback != nil {
		w.t.Fatal(rollback)
	}
	return err
}

// postgres logs in at a PostgreSQL.
func (w *world) postgres(ctx context.Context, user, password string) (*pgx.Conn, error) {
	conf, err := pgx.ParseConfig("host=localhost sslmode=disable port=" + w.inst.Port() + " user=" + user + " dbname=" + w.db.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	conf.Password, conf.TLSConfig = password, w.inst.TLSConfig()
	return pgx.ConnectConfig(ctx, conf)
}

func (w *world) run(user, password, script string, keep bool) error {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if w.kind == "postgres" {
		conn, err := w.postgres(ctx, user, password)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = conn.PgConn().Exec(ctx, script).ReadAll()
		return err
	}
	conf := w.db.Config()
	conf.User, conf.Passwd, conf.MultiStatements = user, password, keep
	if keep {
		conf.DBName = ""
	}
	connector, err := mysql.NewConnector(conf)
	if err != nil {
		w.t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if !keep {
		if _, err := conn.ExecContext(ctx, "SET autocommit = 0"); err != nil {
			return err
		}
		defer conn.ExecContext(ctx, "ROLLBACK")
	} else if _, err := conn.ExecContext(ctx, "USE "+w.db.Name); err != nil {
		return err
	}
	_, err = conn.ExecContext(ctx, script)
	return err
}

// denied tells whether the server said that a right is missing.
func denied(err error) bool {
	var my *mysql.MySQLError
	if errors.As(err, &my) {
		switch my.Number {
		case 1044, 1045, 1142, 1143, 1227, 1345, 1370:
			return true
		}
	}
	var pg *pgconn.PgError
	// Without the way into a schema nothing in it is found.
	return errors.As(err, &pg) && slices.Contains([]string{"42501", "42P01", "42883", "3F000"}, pg.Code)
}

// generate is the SQL for a policy, and gives the login its password besides.
func (w *world) generate(t *grants.Target, o grants.Options) string {
	w.t.Helper()
	var b strings.Builder
	if err := grants.Write(&b, t, w.server(), o); err != nil {
		w.t.Fatal(err)
	}
	if w.kind == "postgres" {
		return b.String() + "ALTER ROLE " + w.user + " PASSWORD '" + loginPassword + "';\n"
	}
	return b.String() + "ALTER USER " + w.user + "@'%' IDENTIFIED BY '" + loginPassword + "' ACCOUNT UNLOCK;\n"
}

func (w *world) server() grants.Server {
	if w.kind == "postgres" {
		return grants.Server{Flavour: grants.Postgres, Major: 15}
	}
	return grants.Server{Flavour: grants.MariaDB, Major: 10, Minor: 11}
}

// fresh drops the login, and all that it has.
func (w *world) fresh() {
	w.t.Helper()
	if w.session != nil {
		w.session.Close(context.Background())
		w.session = nil
	}
	if w.kind == "postgres" {
		w.admin(fmt.Sprintf(`DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '%[1]s') THEN DROP OWNED BY %[1]s CASCADE; DROP ROLE %[1]s; END IF; END $$`, w.user))
		return
	}
	w.admin("DROP USER IF EXISTS " + w.user)
}
