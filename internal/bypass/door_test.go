package bypass

import (
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/template"

	"github.com/sallyport/sallyport/internal/testgate"
)

// holding are the families that the doors stop, each in all of its cases, with
// masks in the policy. "*" is all of them. While none is listed the policy has
// no masks, and only the controls are played.
var holding = []string{"*"}

// leaking are the cases of those families that get through all the same, by
// their ID, each with the reason. They have to leak through the generous door: a
// list that has become too long is an error too. A race may be lost.
var leaking = map[string]string{
	"race/moved-column.mysql":                      changedBehind,
	"race/replaced-view.mysql":                     changedBehind,
	"race/replaced-view.postgres":                  changedBehind,
	"race/replaced-function.postgres":              changedBehind,
	"notify/by-trigger.postgres":                   "what a trigger of the administrator's sends to who listens is in no statement of the client's",
	"order-by-oracle/delete-order.mysql":           unordered,
	"order-by-oracle/covering-index.mysql":         unordered,
	"order-by-oracle/delete-limit.mysql":           unordered,
	"order-by-oracle/update-limit.mysql":           unordered,
	"order-by-oracle/ordinary-partitions.postgres": unordered,
	"order-by-oracle/index-only-scan.postgres":     unordered,
}

// unordered is why the order of rows tells of a column that no statement names.
const unordered = "without ORDER BY the rows come in the order of an index or of partitions, which may be that of the masked column"

// changedBehind is why the administrator's changes are not seen at once.
const changedBehind = "a change that did not come through the door is seen within four seconds, and the case takes less"

func holds(family string) bool {
	return slices.Contains(holding, "*") || slices.Contains(holding, family)
}

const (
	doorApp      = "bypass"
	doorPassword = "password-at-the-door"
)

// What the two kinds of rules name.
var (
	statements = map[Server]string{
		MySQL: "select, insert, update, delete, replace, load, call, create, alter, drop, rename, truncate, show, explain, " +
			"describe, set, use, transaction, prepare, lock, handler, grant, kill, flush, do, maintain, admin",
		Postgres: "select, insert, update, delete, merge, copy, cursor, notify, refresh, call, create, alter, drop, rename, " +
			"truncate, show, explain, set, transaction, prepare, lock, grant, do, maintain, admin",
	}
	everything = map[Server]string{
		MySQL:    "'*', mysql.*, information_schema.*, performance_schema.*, sys.*",
		Postgres: "'*', pg_catalog.*, information_schema.*",
	}
	tables = map[Server]string{
		MySQL: "users, orders, contacts, people, directory, hints",
		Postgres: "users, orders, contacts, people, directory, hints, managers, contacts_early, contacts_late, people_copy, " +
			"swatches, loud, ledgers, tickets, desk, counter, drafts, outlines, sketches, copies, stamped, stamps, boxes, labels, visitors",
	}
	dangers = map[Server]string{
		MySQL:    "file, network, admin, dynamic_sql, time, user_variable, into_variable, locking_read, stored_code, hint, sessions",
		Postgres: "file, network, admin, dynamic_sql, time, locking_read, stored_code, hint, sessions",
	}
)

type door struct {
	Name, Listen string
	Generous     bool
}

// buildProgram compiles the program that is tested.
func buildProgram(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "sallyport")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/sallyport")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the program: %v\n%s", err, out)
	}
	return program
}

// openDoors starts the program before one database and returns the client's
// data source names by rules. Each world has a program of its own: a refusal
// names a line of the policy, which has to be the same for both.
func openDoors(t *testing.T, program string, s *Stage, w World) map[string]string {
	t.Helper()
	var doors []door
	var addresses []string
	names := map[string]string{}
	for _, rules := range []string{"strict", "generous"} {
		listen, err := testgate.FreeAddr()
		if err != nil {
			t.Fatal(err)
		}
		doors = append(doors, door{rules, listen, rules == "generous"})
		addresses = append(addresses, listen)
		names[rules] = dsn(s.Server, doorApp, doorPassword, listen, w.Database)
	}
	policy, err := template.ParseFiles("testdata/door.policy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	err = policy.Execute(&text, map[string]any{
		"Kind": s.Server, "Port": s.Port, "Database": w.Database, "User": AppUser, "Doors": doors, "Masks": len(holding) > 0,
		"Statements": statements[s.Server], "Everything": everything[s.Server], "Tables": tables[s.Server], "Dangers": dangers[s.Server],
	})
	if err != nil {
		t.Fatal(err)
	}
	gate, err := testgate.Start(t.Context(), testgate.Config{
		Program: program, Policy: text.String(), Files: map[string][]byte{"db-ca.pem": instance(t, s.Server).CA},
		Env:   []string{"BYPASS_DOOR_PASSWORD=" + doorPassword, "BYPASS_DB_PASSWORD=" + AppPassword},
		Doors: addresses,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := gate.Stop(); err != nil {
			t.Error(err)
		}
	})
	return names
}

// TestThroughTheDoors plays the corpus through real doors, with strict rules
// and with generous ones.
func TestThroughTheDoors(t *testing.T) {
	all := corpus(t)
	for id := range leaking {
		if !slices.ContainsFunc(all, func(c Case) bool { return c.ID() == id && holds(c.Family) }) {
			t.Errorf("%s is listed as leaking, and is no case of a family that holds", id)
		}
	}
	cases := slices.DeleteFunc(all, func(c Case) bool { return c.Expect != Works && !holds(c.Family) })
	program := buildProgram(t)
	for _, server := range []Server{MySQL, Postgres} {
		t.Run(string(server), func(t *testing.T) {
			t.Parallel()
			s := stage(t, server)
			doors := map[World]map[string]string{}
			for _, w := range []World{First, Second} {
				doors[w] = openDoors(t, program, s, w)
			}
			for _, rules := range []string{"strict", "generous"} {
				played := 0
				for _, c := range cases {
					if c.Server != server {
						continue
					}
					played++
					t.Run(rules+"/"+c.Family+"/"+c.Name, func(t *testing.T) {
						err := s.Hold(t.Context(), c, func(w World) string { return doors[w][rules] })
						var leak *Leak
						reason, known := leaking[c.ID()]
						switch {
						case errors.As(err, &leak) && known:
							t.Logf("%s: %s", leak, reason)
						case errors.As(err, &leak):
							t.Errorf("%s (%s)", leak, c.Why)
						case err != nil:
							t.Error(err)
						case known && rules == "generous" && c.Family != "race":
							t.Error("it holds: take it off the list of what leaks")
						}
					})
				}
				t.Logf("%d cases through the %s door", played, rules)
			}
		})
	}
}
