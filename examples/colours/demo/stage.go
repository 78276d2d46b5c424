package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/sallyport/sallyport/examples/colours/demodb"
)

// addresses are where the parts listen.
type addresses struct{ front, db, admin, app, bare string }

// set builds and starts everything: binaries, database, certificates, policy,
// gateway, and the app twice, behind the doors and without them.
func (d *demo) set(ctx context.Context) error {
	if err := d.home(); err != nil {
		return err
	}
	colours, err := d.binaries(ctx)
	if err != nil {
		return err
	}
	db, err := d.database(ctx)
	if err != nil {
		return err
	}
	secrets := secrets{door: demodb.Secret(), db: demodb.Secret()}
	if err := d.tables(ctx, db, colours, secrets.db); err != nil {
		return err
	}
	// Ports are found free only shortly before they are used: others may be
	// looking for some as well.
	at, err := d.addresses(map[demodb.Engine]int{demodb.MySQL: 3307, demodb.PostgreSQL: 5433}[db.Engine])
	if err != nil {
		return err
	}
	if err := d.writePolicy(ctx, db, at, secrets); err != nil {
		return err
	}
	if err := d.startGate(ctx, db, at, secrets); err != nil {
		return err
	}
	return d.startApps(ctx, db, colours, at, secrets)
}

// secrets are the two passwords of the database: what the app shows at the db
// door, and what only the gateway shows at the database.
type secrets struct{ door, db string }

// home makes .demo/run anew, and holds a lock, so that no second demo takes
// the files from under this one.
func (d *demo) home() error {
	base, err := filepath.Abs(".demo")
	if err != nil {
		return err
	}
	if _, err := os.Stat("sallyport.yaml"); err != nil {
		return fmt.Errorf("looking for sallyport.yaml: run this in examples/colours, as make demo does: %w", err)
	}
	if err := os.MkdirAll(filepath.Join(base, "bin"), 0o755); err != nil {
		return fmt.Errorf("making .demo: %w", err)
	}
	unlock, err := lock(filepath.Join(base, "lock"))
	if err != nil {
		return fmt.Errorf("another demo runs here (end it with Ctrl-C in its terminal): %w", err)
	}
	d.then(unlock)
	d.dir = filepath.Join(base, "run")
	if err := os.RemoveAll(d.dir); err != nil {
		return fmt.Errorf("clearing what an earlier demo left: %w", err)
	}
	if err := os.Mkdir(d.dir, 0o700); err != nil {
		return fmt.Errorf("making %s: %w", d.dir, err)
	}
	d.gate = &gateway{bin: filepath.Join(base, "bin", "sallyport"), dir: d.dir}
	return nil
}

func (d *demo) binaries(ctx context.Context) (colours string, err error) {
	done := d.doing("Building sallyport (the first time, with nothing cached, about a minute)")
	if err := build(ctx, filepath.Join("..", ".."), d.gate.bin, "./cmd/sallyport"); err != nil {
		return "", err
	}
	done("sallyport is built")
	done = d.doing("Building the app")
	colours = filepath.Join(filepath.Dir(d.gate.bin), "colours")
	if err := build(ctx, ".", colours, "./cmd/colours"); err != nil {
		return "", err
	}
	done("the app is built")
	return colours, nil
}

// addresses looks for ports; the db door has dbDoor where it is free.
func (d *demo) addresses(dbDoor int) (addresses, error) {
	p := ports{given: map[string]bool{}}
	var a addresses
	for _, want := range []struct {
		to   *string
		port int
	}{{&a.front, 8443}, {&a.db, dbDoor}, {&a.admin, 9180}, {&a.app, 8080}, {&a.bare, 8081}} {
		addr, err := p.take(want.port)
		if err != nil {
			return a, err
		}
		*want.to = addr
	}
	return a, nil
}

func (d *demo) file(name string) string { return filepath.Join(d.dir, name) }

func (d *demo) writePolicy(ctx context.Context, db *demodb.Server, at addresses, s secrets) error {
	if err := d.gate.certificates(ctx); err != nil {
		return err
	}
	key, sum, err := d.gate.newKey(ctx, "partner-a")
	if err != nil {
		return err
	}
	d.key = key
	for name, data := range map[string]string{
		"partner-a.sha256": sum, "door-password": s.door, "db-password": s.db, "admin-token": demodb.Secret(),
	} {
		if err := os.WriteFile(d.file(name), []byte(data+"\n"), 0o600); err != nil {
			return fmt.Errorf("writing what the policy names: %w", err)
		}
	}
	host, port, err := net.SplitHostPort(db.Addr)
	if err != nil {
		return err
	}
	swaps := []swap{
		{"127.0.0.1:8443", at.front}, {"127.0.0.1:3307", at.db}, {"127.0.0.1:9180", at.admin},
		{"127.0.0.1:8080", at.app}, {"port: 3306", "port: " + port},
	}
	if db.Engine == demodb.PostgreSQL {
		swaps = append(swaps, forPostgres...)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		more, err := elsewhere(ctx, host)
		if err != nil {
			return err
		}
		swaps = append(swaps, more...)
	}
	d.policy, err = render("sallyport.yaml", d.file("sallyport.yaml"), swaps)
	if err != nil {
		return err
	}
	out, err := d.gate.check(ctx, d.policy.path)
	if err != nil {
		return err
	}
	d.doing("Checking the policy")("the policy is checked: " + short(strings.ReplaceAll(out, d.dir+string(filepath.Separator), "")))
	return nil
}

// elsewhere names a database that is not on this machine, by its own name and
// addresses.
func elsewhere(ctx context.Context, host string) ([]swap, error) {
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil, fmt.Errorf("looking up the database: %w", err)
	}
	list := ""
	for i, ip := range ips {
		if i > 0 {
			list += ", "
		}
		ip = ip.Unmap()
		list += fmt.Sprintf("%q", fmt.Sprintf("%s/%d", ip, ip.BitLen()))
	}
	return []swap{{"name: localhost", "name: " + host}, {`127.0.0.0/8, "::1/128"`, list}}, nil
}

func (d *demo) startGate(ctx context.Context, db *demodb.Server, at addresses, s secrets) error {
	done := d.doing("Opening the doors")
	p, err := start("sallyport", d.file("sallyport.log"), d.gate.bin, "run", "--policy", d.policy.path, "--watch")
	if err != nil {
		return err
	}
	d.then(p.stop)
	for _, addr := range []string{at.front, at.db} {
		if err := p.ready(ctx, addr); err != nil {
			return err
		}
	}
	// A door of PostgreSQL accepts at once and serves when it has compiled its
	// grammar, which an app would not wait for on a busy machine.
	ca, err := os.ReadFile(d.file("ca.pem"))
	if err != nil {
		return fmt.Errorf("reading the doors' authority: %w", err)
	}
	d.door = &demodb.Server{
		Engine: db.Engine, Addr: at.db, Name: "localhost", CA: ca, User: "colours", Password: s.door, Database: db.Database,
	}
	if err := d.door.Ready(ctx); err != nil {
		return fmt.Errorf("logging in at the db door: %w", err)
	}
	d.tail, err = d.gate.follow()
	if err != nil {
		return err
	}
	d.then(func() error { d.tail.stop(); return nil })
	done(fmt.Sprintf("the doors are open: front https://%s, db %s", at.front, at.db))
	return nil
}

func (d *demo) startApps(ctx context.Context, db *demodb.Server, bin string, at addresses, s secrets) error {
	done := d.doing("Starting the app, behind the doors and a second time without them")
	_, port, err := net.SplitHostPort(at.front)
	if err != nil {
		return err
	}
	outside := "https://localhost:" + port
	for _, a := range []struct {
		name     string
		addr     string
		password string
		args     []string
	}{
		{"the app", at.app, "door-password", []string{
			"-db", at.db, "-db-tls-name", "localhost", "-db-ca", d.file("ca.pem"), "-origins", outside}},
		{"the app without doors", at.bare, "db-password", []string{
			"-db", db.Addr, "-db-tls-name", db.Name, "-db-ca", d.file("db-ca.pem")}},
	} {
		args := append([]string{"-listen", a.addr, "-vulnerable", "-db-kind", string(db.Engine), "-db-name", db.Database, "-db-password", "file:" + d.file(a.password)}, a.args...)
		_, port, _ := net.SplitHostPort(a.addr)
		p, err := start(a.name, d.file("app-"+port+".log"), bin, args...)
		if err != nil {
			return err
		}
		d.then(p.stop)
		if err := p.ready(ctx, a.addr); err != nil {
			return err
		}
	}
	if err := d.clients(db, at, outside, s); err != nil {
		return err
	}
	done(fmt.Sprintf("the app is up: behind the doors at %s, without them at http://%s", outside, at.bare))
	return nil
}

// clients makes both ways to the app and to the database.
func (d *demo) clients(db *demodb.Server, at addresses, outside string, s secrets) error {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(d.door.CA) {
		return errors.New("reading the doors' authority: no certificate in ca.pem")
	}
	bare, err := newClient("http://"+at.bare, nil)
	if err != nil {
		return err
	}
	if d.front, err = newClient(outside, pool); err != nil {
		return err
	}
	direct, err := db.Open("colours", s.db)
	if err != nil {
		return err
	}
	d.then(direct.Close)
	through, err := d.door.Open(d.door.User, d.door.Password)
	if err != nil {
		return err
	}
	d.then(through.Close)
	d.straight, d.guarded = way{bare, direct, db.Engine}, way{d.front, through, db.Engine}
	return nil
}
