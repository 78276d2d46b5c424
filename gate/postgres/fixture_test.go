package postgresgate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/gate/gatetest"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testpki"
	"github.com/sallyport/sallyport/policy"
)

func TestMain(m *testing.M) { testdb.Main(m) }

var errDisk = errors.New("no space left")

const doorPassword = "correct horse battery"

// openPolicy lets the app do everything that a door can allow.
const openPolicy = `
      - {who: app, tables: ['*', pg_catalog.*], statements: [{{.Everything}}],
         dangers: [time, locking_read, stored_code, dynamic_sql]}
`

const policyText = `
version: 1
apps:
  app: {proof: [password], password: [env:DOOR, env:DOOR_NEXT]}
  far: {proof: [password], password: env:FAR, addresses: [192.0.2.0/24]}
{{.Apps}}
classes: {{.Classes}}
hosts:
  main-db:
    name: {{.Host}}
    port: {{.Port}}
    addresses: [127.0.0.0/8, "::1/128"]
    tls: {{.TLS}}
doors:
  - name: db
    kind: postgres
    listen: 127.0.0.1:0
    tls: {cert: file:gate.pem, key: file:gate-key.pem, optional: {{.Optional}}{{.Client}}}
    to: main-db
    database: {{.Database}}
    login: {{.Login}}
    allow: {{.Allow}}
{{.More}}
`

// setup is a door to be made; the zero value is one that wants TLS, leads to
// the shared PostgreSQL over TLS, and allows nothing.
type setup struct {
	allow    string
	more     string // keys of the door: mode, audit, limits
	classes  string // of the policy, as a mapping
	optional bool   // clients may come in the clear
	apps     string // others, a line each
	client   string // what the door asks of clients' certificates, with a comma before it
	hostTLS  string // of the database's leg, in place of its authority alone
	login    string // at the database, in place of its owner
	files    map[string][]byte
	env      map[string]string
	server   *testdb.Instance // in place of the shared one
	plain    bool             // the database's leg is in the clear
	host     string           // of another upstream, with port
	port     string
	drain    time.Duration
	stall    time.Duration // of the door, where not 0
	patient  bool          // wrong passwords make nobody wait: each try is a day after the one before
	log      *slog.Logger

	inspectors []guard.Inspector
}

// harness is a running door before a real database.
type harness struct {
	t     testing.TB
	db    *testdb.Database
	addr  string
	pool  *x509.CertPool
	ca    []byte
	book  *gatetest.Book
	guard *guard.Guard
	live  *policy.Live
	door  *door
	world gatetest.World
	stop  context.CancelFunc
	ended chan error
}

// start runs a door; it ends with the test.
func start(t testing.TB, s setup) *harness {
	t.Helper()
	server := s.server
	if server == nil {
		server = testdb.Postgres(t)
	}
	h := &harness{t: t, db: server.Database(t), live: new(policy.Live), ended: make(chan error, 1)}
	ca, err := testpki.NewCA("gate")
	if err != nil {
		t.Fatal(err)
	}
	pair, err := ca.Server()
	if err != nil {
		t.Fatal(err)
	}
	h.pool, h.ca = ca.Pool(), ca.PEM
	h.world = gatetest.World{
		Vars:  map[string]string{"DOOR": doorPassword, "DOOR_NEXT": "the next one", "FAR": "far away", "DB": h.db.Password},
		Files: map[string][]byte{"gate.pem": pair.Cert, "gate-key.pem": pair.Key, "db-ca.pem": h.db.Instance.CA},
	}
	maps.Copy(h.world.Files, s.files)
	maps.Copy(h.world.Vars, s.env)
	p := h.policy(s)
	h.live.Store(p)
	h.book = new(gatetest.Book)
	log := s.log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	h.guard = guard.New(guard.Options{Recorder: h.book, Logger: log, Inspectors: s.inspectors})
	h.guard.Swap(gatetest.Settings(p, starsOnly{}))
	g, err := New(p.Doors[0], gate.Env{Live: h.live, Guard: h.guard, Drain: s.drain, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	h.door = g.(*door)
	if s.stall > 0 {
		h.door.sessions.Stall = s.stall
	}
	if s.patient {
		var days atomic.Int64
		h.door.throttle = auth.NewThrottle(func() time.Time { return time.Unix(days.Add(1)*86400, 0) })
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.addr = ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	h.stop = cancel
	go func() { h.ended <- g.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := <-h.ended; err != nil {
			t.Error(err)
		}
	})
	return h
}

// end stops the door and waits for it.
func (h *harness) end() {
	h.t.Helper()
	h.stop()
	err := <-h.ended
	h.ended <- err
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *harness) policy(s setup) *policy.Policy {
	h.t.Helper()
	voc := policy.Vocabulary{Doors: []string{"http", "postgres"}, Analyze: Analyze, Masker: func(text string) (policy.Masker, string, string) {
		return policy.Masker{Spec: text}, "", ""
	}}
	values := map[string]any{
		"Host": "127.0.0.1", "Port": h.db.Instance.Port(), "Database": h.db.Name, "User": h.db.User,
		"TLS": "{ca: file:db-ca.pem}", "Optional": s.optional, "Apps": s.apps, "Client": s.client,
		"Login": "{user: " + h.db.User + ", password: env:DB}", "More": s.more, "Everything": strings.Join(kinds(), ", "),
	}
	values["Classes"] = s.classes
	if s.classes == "" {
		values["Classes"] = "{}"
	}
	if s.plain {
		values["TLS"] = "none"
	}
	if s.hostTLS != "" {
		values["TLS"] = s.hostTLS
	}
	if s.login != "" {
		values["Login"] = s.login
	}
	if s.port != "" {
		values["Port"] = s.port
	}
	if s.host != "" {
		values["Host"] = s.host
	}
	values["Allow"] = gatetest.Fill(h.t, s.allow, values)
	if s.allow == "" {
		values["Allow"] = "[]"
	}
	p, ds := policy.Parse("sallyport.yaml", []byte(gatetest.Fill(h.t, policyText, values)), voc, h.world)
	if p == nil {
		h.t.Fatalf("the test's policy: %v", ds)
	}
	return p
}

func kinds() []string {
	return strings.Fields(`select insert update delete merge copy cursor notify refresh call create alter drop truncate show
		explain set transaction prepare lock do maintain grant`)
}

// reload puts another policy in force, as the daemon does.
func (h *harness) reload(s setup) {
	h.t.Helper()
	p := h.policy(s)
	h.live.Store(p)
	h.guard.Swap(gatetest.Settings(p, starsOnly{}))
}

// config is a client's, over verified TLS.
func (h *harness) config() *pgx.ConnConfig {
	h.t.Helper()
	host, port, _ := net.SplitHostPort(h.addr)
	c, err := pgx.ParseConfig("host=" + host + " port=" + port + " user=app sslmode=disable dbname=" + h.db.Name)
	if err != nil {
		h.t.Fatal(err)
	}
	c.Password = doorPassword
	c.TLSConfig = &tls.Config{RootCAs: h.pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}
	return c
}

// conn is one connection through the door.
func (h *harness) conn(change ...func(*pgx.ConnConfig)) *pgx.Conn {
	h.t.Helper()
	cfg := h.config()
	for _, f := range change {
		f(cfg)
	}
	return open(h.t, cfg)
}

func open(t testing.TB, cfg *pgx.ConnConfig) *pgx.Conn {
	t.Helper()
	c, err := pgx.ConnectConfig(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

// simply has a client send statements by the simple protocol.
func simply(c *pgx.ConnConfig) { c.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol }

// inTheClear has a client use no TLS.
func inTheClear(c *pgx.ConnConfig) { c.TLSConfig = nil }

func exec(t testing.TB, c *pgx.Conn, query string, args ...any) {
	t.Helper()
	if _, err := c.Exec(context.Background(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// owner is a connection to the database itself, as the door's login.
func (h *harness) owner() *pgx.Conn {
	h.t.Helper()
	return h.loginAs(h.db.User, h.db.Password)
}

// loginAs is a connection to the database itself.
func (h *harness) loginAs(user, password string) *pgx.Conn {
	h.t.Helper()
	host, port, _ := net.SplitHostPort(h.db.Instance.Addr)
	c, err := pgx.ParseConfig("host=" + host + " port=" + port + " user=" + user + " sslmode=disable dbname=" + h.db.Name)
	if err != nil {
		h.t.Fatal(err)
	}
	c.Password = password
	return open(h.t, c)
}

// direct runs statements on the database itself.
func (h *harness) direct(statements ...string) {
	h.t.Helper()
	c := h.owner()
	for _, s := range statements {
		exec(h.t, c, s)
	}
	c.Close(context.Background())
}

// wantError checks that err is the server error of this SQLSTATE whose message
// has each of the words.
func wantError(t testing.TB, err error, code string, words ...string) {
	t.Helper()
	e, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || e.Code != code {
		t.Fatalf("error is %v, want %s", err, code)
	}
	if len(e.Message) > exchanges.MaxMessage {
		t.Errorf("the message has %d bytes", len(e.Message))
	}
	for _, w := range words {
		if !strings.Contains(e.Message, w) {
			t.Errorf("%q does not say %q", e.Message, w)
		}
	}
}

func scan1(t testing.TB, c *pgx.Conn, query string, args ...any) string {
	t.Helper()
	var v any
	if err := c.QueryRow(context.Background(), query, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return fmt.Sprint(v)
}

// testTime is what a test waits for what has to happen.
const testTime = 20 * time.Second
