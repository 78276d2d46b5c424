package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/rogpeppe/go-internal/testscript"
)

// guessRounds is how often a round of guesses is repeated before a door counts
// as one that does not slow them down: on a busy machine the first wait can be
// over before the next try. Three rounds of five passwords stay below what an
// address is forgiven under all names.
const guessRounds = 3

// guess tries wrong credentials, so often in a row:
//
//	guess key N URL                            API keys
//	guess password N USER:PASSWORD@ADDR        passwords of the user, until the right one is refused
//	guess name N USER:PASSWORD@ADDR            the same under N other names
func (s *stage) guess(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("guess key|password|name N URL|USER:PASSWORD@ADDR")
	}
	n := number(ts, args[1])
	if args[0] == "key" {
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots}, ForceAttemptHTTP2: true}}
		defer client.CloseIdleConnections()
		for i := range n {
			r, err := http.NewRequest(http.MethodGet, args[2], nil)
			ts.Check(err)
			r.Header.Set("X-Api-Key", fmt.Sprint("guess ", i))
			answer, err := client.Do(r)
			ts.Check(err)
			ts.Check(answer.Body.Close())
		}
		return
	}
	login, addr, _ := strings.Cut(args[2], "@")
	user, _, _ := strings.Cut(login, ":")
	for range guessRounds {
		for i := range n {
			name := user
			if args[0] == "name" {
				name = fmt.Sprint("name", i)
			}
			if s.opens(ts, name+":wrong@"+addr) {
				ts.Fatalf("a wrong password has opened the door to %s", name)
			}
		}
		if !s.opens(ts, args[2]) {
			return
		}
	}
	ts.Fatalf("after %d rounds of %d guesses each the right password is taken at once", guessRounds, n)
}

// opens tells whether a login is taken; any error but a refusal of the
// credentials ends the scenario.
func (s *stage) opens(ts *testscript.TestScript, who string) bool {
	db := s.client(ts, who)
	defer db.Close()
	err := db.Ping()
	if refused := (*mysql.MySQLError)(nil); errors.As(err, &refused) && refused.Number == 1045 {
		return false
	}
	ts.Check(err)
	return true
}
