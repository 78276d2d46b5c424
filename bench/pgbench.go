package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"time"
)

// pgbench runs PostgreSQL's own benchmark and returns what it printed.
func pgbench(ctx context.Context, t pgTarget, args ...string) (string, error) {
	host, port, _ := net.SplitHostPort(t.addr)
	cmd := exec.CommandContext(ctx, "pgbench", args...)
	cmd.Env = append(os.Environ(), "PGHOST="+host, "PGPORT="+port, "PGUSER="+t.user, "PGPASSWORD="+t.password,
		"PGDATABASE="+t.database, "PGSSLMODE=disable")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// tps is the rate that pgbench tells, its time of connecting left out.
var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+) `)

// pgbenchSelect runs pgbench's point selects, for two seconds at least, since
// they begin before it has connected.
func pgbenchSelect(t pgTarget, mode string, clients int) measure {
	return func(ctx context.Context, d time.Duration) (float64, error) {
		out, err := pgbench(ctx, t, "-S", "-n", "-M", mode, "-c", strconv.Itoa(clients), "-T", strconv.Itoa(max(2, int(d.Seconds()))))
		m := tps.FindStringSubmatch(out)
		if err != nil || m == nil {
			return 0, fmt.Errorf("running pgbench: %w: %s", err, out)
		}
		return strconv.ParseFloat(m[1], 64)
	}
}
