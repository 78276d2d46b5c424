package main

import (
	"context"
	_ "embed"

	"github.com/sallyport/sallyport/internal/testdb"
)

// driver is a driver's own test suite and what it needs. The module comes from
// the module cache.
type driver struct {
	name      string // of the files of its policy and its exceptions
	module    string
	version   string
	packages  []testPackage
	skip      []string // tests that dial an address outside of this machine, by name
	minPasses int      // how many tests pass directly at the least
	server    string   // what it is a driver of
	app       string   // the name that it logs in by at the door: of the app in its policy
	start     func(context.Context) (*testdb.Instance, error)
	env       func(target) []string // variables that lead the tests to the target
	policy    string                // template of the door's policy
	excepted  string                // the text of the list of exceptions
}

// testPackage is a package of tests in a driver's module.
type testPackage struct {
	name string // before a dot it begins the names of its tests; "" where there is one package
	dir  string
}

func (p testPackage) prefix() string {
	if p.name == "" {
		return ""
	}
	return p.name + "."
}

func (d driver) exceptions() (map[string]exception, error) {
	return parseExceptions(d.name+".except", d.excepted)
}

var drivers = []driver{goSQLDriver, pgx}

var (
	//go:embed gosqldriver.policy.yaml
	goSQLDriverPolicy string
	//go:embed gosqldriver.except
	goSQLDriverExcept string
	//go:embed pgx.policy.yaml
	pgxPolicy string
	//go:embed pgx.except
	pgxExcept string
)
