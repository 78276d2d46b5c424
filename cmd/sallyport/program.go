package main

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/cli"
	"github.com/sallyport/sallyport/gate"
	httpgate "github.com/sallyport/sallyport/gate/http"
	mysqlgate "github.com/sallyport/sallyport/gate/mysql"
	postgresgate "github.com/sallyport/sallyport/gate/postgres"
	"github.com/sallyport/sallyport/policy"
)

// kinds is every kind of door there is.
var kinds = []gate.Kind{
	httpgate.Kind,
	mysqlgate.Kind,
	postgresgate.Kind,
}

func program() *cli.Program {
	words := policy.Vocabulary{Analyze: analyze, Masker: masker, Lineage: lineageOf}
	for _, k := range kinds {
		words.Doors = append(words.Doors, k.Name)
	}
	return &cli.Program{Version: version, Kinds: kinds, Vocabulary: words, Maskers: maskers, Source: policy.System()}
}

// analyze reads the SQL of a policy's tests and of questions in the dialect of
// the door that they are about.
func analyze(d policy.Door, text string) (*sallyport.Statement, error) {
	if d.Kind == postgresgate.Kind.Name {
		return postgresgate.Analyze(d, text)
	}
	return mysqlgate.Analyze(d, text)
}
