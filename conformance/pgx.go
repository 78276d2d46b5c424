package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/sallyport/sallyport/internal/testdb"
)

const pgxDatabase = "pgx_test"

var pgx = driver{
	name:     "pgx",
	module:   "github.com/jackc/pgx/v5",
	version:  "v5.12.0",
	packages: []testPackage{{"pgproto3", "pgproto3"}, {"pgconn", "pgconn"}, {"pgtype", "pgtype"}, {"pgx", "."}},
	// It asks for the address of a name that nobody has.
	skip:      []string{"TestConnectFailsWithResolveFailureAndFailedConnectionAttempts"},
	minPasses: 2000,
	server:    "PostgreSQL",
	app:       "postgres",
	start:     startPostgres,
	policy:    pgxPolicy,
	excepted:  pgxExcept,
	env: func(to target) []string {
		host, port, _ := net.SplitHostPort(to.addr)
		tcp := fmt.Sprintf("host=%s port=%s user=%s password=%s dbname=%s", host, port, to.user, to.password, pgxDatabase)
		clear := tcp + " sslmode=disable"
		secure := tcp + " sslmode=verify-full sslrootcert=" + to.caFile
		return []string{"PGX_TEST_DATABASE=" + clear, "PGX_TEST_TCP_CONN_STRING=" + clear, "PGX_TEST_SCRAM_PASSWORD_CONN_STRING=" + clear,
			"PGX_TEST_SCRAM_PLUS_CONN_STRING=" + secure, "PGX_TEST_TLS_CONN_STRING=" + secure}
	},
}

// pgxSetup is what the suite's testsetup/postgresql_setup.sql makes, without
// the users of ways to log in that are not tested through a door.
var pgxSetup = []string{
	"CREATE DATABASE " + pgxDatabase,
	`CREATE USER " tricky, ' } "" \\ test user " SUPERUSER`,
	`\connect ` + pgxDatabase + "\nCREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE DOMAIN uint64 AS numeric(20,0);",
}

func startPostgres(ctx context.Context) (*testdb.Instance, error) {
	db, err := testdb.StartPostgres(ctx, testdb.Options{})
	if err != nil {
		return nil, err
	}
	for _, s := range pgxSetup {
		if err := db.Exec(ctx, s); err != nil {
			return nil, errors.Join(fmt.Errorf("preparing the suite's database: %w", err), db.Stop())
		}
	}
	return db, nil
}
