// Command bench measures what the doors cost: the same work through the door
// and without it, in alternating rounds of one run on one machine, as ratios.
// MySQL is compared with a direct connection, beside a bare copy of the bytes;
// PostgreSQL with a direct connection and with pgbouncer; HTTP with a bare reverse proxy (httputil.ReverseProxy). Both stand in
// processes of their own.
//
// It measures the built program from outside. Times depend on the machine and
// on what else it does, so nothing is failed by them: only allocations are
// gated, by bench/allocations.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// settings are the flags.
type settings struct {
	program  string
	rounds   int
	duration time.Duration // of one measurement
	direct   bool          // without the doors
	only     string        // "", mysql, postgres or http
	audit    string
	profile  string // file of CPU profiles, "" for none
}

func main() {
	var s settings
	flag.StringVar(&s.program, "sallyport", "bin/sallyport", "the built `program`")
	flag.IntVar(&s.rounds, "rounds", 7, "how many rounds to measure")
	flag.DurationVar(&s.duration, "duration", 400*time.Millisecond, "how long one measurement takes")
	flag.BoolVar(&s.direct, "direct", false, "measure without the doors only")
	flag.StringVar(&s.only, "only", "", "mysql, postgres or http")
	flag.StringVar(&s.audit, "audit", "spool", "the doors' audit: spool or strict")
	flag.StringVar(&s.profile, "cpuprofile", "", "write CPU profiles of the program to `file`.mysql, file.postgres and file.http")
	role := flag.String("serve", "", "be a server for the measurements: backend, copy:ADDRESS, or the URL to be a reverse proxy for")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	if *role != "" {
		err = serve(ctx, *role)
	} else {
		err = run(ctx, s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	if s.rounds < 7 {
		return errors.New("fewer than 7 rounds say nothing on a busy machine")
	}
	if s.only == "" || s.only == "mysql" {
		if err := benchMySQL(ctx, s); err != nil {
			return fmt.Errorf("measuring the mysql door: %w", err)
		}
	}
	if s.only == "" || s.only == "postgres" {
		if err := benchPostgres(ctx, s); err != nil {
			return fmt.Errorf("measuring the postgres door: %w", err)
		}
	}
	if s.only == "" || s.only == "http" {
		if err := benchHTTP(ctx, s); err != nil {
			return fmt.Errorf("measuring the http door: %w", err)
		}
	}
	return nil
}
