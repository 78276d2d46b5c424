package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/sallyport/sallyport/internal/testdb"
)

const goSQLDriverDatabase = "gotest"

var goSQLDriver = driver{
	name:      "gosqldriver",
	module:    "github.com/go-sql-driver/mysql",
	version:   "v1.10.1",
	packages:  []testPackage{{"", "."}},
	skip:      []string{"TestConnectorReturnsTimeout"},
	minPasses: 400,
	server:    "MariaDB",
	app:       "suite",
	start:     startMariaDB,
	policy:    goSQLDriverPolicy,
	excepted:  goSQLDriverExcept,
	env: func(to target) []string {
		return []string{"MYSQL_TEST_USER=" + to.user, "MYSQL_TEST_PASS=" + to.password,
			"MYSQL_TEST_PROT=tcp", "MYSQL_TEST_ADDR=" + to.addr, "MYSQL_TEST_DBNAME=" + goSQLDriverDatabase, "MYSQL_TEST_CONCURRENT=1"}
	},
}

// startMariaDB starts a server with what the suite's own instructions ask for
// beyond what testdb sets.
func startMariaDB(ctx context.Context) (*testdb.Instance, error) {
	db, err := testdb.StartMariaDB(ctx, testdb.Options{Args: []string{"--local-infile=1", "--max-allowed-packet=64M"}})
	if err != nil {
		return nil, err
	}
	if err := db.Exec(ctx, "CREATE DATABASE "+goSQLDriverDatabase); err != nil {
		return nil, errors.Join(fmt.Errorf("making the suite's database: %w", err), db.Stop())
	}
	return db, nil
}
