package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport/sallyport/internal/testdb"
)

// postgres is database on a real PostgreSQL.
func (s *stage) postgres(ts *testscript.TestScript, inst *testdb.Instance) {
	db, err := inst.NewDatabase(context.Background())
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(s.dir, "db-ca.pem"), inst.CA, 0o600))
	s.owner = db.User + ":" + db.Password + "@" + inst.Addr
	s.dropDB = func() { errors.Join(db.Drop(context.Background())) }
	ts.Setenv("DB_PORT", inst.Port())
	ts.Setenv("DB_NAME", db.Name)
	ts.Setenv("DB_USER", db.User)
	ts.Setenv("DB_PASSWORD", db.Password)
}

// pg runs one statement and prints its first column, a value a line:
//
//	[!] pg as=USER:PASSWORD@ADDR STATEMENT [ARG…]   prepared where there are arguments
//	pg as=owner STATEMENT                           straight to the database
func (s *stage) pg(ts *testscript.TestScript, neg bool, args []string) {
	who, ok := strings.CutPrefix(args[0], "as=")
	if !ok || len(args) < 2 {
		ts.Fatalf("pg as=USER:PASSWORD@ADDR STATEMENT [ARG…]")
	}
	var values []any
	for _, a := range args[2:] {
		values = append(values, a)
	}
	err := s.pgQuery(ts, who, args[1], values)
	switch {
	case neg && err == nil:
		ts.Fatalf("the statement was let through")
	case neg:
		fmt.Fprintln(ts.Stdout(), err)
	default:
		ts.Check(err)
	}
}

// firstLogin is what a statement may take at a door that has just been opened: it
// waits until the grammar is compiled, which a busy machine does in a minute.
const firstLogin = 2 * time.Minute

func (s *stage) pgQuery(ts *testscript.TestScript, who, statement string, values []any) error {
	encrypted := who != "owner"
	if !encrypted {
		who = s.owner
	}
	who, cert, _ := strings.Cut(who, "%")
	login, addr, _ := strings.Cut(who, "@")
	user, password, _ := strings.Cut(login, ":")
	host, port, err := net.SplitHostPort(addr)
	ts.Check(err)
	conf, err := pgx.ParseConfig("sslmode=disable host=" + host + " port=" + port + " user=" + user + " dbname=" + ts.Getenv("DB_NAME"))
	ts.Check(err)
	conf.Password = password
	if encrypted {
		conf.TLSConfig = s.clientTLS(ts, cert)
	}
	conf.DefaultQueryExecMode = pgx.QueryExecModeExec
	if len(values) == 0 {
		conf.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	}
	ctx, cancel := context.WithTimeout(context.Background(), firstLogin)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, conf)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, statement, values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		fmt.Fprintf(ts.Stdout(), "%s\n", rows.RawValues()[0])
	}
	return rows.Err()
}
