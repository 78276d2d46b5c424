package testdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"
)

// sharedInstance is started by the first test that asks for it; what then went
// wrong is every later test's answer too.
type sharedInstance struct {
	once  sync.Once
	start func(context.Context, Options) (*Instance, error)
	inst  *Instance
	err   error
}

var (
	sharedMariaDB  = sharedInstance{start: StartMariaDB}
	sharedPostgres = sharedInstance{start: StartPostgres}
)

func (s *sharedInstance) get(t testing.TB) *Instance {
	t.Helper()
	s.once.Do(func() { s.inst, s.err = s.start(context.Background(), Options{}) })
	if s.err != nil {
		t.Fatal(s.err)
	}
	return s.inst
}

// MariaDB returns the MariaDB that the tests of this binary share, starting it
// if this is the first call (about two seconds). It fails the test, with the
// line to type, where the machine has none. The server ends with the test
// binary; do not stop it.
func MariaDB(t testing.TB) *Instance {
	t.Helper()
	return sharedMariaDB.get(t)
}

// Postgres is MariaDB for PostgreSQL.
func Postgres(t testing.TB) *Instance {
	t.Helper()
	return sharedPostgres.get(t)
}

// Main runs a package's tests and then shuts the shared instances down
// cleanly, so that a server that cannot stop fails the run. Without it they
// are ended the hard way when the test binary exits. Call it as
//
//	func TestMain(m *testing.M) { testdb.Main(m) }
func Main(m *testing.M) {
	code := m.Run()
	var errs []error
	for _, s := range []*sharedInstance{&sharedMariaDB, &sharedPostgres} {
		if s.inst != nil {
			errs = append(errs, s.inst.Stop())
		}
	}
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// dropTimeout bounds the removal of a test's database.
const dropTimeout = 30 * time.Second

// Database makes an empty database with a user of its own for this test and
// drops both when the test ends.
func (in *Instance) Database(t testing.TB) *Database {
	t.Helper()
	d, err := in.NewDatabase(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), dropTimeout)
		defer cancel()
		if err := d.Drop(ctx); err != nil {
			t.Error(err)
		}
	})
	return d
}

// OpenDB returns a handle on the database as Open does and closes it when the
// test ends.
func (d *Database) OpenDB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := d.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
