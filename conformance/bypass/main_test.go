package main

import (
	"fmt"
	"testing"

	"github.com/sallyport/sallyport/internal/bypass"
	"github.com/sallyport/sallyport/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// TestCounts lets nothing stand between client and server: all that is real
// has to be counted as a leak, and what has to work as working.
func TestCounts(t *testing.T) {
	db, pg := testdb.MariaDB(t), testdb.Postgres(t)
	tests := []options{
		{
			server: bypass.MySQL, dir: db.Dir,
			dba:     fmt.Sprintf("%s:%s@tcp(%s)/", db.RootUser, db.RootPassword, db.Addr),
			through: fmt.Sprintf("%s:%s@tcp(%s)/{database}", bypass.AppUser, bypass.AppPassword, db.Addr),
		},
		{
			server: bypass.Postgres, dir: pg.Dir,
			dba:     fmt.Sprintf("postgres://%s:%s@%s/postgres?sslmode=disable", pg.RootUser, pg.RootPassword, pg.Addr),
			through: fmt.Sprintf("postgres://%s:%s@%s/{database}?sslmode=disable", bypass.AppUser, bypass.AppPassword, pg.Addr),
		},
	}
	for _, o := range tests {
		t.Run(string(o.server), func(t *testing.T) {
			o.corpus = "../../testdata/bypass"
			o.only = "handler/*"
			if o.server == bypass.Postgres {
				o.only = "notify/*"
			}
			attacks, err := run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if attacks.real < 3 || attacks.leaks != attacks.real || attacks.unreal != 0 {
				t.Errorf("with nothing in between: %s", attacks)
			}
			o.only = "controls/*"
			controls, err := run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if controls.works < 6 || controls.broken != 0 || controls.real != 0 {
				t.Errorf("what has to work: %s", controls)
			}
			o.through = ""
			direct, err := run(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			if direct.works != 0 {
				t.Errorf("played through nothing: %s", direct)
			}
		})
	}
}
