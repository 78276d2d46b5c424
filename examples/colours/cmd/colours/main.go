// Command colours is the favourite-colours application.
//
//	colours [flags]           serve it
//	colours migrate [flags]   make its tables, with the DBA's own login
//
// It knows flags, listening, TLS and how to stop. What it serves is in package
// app.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/sallyport/sallyport/examples/colours/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "colours:", err)
		stop()
		if errors.Is(err, errUsage) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

// errUsage marks what the command line got wrong.
var errUsage = errors.New("see colours -h")

func run(ctx context.Context, args []string, stderr io.Writer) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	if len(args) > 0 && args[0] == "migrate" {
		return migrate(ctx, args[1:], log, stderr)
	}
	return serve(ctx, args, log, stderr)
}

// database adds the flags that say where the database is, and returns what
// reads them after parsing.
func database(fs *flag.FlagSet, user, password string) func() (store.Options, error) {
	var o store.Options
	fs.StringVar((*string)(&o.Kind), "db-kind", string(store.MySQL), "what it is: mysql (MariaDB too) or postgres")
	fs.StringVar(&o.Addr, "db", "127.0.0.1:3306", "`host:port` of the database, or of the door before it")
	fs.StringVar(&o.Name, "db-tls-name", "", "`name` in its certificate, where it is not the host of -db")
	fs.StringVar(&o.CAFile, "db-ca", os.Getenv("COLOURS_DB_CA"), "PEM `file` of the authority that signed it (default $COLOURS_DB_CA, else the system's)")
	fs.StringVar(&o.Database, "db-name", "colours", "`name` of the database")
	fs.StringVar(&o.User, "db-user", user, "`login` at the database")
	from := fs.String("db-password", password, "where the password is: env:NAME or file:PATH")
	return func() (store.Options, error) {
		var err error
		o.Password, err = secret(*from)
		return o, err
	}
}

func migrate(ctx context.Context, args []string, log *slog.Logger, stderr io.Writer) error {
	fs := flag.NewFlagSet("colours migrate", flag.ContinueOnError)
	fs.SetOutput(stderr)
	options := database(fs, "dba", "env:COLOURS_DBA_PASSWORD")
	if err := parse(fs, args); err != nil {
		return err
	}
	o, err := options()
	if err != nil {
		return err
	}
	db, err := store.Connect(o)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := store.Migrate(ctx, o.Kind, db); err != nil {
		return err
	}
	log.Info("The tables are there.", "database", o.Database)
	return nil
}

func parse(fs *flag.FlagSet, args []string) error {
	if err := fs.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return fmt.Errorf("%w: %w", err, errUsage)
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("unexpected %q: %w", fs.Arg(0), errUsage)
	}
	return nil
}
