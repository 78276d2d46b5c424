package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/internal/testgate"
)

// sampleEvery is how often the program's memory is looked at during a scan.
const sampleEvery = 5 * time.Millisecond

// mysqlMemory reports how far the program's resident memory rises over what
// it is when idle: at the peak of a scan, and with idle connections.
func mysqlMemory(ctx context.Context, gate *testgate.Process, door *mysql.Config) (err error) {
	fmt.Println("== mysql: memory of the program")
	h, err := openDB(door)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.Close()) }()
	if err := h.PingContext(ctx); err != nil {
		return err
	}
	idle, err := gate.RSS()
	if err != nil {
		return err
	}
	peak, err := peakDuring(gate, func() error {
		_, err := scanOnce(ctx, h)
		return err
	})
	if err != nil {
		return err
	}
	report("idle", idle, 0)
	report("peak of a scan of 300,000 rows", peak, peak-idle)

	conns := make([]*sql.Conn, 0, idleConns)
	for range idleConns {
		c, err := h.Conn(ctx)
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
	for _, c := range conns {
		err = errors.Join(err, c.Close())
	}
	return err
}

func report(what string, rss, over int64) {
	fmt.Printf("%34s  %6.1f MiB  (%+.1f MiB over idle)\n", what, float64(rss)/(1<<20), float64(over)/(1<<20))
}

// peakDuring samples the program's memory while f runs and returns the highest.
func peakDuring(gate *testgate.Process, f func() error) (peak int64, err error) {
	done := make(chan error, 1)
	go func() { done <- f() }()
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		rss, rssErr := gate.RSS()
		if rssErr != nil {
			return 0, errors.Join(rssErr, <-done)
		}
		peak = max(peak, rss)
		select {
		case err := <-done:
			return peak, err
		case <-tick.C:
		}
	}
}
