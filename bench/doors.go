package main

import (
	"context"
	"fmt"
	"strings"
	"text/template"

	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testgate"
)

// startDoors starts the program with the doors of a policy before a database, and
// returns their addresses by name: plain, and masked, which masks a column.
func startDoors(ctx context.Context, s settings, db *testdb.Database, policy *template.Template) (*testgate.Process, map[string]string, error) {
	doors := map[string]string{}
	var listen []string
	for _, name := range []string{"plain", "masked"} {
		addr, err := testgate.FreeAddr()
		if err != nil {
			return nil, nil, err
		}
		doors[name] = addr
		listen = append(listen, addr)
	}
	var text strings.Builder
	if err := policy.Execute(&text, map[string]any{
		"Doors": doors, "Port": db.Instance.Port(), "Database": db.Name, "User": db.User, "Audit": s.audit,
	}); err != nil {
		return nil, nil, fmt.Errorf("writing the policy: %w", err)
	}
	gate, err := testgate.Start(ctx, testgate.Config{
		Program: s.program, Policy: text.String(), Doors: listen,
		Env: []string{"BENCH_DOOR_PASSWORD=" + doorSecret, "BENCH_DB_PASSWORD=" + db.Password},
	})
	return gate, doors, err
}
