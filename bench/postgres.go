package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"text/template"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testgate"
)

//go:embed postgres.policy.yaml
var postgresPolicyText string

var postgresPolicy = template.Must(template.New("postgres").Parse(postgresPolicyText))

// pgTarget is where a client of PostgreSQL connects to, in the clear.
type pgTarget struct {
	addr, user, password, database string
}

// dsn is the target as libpq and pgx read it.
func (t pgTarget) dsn() string {
	host, port, _ := net.SplitHostPort(t.addr)
	return fmt.Sprintf("host=%s port=%s user=%s password=%s dbname=%s sslmode=disable", host, port, t.user, t.password, t.database)
}

// benchPostgres measures pgbench's point selects, a long scan, and memory:
// directly, through pgbouncer, which pools whole sessions, and through the door.
func benchPostgres(ctx context.Context, s settings) (err error) {
	fmt.Println("== postgres: starting a private PostgreSQL and filling it")
	inst, err := testdb.StartPostgres(ctx, testdb.Options{Args: []string{"-c", fmt.Sprintf("max_connections=%d", idleConns+200)}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inst.Stop()) }()
	db, err := inst.NewDatabase(ctx)
	if err != nil {
		return err
	}
	direct := pgTarget{inst.Addr, db.User, db.Password, db.Name}
	if err := fillPostgres(ctx, direct); err != nil {
		return err
	}
	bouncer, err := startPgbouncer(ctx, direct)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bouncer.stop()) }()
	targets := []pgTarget{direct, bouncer.target}
	var gate *testgate.Process
	if !s.direct {
		doors, p, err := startPostgresDoors(ctx, s, db)
		if err != nil {
			return err
		}
		gate = p
		defer func() { err = errors.Join(err, gate.Stop()) }()
		targets = append(targets, doors...)
	}
	fmt.Printf("== postgres: %d rounds\n", s.rounds)
	var all []series
	if err := profiled(ctx, s.profile, "postgres", gate, func() (err error) {
		all, err = rounds(ctx, postgresLegs(targets), s.rounds, s.duration)
		return err
	}); err != nil {
		return err
	}
	if err := table(os.Stdout, []string{"direct", "pgbouncer", "door", "masked"}[:len(targets)], all); err != nil || gate == nil {
		return err
	}
	if err := against(os.Stdout, "door against pgbouncer", 2, 1, all); err != nil {
		return err
	}
	if err := against(os.Stdout, "masked against door", 3, 2, all); err != nil {
		return err
	}
	return postgresMemory(ctx, s, db)
}

// fillPostgres makes pgbench's tables and one for the scan.
func fillPostgres(ctx context.Context, direct pgTarget) error {
	if out, err := pgbench(ctx, direct, "-i", "-q"); err != nil {
		return fmt.Errorf("filling the database: %w: %s", err, out)
	}
	c, err := pgconn.Connect(ctx, direct.dsn())
	if err != nil {
		return fmt.Errorf("connecting to fill the database: %w", err)
	}
	defer c.Close(ctx)
	return c.Exec(ctx, fmt.Sprintf(`CREATE TABLE scanned (id INT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL, n BIGINT, note TEXT,
			city TEXT NOT NULL, country CHAR(2) NOT NULL, born DATE NOT NULL, score FLOAT8 NOT NULL, active BOOL NOT NULL);
		INSERT INTO scanned SELECT i, 'name ' || i, 'user' || i || '@example.com', i * 7919::BIGINT, repeat('x', i %% 60),
			'city ' || i %% 1000, 'gb', date '1950-01-01' + i %% 20000, i / 7.0, i %% 3 = 0 FROM generate_series(1, %d) i;
		ANALYZE`, scanRows)).Close()
}

// startPostgresDoors starts the program with two doors, plain and masked, and has
// each ready to be measured.
func startPostgresDoors(ctx context.Context, s settings, db *testdb.Database) ([]pgTarget, *testgate.Process, error) {
	gate, addrs, err := startDoors(ctx, s, db, postgresPolicy)
	if err != nil {
		return nil, nil, err
	}
	var doors []pgTarget
	for _, name := range []string{"plain", "masked"} {
		door := pgTarget{addrs[name], "bench", doorSecret, db.Name}
		// The first login waits until the grammar is compiled.
		c, err := pgconn.Connect(ctx, door.dsn())
		if err != nil {
			return nil, nil, errors.Join(err, gate.Stop())
		}
		if err := c.Close(ctx); err != nil {
			return nil, nil, errors.Join(err, gate.Stop())
		}
		doors = append(doors, door)
	}
	return doors, gate, nil
}

// postgresLegs are the kinds of work on each target.
func postgresLegs(targets []pgTarget) []leg {
	var legs []leg
	add := func(name, unit string, work func(pgTarget) measure) {
		l := leg{name: name, unit: unit}
		for _, t := range targets {
			l.sides = append(l.sides, work(t))
		}
		legs = append(legs, l)
	}
	for _, clients := range []int{1, 8} {
		for _, mode := range []string{"simple", "prepared"} {
			add(fmt.Sprintf("pgbench -S, %s, %d clients", mode, clients), "1/s", func(t pgTarget) measure { return pgbenchSelect(t, mode, clients) })
		}
	}
	add("scan of 300,000 rows", "rows/s", scanPostgres)
	return legs
}

// scanQuery has ten columns, of which the masked door masks one.
const scanQuery = "SELECT id, name, email, n, note, city, country, born, score, active FROM scanned"

// scanPostgres reads the whole table once a measurement, whatever the duration.
func scanPostgres(t pgTarget) measure {
	return func(ctx context.Context, _ time.Duration) (float64, error) {
		c, err := pgconn.Connect(ctx, t.dsn())
		if err != nil {
			return 0, err
		}
		defer c.Close(ctx)
		begin := time.Now()
		n, err := readRows(ctx, c, scanQuery)
		if err == nil && n != scanRows {
			err = fmt.Errorf("the scan gave %d rows, want %d", n, scanRows)
		}
		return float64(n) / time.Since(begin).Seconds(), err
	}
}

// readRows reads a result row by row and keeps none.
func readRows(ctx context.Context, c *pgconn.PgConn, query string) (n int, err error) {
	r := c.ExecParams(ctx, query, nil, nil, nil, nil)
	for r.NextRow() {
		n++
	}
	_, err = r.Close()
	return n, err
}
