package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testgate"
)

const (
	strictClients = 8
	strictTime    = 4 * time.Second
	syncCount     = "sallyport_ledger_sync_seconds_count"
)

// strictMySQL reports what a strict door gives: it makes an entry durable
// before each statement and another before its last packet, so that the disk
// and not the door sets the rate.
func strictMySQL(ctx context.Context, s settings, db *testdb.Database) (err error) {
	s.audit = "strict"
	gate, cfg, _, err := startMySQLDoors(ctx, s, db)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, gate.Stop()) }()
	h, err := openDB(cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	var (
		mu   sync.Mutex
		took []time.Duration
	)
	work, err := pointWork(ctx, h, strictClients, func(f func(context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error {
			begin := time.Now()
			err := f(ctx)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(begin))
			return err
		}
	})
	if err != nil {
		return err
	}
	before, err := counter(ctx, gate, syncCount)
	if err != nil {
		return err
	}
	rate, err := work(ctx, strictTime)
	if err != nil {
		return err
	}
	after, err := counter(ctx, gate, syncCount)
	if err != nil {
		return err
	}
	slices.Sort(took)
	fmt.Printf("== mysql, audit: strict, point select, text, %d clients: %.0f 1/s, p50 %s, p99 %s, %.0f fsyncs/s, %.1f statements an fsync\n",
		strictClients, rate, took[len(took)/2].Round(10*time.Microsecond), took[len(took)*99/100].Round(10*time.Microsecond),
		(after-before)/strictTime.Seconds(), float64(len(took))/(after-before))
	return nil
}

// counter reads one of the program's metrics.
func counter(ctx context.Context, gate *testgate.Process, name string) (value float64, err error) {
	res, err := askAdmin(ctx, filepath.Join(gate.Dir, adminSocket), "/metrics")
	if err != nil {
		return 0, fmt.Errorf("reading the program's metrics: %w", err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		if rest, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
			_, err := fmt.Sscan(rest, &value)
			return value, err
		}
	}
	return 0, errors.Join(fmt.Errorf("reading the program's metrics: %s is not among them", name), lines.Err())
}
