package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"text/template"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testgate"
)

//go:embed mysql.policy.yaml
var mysqlPolicyText string

var mysqlPolicy = template.Must(template.New("mysql").Parse(mysqlPolicyText))

const (
	pointRows  = 10_000
	scanRows   = 300_000
	idleConns  = 1_000
	doorSecret = "password-of-the-bench"
)

// benchMySQL measures point selects, a long scan, and memory.
func benchMySQL(ctx context.Context, s settings) (err error) {
	fmt.Println("== mysql: starting a private MariaDB and filling it")
	inst, err := testdb.StartMariaDB(ctx, testdb.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, inst.Stop()) }()
	db, err := inst.NewDatabase(ctx)
	if err != nil {
		return err
	}
	if err := fill(ctx, db); err != nil {
		return err
	}
	direct := db.Config()
	direct.TLS = nil
	var gate *testgate.Process
	var door, masked *mysql.Config
	if !s.direct {
		if gate, door, masked, err = startMySQLDoors(ctx, s, db); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, gate.Stop()) }()
	}
	addr, stopCopy, err := startServer(ctx, copyRole+direct.Addr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopCopy()) }()
	bare := direct.Clone()
	bare.Addr = addr
	legs, closeAll, err := mysqlLegs(ctx, direct, bare, door, masked)
	if err != nil {
		return err
	}
	defer closeAll()
	fmt.Printf("== mysql: %d rounds\n", s.rounds)
	var all []series
	if err := profiled(ctx, s.profile, "mysql", gate, func() (err error) {
		all, err = rounds(ctx, legs, s.rounds, s.duration)
		return err
	}); err != nil {
		return err
	}
	if err := table(os.Stdout, []string{"direct", "copy", "door", "masked"}, all); err != nil || gate == nil {
		return err
	}
	if err := against(os.Stdout, "masked against door", 3, 2, all); err != nil {
		return err
	}
	if err := mysqlMemory(ctx, gate, door); err != nil {
		return err
	}
	return strictMySQL(ctx, s, db)
}

// fill makes a table for point selects and one for the scan, from MariaDB's
// sequence engine.
func fill(ctx context.Context, db *testdb.Database) error {
	h, err := db.Open()
	if err != nil {
		return err
	}
	defer h.Close()
	for _, q := range []string{
		"CREATE TABLE points (id INT PRIMARY KEY, v VARCHAR(100) NOT NULL)",
		"CREATE TABLE scanned (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL, email VARCHAR(60) NOT NULL, n BIGINT, note VARCHAR(80), " +
			"city VARCHAR(40) NOT NULL, country CHAR(2) NOT NULL, born DATE NOT NULL, score DOUBLE NOT NULL, active BOOL NOT NULL)",
		fmt.Sprintf("INSERT INTO points SELECT seq, CONCAT('value of ', seq) FROM seq_1_to_%d", pointRows),
		fmt.Sprintf("INSERT INTO scanned SELECT seq, CONCAT('name ', seq), CONCAT('user', seq, '@example.com'), seq * 7919, REPEAT('x', seq %% 60), "+
			"CONCAT('city ', seq %% 1000), 'gb', DATE '1950-01-01' + INTERVAL seq %% 20000 DAY, seq / 7.0, seq %% 3 = 0 FROM seq_1_to_%d", scanRows),
		"ANALYZE TABLE points, scanned",
	} {
		if _, err := h.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("filling the database: %w", err)
		}
	}
	return nil
}

// startMySQLDoors starts the program with two doors. The masked one keeps a column
// of the scan from coming in in clear.
func startMySQLDoors(ctx context.Context, s settings, db *testdb.Database) (gate *testgate.Process, door, masked *mysql.Config, err error) {
	gate, addrs, err := startDoors(ctx, s, db, mysqlPolicy)
	if err != nil {
		return nil, nil, nil, err
	}
	at := func(name string) *mysql.Config {
		cfg := db.Config()
		cfg.Addr, cfg.User, cfg.Passwd, cfg.TLS = addrs[name], "bench", doorSecret, nil
		return cfg
	}
	return gate, at("plain"), at("masked"), nil
}

// mysqlLegs prepares the work on all sides; close ends its connections.
func mysqlLegs(ctx context.Context, configs ...*mysql.Config) (legs []leg, closeAll func(), err error) {
	var open []func() error
	closeAll = func() {
		for _, f := range open {
			f()
		}
	}
	defer func() {
		if err != nil {
			closeAll()
		}
	}()
	side := func(cfg *mysql.Config, make func(context.Context, *sql.DB) (measure, error)) (measure, error) {
		if cfg == nil {
			return nil, nil
		}
		h, err := openDB(cfg)
		if err != nil {
			return nil, err
		}
		open = append(open, h.Close)
		return make(ctx, h)
	}
	add := func(name, unit string, make func(context.Context, *sql.DB) (measure, error)) error {
		l := leg{name: name, unit: unit}
		for _, cfg := range configs {
			m, err := side(cfg, make)
			if err != nil {
				return fmt.Errorf("%s at %s: %w", name, cfg.Addr, err)
			}
			l.sides = append(l.sides, m)
		}
		legs = append(legs, l)
		return nil
	}
	for _, clients := range []int{1, 8} {
		if err := add(fmt.Sprintf("point select, text, %d clients", clients), "1/s", pointText(clients)); err != nil {
			return nil, closeAll, err
		}
		if err := add(fmt.Sprintf("point select, prepared, %d clients", clients), "1/s", pointPrepared(clients)); err != nil {
			return nil, closeAll, err
		}
	}
	if err := add("scan of 300,000 rows", "rows/s", scan); err != nil {
		return nil, closeAll, err
	}
	return legs, closeAll, nil
}

func openDB(cfg *mysql.Config) (*sql.DB, error) {
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, err
	}
	h := sql.OpenDB(connector)
	h.SetMaxIdleConns(idleConns)
	return h, nil
}

// clientLoops makes n clients, each with a connection of its own.
func clientLoops(ctx context.Context, h *sql.DB, n int, client func(*sql.Conn) (func(context.Context) error, error)) (measure, error) {
	var workers []func(context.Context) error
	for range n {
		conn, err := h.Conn(ctx)
		if err != nil {
			return nil, err
		}
		work, err := client(conn)
		if err != nil {
			return nil, err
		}
		workers = append(workers, work)
	}
	return func(ctx context.Context, d time.Duration) (float64, error) { return loop(ctx, d, workers) }, nil
}

func pointText(clients int) func(context.Context, *sql.DB) (measure, error) {
	return func(ctx context.Context, h *sql.DB) (measure, error) {
		return pointWork(ctx, h, clients, func(f func(context.Context) error) func(context.Context) error { return f })
	}
}

// pointWork makes clients of point selects as text; around may look at each.
func pointWork(ctx context.Context, h *sql.DB, clients int, around func(func(context.Context) error) func(context.Context) error) (measure, error) {
	return clientLoops(ctx, h, clients, func(c *sql.Conn) (func(context.Context) error, error) {
		return around(func(ctx context.Context) error {
			var v string
			return c.QueryRowContext(ctx, fmt.Sprintf("SELECT v FROM points WHERE id = %d", 1+rand.IntN(pointRows))).Scan(&v)
		}), nil
	})
}

func pointPrepared(clients int) func(context.Context, *sql.DB) (measure, error) {
	return func(ctx context.Context, h *sql.DB) (measure, error) {
		return clientLoops(ctx, h, clients, func(c *sql.Conn) (func(context.Context) error, error) {
			st, err := c.PrepareContext(ctx, "SELECT v FROM points WHERE id = ?")
			if err != nil {
				return nil, err
			}
			return func(ctx context.Context) error {
				var v string
				return st.QueryRowContext(ctx, 1+rand.IntN(pointRows)).Scan(&v)
			}, nil
		})
	}
}

// scan reads the whole table once a measurement, whatever the duration.
func scan(_ context.Context, h *sql.DB) (measure, error) {
	return func(ctx context.Context, _ time.Duration) (float64, error) {
		begin := time.Now()
		n, err := scanOnce(ctx, h)
		if err == nil && n != scanRows {
			err = fmt.Errorf("the scan gave %d rows, want %d", n, scanRows)
		}
		return float64(n) / time.Since(begin).Seconds(), err
	}, nil
}

func scanOnce(ctx context.Context, h *sql.DB) (n int, err error) {
	rows, err := h.QueryContext(ctx, scanQuery)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var cells [10]sql.RawBytes
	var into [len(cells)]any
	for i := range cells {
		into[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(into[:]...); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}
