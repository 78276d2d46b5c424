package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport/sallyport/internal/testdb"
)

// longRows is how many rows the result has whose memory is looked at.
const longRows = 10_000_000

// postgresMemory reports how far the program's resident memory rises over what
// it is when idle: with idle connections, and at the peak of a long result. The
// program is a fresh one, so that no memory of earlier work is there to be used.
func postgresMemory(ctx context.Context, s settings, db *testdb.Database) (err error) {
	fmt.Println("== postgres: memory of the program")
	doors, gate, err := startPostgresDoors(ctx, s, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gate.Stop()) }()
	c, err := pgconn.Connect(ctx, doors[0].dsn())
	if err != nil {
		return err
	}
	conns := []*pgconn.PgConn{c}
	defer func() {
		for _, c := range conns {
			err = errors.Join(err, c.Close(ctx))
		}
	}()
	idle, err := gate.RSS()
	if err != nil {
		return err
	}
	report("idle", idle, 0)
	for range idleConns - 1 {
		c, err := pgconn.Connect(ctx, doors[0].dsn())
		if err != nil {
			return fmt.Errorf("opening idle connection %d: %w", len(conns)+1, err)
		}
		conns = append(conns, c)
	}
	full, err := gate.RSS()
	if err != nil {
		return err
	}
	report(fmt.Sprintf("%d idle connections", idleConns), full, full-idle)
	peak, err := peakDuring(gate, func() error {
		n, err := readRows(ctx, c, fmt.Sprintf("SELECT i, 'value of ' || i FROM generate_series(1, %d) i", longRows))
		if err == nil && n != longRows {
			err = fmt.Errorf("the result had %d rows, want %d", n, longRows)
		}
		return err
	})
	if err != nil {
		return err
	}
	report("peak of a result of 10,000,000 rows", peak, peak-idle)
	return nil
}
