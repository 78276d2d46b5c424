package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/devpki"
	"github.com/sallyport/sallyport/ledger"
)

// crashPolicy has two doors to one app, one strict and one spooled.
const crashPolicy = `
version: 1
apps: {web: {}}
doors:
  - {name: strict, kind: http, listen: "127.0.0.1:0", tls: {cert: file:gate.pem, key: file:gate-key.pem},
     to: {app: web, url: %[1]q}, audit: strict, allow: [{who: anyone, methods: [GET], paths: [/yes]}]}
  - {name: spool, kind: http, listen: "127.0.0.1:0", tls: {cert: file:gate.pem, key: file:gate-key.pem},
     to: {app: web, url: %[1]q}, allow: [{who: anyone, methods: [GET], paths: [/yes]}]}
ledger: {path: ledger}
`

// crashRounds is how often the gateway is killed.
const crashRounds = 10

// TestKilledUnderLoad kills the gateway with SIGKILL while clients are served,
// again and again. What a client was answered must be in the ledger: on the
// strict door everything, on the spool door every denial, and for the rest the
// restart says that the last moments may be missing.
func TestKilledUnderLoad(t *testing.T) {
	dir := t.TempDir()
	client := crashWorld(t, dir)
	acknowledged := map[string]string{} // crossing to door and outcome
	for range crashRounds {
		for id, what := range underLoad(t, dir, client) {
			acknowledged[id] = what
		}
		report, err := ledger.Verify(filepath.Join(dir, "ledger"), publicKey(t, dir), ledger.VerifyOptions{})
		if err != nil || !report.OK() {
			t.Fatalf("verify after a kill: %v %+v", err, report)
		}
	}
	recorded, gaps := map[string]bool{}, 0
	for _, e := range allEntries(t, filepath.Join(dir, "ledger")) {
		if e.Type == ledger.Crossed {
			recorded[e.ID.String()] = true
		}
		if e.Type == ledger.Gap {
			gaps++
		}
	}
	seen := map[string]int{}
	for id, what := range acknowledged {
		seen[what]++
		if !recorded[id] && what != "spool 200" {
			t.Errorf("%s: the crossing %s was answered and is not in the ledger", what, id)
		}
	}
	for _, what := range []string{"strict 200", "strict 403", "spool 200", "spool 403"} {
		if seen[what] < crashRounds {
			t.Errorf("%s was acknowledged %d times only: the load is no load", what, seen[what])
		}
	}
	if gaps < crashRounds-1 {
		t.Errorf("%d gap entries after %d kills", gaps, crashRounds)
	}
	t.Logf("acknowledged: %v; gap entries: %d", seen, gaps)
}

// crashWorld writes the policy and the certificates, and starts the app.
func crashWorld(t *testing.T, dir string) *http.Client {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.Header.Get("X-Sallyport-Crossing"))
	}))
	t.Cleanup(app.Close)
	ca, _, err := devpki.Open(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := ca.Issue("gate", []string{"127.0.0.1"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sallyport.yaml"), fmt.Appendf(nil, crashPolicy, app.URL), 0o600); err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	return &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, MaxIdleConnsPerHost: 8},
		Timeout:   10 * time.Second,
	}
}

// underLoad runs the gateway for a while with clients at both doors, kills it,
// and returns what was answered.
func underLoad(t *testing.T, dir string, client *http.Client) map[string]string {
	t.Helper()
	program, err := exec.LookPath("sallyport")
	if err != nil {
		t.Fatal(err)
	}
	run := exec.Command(program, "run")
	run.Dir = dir
	out, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	printed := &transcript{grown: make(chan struct{})}
	ended := make(chan struct{})
	go func() { printed.follow(out); close(ended) }()
	text, err := printed.wait(regexp.MustCompile(`is ready`), 0, ended)
	if err != nil {
		run.Process.Kill()
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	answered, kinds := map[string]string{}, map[string]bool{}
	loaded := make(chan struct{}) // closed once every kind of answer has come
	var clients sync.WaitGroup
	for _, door := range listens.FindAllStringSubmatch(text, -1) {
		for _, path := range []string{"/yes", "/no"} {
			for range 2 {
				clients.Go(func() {
					for ctx.Err() == nil {
						id, status, ok := ask(ctx, client, "https://"+door[2]+path)
						if !ok {
							return
						}
						mu.Lock()
						what := fmt.Sprintf("%s %d", door[1], status)
						answered[id] = what
						if !kinds[what] {
							if kinds[what] = true; len(kinds) == 4 {
								close(loaded)
							}
						}
						mu.Unlock()
						if status != http.StatusOK {
							// Beyond 20 a second a door's denials are counted, not listed.
							time.Sleep(150 * time.Millisecond)
						}
					}
				})
			}
		}
	}
	select {
	case <-loaded:
	case <-time.After(30 * time.Second):
	}
	time.Sleep(rand.N(300 * time.Millisecond)) // the moment of the kill: nothing waits for it
	run.Process.Kill()
	stop()
	clients.Wait()
	<-ended
	run.Wait()
	client.CloseIdleConnections()
	return answered
}

// ask sends a request and returns the crossing's ID, which the app or the
// refusal says; ok is false where it was not answered whole.
func ask(ctx context.Context, client *http.Client, url string) (id string, status int, ok bool) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", 0, false
	}
	answer, err := client.Do(r)
	if err != nil {
		return "", 0, false
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", 0, false
	}
	if answer.StatusCode == http.StatusOK {
		return string(body), answer.StatusCode, true
	}
	return answer.Header.Get("X-Sallyport-Crossing"), answer.StatusCode, true
}

func publicKey(t *testing.T, dir string) string {
	t.Helper()
	key, err := os.ReadFile(filepath.Join(dir, "ledger.pub"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(key))
}

func allEntries(t *testing.T, dir string) (all []*ledger.Entry) {
	t.Helper()
	r, err := ledger.OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	for rec, err := range r.Records(0) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := rec.Entry()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}
