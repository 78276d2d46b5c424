package demodb

import (
	"database/sql"
	"testing"

	"github.com/go-sql-driver/mysql"
)

func ping(t *testing.T, dsn string) error {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	return db.PingContext(t.Context())
}

func pingConfig(t *testing.T, c *mysql.Config) error {
	t.Helper()
	conn, err := mysql.NewConnector(c)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(conn)
	defer db.Close()
	return db.PingContext(t.Context())
}
