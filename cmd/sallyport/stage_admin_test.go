package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport/sallyport/internal/testdb"
)

// administer runs a file of SQL as the administrator of a server, in the
// scenario's database, and sets ADMIN_USER and ADMIN_PASSWORD:
//
//	administer mariadb|postgres FILE
func administer(t *testing.T) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 2 {
			ts.Fatalf("administer mariadb|postgres FILE")
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		server, statements := testdb.MariaDB, strings.SplitAfter(ts.ReadFile(args[1]), ";\n")
		if args[0] == "postgres" {
			server, statements = testdb.Postgres, []string{"\\connect " + ts.Getenv("DB_NAME") + "\n" + ts.ReadFile(args[1]) + ";\n"}
		}
		inst := server(t)
		for _, s := range statements {
			if strings.HasSuffix(s, ";\n") { // behind the last there may be comments
				ts.Check(inst.Exec(ctx, s))
			}
		}
		ts.Setenv("ADMIN_USER", inst.RootUser)
		ts.Setenv("ADMIN_PASSWORD", inst.RootPassword)
	}
}
