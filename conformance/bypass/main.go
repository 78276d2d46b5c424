// Command bypass plays the corpus of testdata/bypass against a product that
// masks columns: it makes the corpus's databases on a server, plays each case
// directly, where the secret has to come out, and then through the product,
// where it must not. testdata/bypass/README.md tells how the product has to be
// set up.
//
// It knows no product but by a data source name.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/signal"
	"path"
	"strings"
	"syscall"

	"github.com/go-sql-driver/mysql"

	"github.com/sallyport/sallyport/internal/bypass"
)

type options struct {
	server  bypass.Server
	dba     string
	through string
	corpus  string
	dir     string
	only    string
}

func main() {
	var o options
	flag.StringVar((*string)(&o.server), "server", "mysql", "the `kind` of server: mysql or postgres")
	flag.StringVar(&o.dba, "dba", "", "the administrator's `DSN` at the server itself, without TLS")
	flag.StringVar(&o.through, "through", "", "the client's `DSN` at the product, with {database} for bypass_a or bypass_b; without it the databases are made and the cases played directly only")
	flag.StringVar(&o.corpus, "corpus", "testdata/bypass", "the `folder` of the corpus")
	flag.StringVar(&o.dir, "dir", "/tmp", "a `folder` that the server may write to")
	flag.StringVar(&o.only, "only", "*/*", "which cases, as `FAMILY/NAME` with * for any")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bypass:", err)
		os.Exit(2)
	}
	fmt.Println(t)
	if t.leaks > 0 || t.broken > 0 {
		os.Exit(1)
	}
}

// run plays the cases that are asked for. An error is of what hinders it, not
// of what leaks.
func run(ctx context.Context, o options) (t tally, err error) {
	files := os.DirFS(o.corpus)
	cases, err := bypass.Load(files)
	if err != nil {
		return t, err
	}
	layout, err := stageFor(o)
	if err != nil {
		return t, err
	}
	stage, err := bypass.NewStage(ctx, files, layout)
	if err != nil {
		return t, err
	}
	if err := stage.Reset(ctx); err != nil {
		return t, err
	}
	for _, c := range cases {
		if wanted, err := path.Match(o.only, c.Family+"/"+c.Name); err != nil {
			return t, fmt.Errorf("-only: %w", err)
		} else if c.Server != o.server || !wanted {
			continue
		}
		if err := t.play(ctx, stage, c, o.through); err != nil {
			return t, err
		}
	}
	return t, nil
}

// tally counts how cases came out.
type tally struct{ real, unreal, held, leaks, works, broken int }

// String is the last line of the report.
func (t tally) String() string {
	return fmt.Sprintf("bypass: %d cases are real on this server (%d are not, and do not count): %d held, %d leaks; of what has to work %d do, %d do not",
		t.real, t.unreal, t.held, t.leaks, t.works, t.broken)
}

// play plays one case directly and through the product.
func (t *tally) play(ctx context.Context, stage *bypass.Stage, c bypass.Case, through string) error {
	if err := stage.Prove(ctx, c); err != nil {
		t.unreal++
		fmt.Printf("unreal %s: %v\n", c.ID(), err)
		return ctx.Err()
	}
	if c.Expect != bypass.Works {
		t.real++
	}
	if through == "" {
		return ctx.Err()
	}
	err := stage.Hold(ctx, c, func(w bypass.World) string { return strings.ReplaceAll(through, "{database}", w.Database) })
	var leak *bypass.Leak
	switch {
	case errors.As(err, &leak):
		t.leaks++
		fmt.Printf("LEAK   %s: %s (%s)\n", c.ID(), leak.What, c.Why)
	case err != nil:
		t.broken++
		fmt.Printf("BROKEN %s: %v\n", c.ID(), err)
	case c.Expect == bypass.Works:
		t.works++
	default:
		t.held++
	}
	return ctx.Err()
}

// stageFor tells by the administrator's data source name how the server is
// reached, directly, as whom.
func stageFor(o options) (bypass.Stage, error) {
	s := bypass.Stage{Server: o.server, Dir: o.dir}
	if o.server == bypass.Postgres {
		dba, err := url.Parse(o.dba)
		if err != nil || dba.Host == "" {
			return s, errors.New("-dba: want postgres://user:password@host:port/database?sslmode=disable")
		}
		s.Host, s.Port = dba.Hostname(), dba.Port()
		s.DBA = func(database string) string { return postgresDSN(*dba, dba.User, database) }
		s.App = func(database string) string {
			return postgresDSN(*dba, url.UserPassword(bypass.AppUser, bypass.AppPassword), database)
		}
		return s, nil
	}
	dba, err := mysql.ParseDSN(o.dba)
	if err != nil {
		return s, fmt.Errorf("-dba: %w", err)
	}
	if s.Host, s.Port, err = net.SplitHostPort(dba.Addr); err != nil {
		return s, fmt.Errorf("-dba: %w", err)
	}
	s.DBA = func(database string) string { return mysqlDSN(dba, dba.User, dba.Passwd, database) }
	s.App = func(database string) string { return mysqlDSN(dba, bypass.AppUser, bypass.AppPassword, database) }
	return s, nil
}

func postgresDSN(base url.URL, user *url.Userinfo, database string) string {
	base.User = user
	if database != "" {
		base.Path = "/" + database
	}
	return base.String()
}

func mysqlDSN(base *mysql.Config, user, password, database string) string {
	c := base.Clone()
	c.User, c.Passwd, c.DBName = user, password, database
	return c.FormatDSN()
}
