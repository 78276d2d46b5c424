package httpgate

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/internal/testpki"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

// partnerKey is the API key of the tests; only its hash is in their policy.
const partnerKey = "sp_4f9c1e7ab2d85360c7e1"

// rulesYAML is what the doors of the tests allow, unless a test says other.
const rulesYAML = `
      - {who: anyone, methods: [GET, HEAD, POST, PUT, OPTIONS], paths: [/, /open/**], body: 64KiB}
      - {who: {key: partner}, paths: [/partner/**]}
      - {who: anyone, methods: [GET], paths: [/rare], rate: 2/h per address}
      - {who: anyone, methods: [GET], paths: [/ws/**], upgrade: [websocket]}
      - {who: anyone, paths: [/big/**]}`

// world is a door with a real app behind it, a real guard and a real policy.
type world struct {
	t     testing.TB
	ca    *testpki.CA
	app   *httptest.Server
	live  *policy.Live
	guard *guard.Guard
	book  *book
	addr  string // of the door
	dir   string
	stop  context.CancelFunc
	ended chan error
	set   settings
}

// settings are how a test wants its world.
type settings struct {
	rules   string // rulesYAML where empty
	door    string // more keys of the door, a line each
	plain   bool   // the door is reached in the clear
	appTLS  bool   // the app speaks TLS, and HTTP/2
	drain   time.Duration
	inspect []guard.Inspector
	record  guard.Recorder                 // the book where nil
	watch   func(net.Conn, http.ConnState) // of the app's connections
}

func (s settings) yaml(appURL string) string {
	rules := s.rules
	if rules == "" {
		rules = rulesYAML
	}
	front, to := "{cert: file:gate.pem, key: file:gate-key.pem}", "{app: colours, url: "+appURL+"}"
	if s.plain {
		front = "optional"
	}
	if s.appTLS {
		to = "{app: colours, url: " + appURL + ", ca: file:ca.pem}"
	}
	return `version: 1
apps:
  colours: {proof: [password], password: env:DOOR_PASSWORD}
keys:
  partner: {sha256: file:partner.sha256}
doors:
  - name: front
    kind: http
    listen: 127.0.0.1:0
    tls: ` + front + `
    to: ` + to + `
    allow:` + rules + "\n" + s.door + `
ledger: {path: ledger}
`
}

// open starts a world; it ends with the test.
func open(t testing.TB, set settings, app http.Handler) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), live: &policy.Live{}, book: &book{}, set: set, ended: make(chan error, 1)}
	w.pki()
	w.app = httptest.NewUnstartedServer(app)
	w.app.EnableHTTP2 = set.appTLS
	w.app.Config.ConnState = set.watch
	if set.appTLS {
		pair, err := w.ca.Server("127.0.0.1")
		check(t, err)
		cert, err := pair.TLS()
		check(t, err)
		w.app.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
		w.app.StartTLS()
	} else {
		w.app.Start()
	}
	t.Cleanup(w.app.Close)
	if set.record == nil {
		set.record = w.book
	}
	w.guard = guard.New(guard.Options{Recorder: set.record, Inspectors: set.inspect})
	w.load(set)
	door, _ := w.live.Load().Door("front")
	g, err := New(*door, gate.Env{Live: w.live, Guard: w.guard, Drain: set.drain})
	check(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	w.addr = ln.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = cancel
	go func() { w.ended <- g.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-w.ended:
			check(t, err)
		case <-time.After(10 * time.Second):
			t.Error("the door did not end within 10 s of being told to")
		}
	})
	return w
}

func (w *world) pki() {
	w.t.Helper()
	var err error
	w.ca, err = testpki.NewCA("door tests")
	check(w.t, err)
	pair, err := w.ca.Server("front.example.com", "127.0.0.1")
	check(w.t, err)
	_, _, err = pair.WriteFiles(w.dir, "gate")
	check(w.t, err)
	sum := sha256.Sum256([]byte(partnerKey))
	check(w.t, os.WriteFile(filepath.Join(w.dir, "ca.pem"), w.ca.PEM, 0o644))
	check(w.t, os.WriteFile(filepath.Join(w.dir, "partner.sha256"), []byte(hex.EncodeToString(sum[:])+"\n"), 0o600))
}

// load puts a policy in force, as a reload does.
func (w *world) load(set settings) {
	w.t.Helper()
	p, ds := policy.Parse(filepath.Join(w.dir, "sallyport.yaml"), []byte(set.yaml(w.app.URL)),
		policy.Vocabulary{Doors: []string{"http"}}, source{policy.System()})
	if ds.Failed() {
		w.t.Fatalf("the test's policy does not load:\n%v", ds)
	}
	d, _ := p.Door("front")
	w.live.Store(p)
	w.guard.Swap(guard.Settings{Decider: p, Doors: []guard.Door{{
		Name: d.Name, Mode: map[policy.Mode]guard.Mode{policy.Enforce: guard.Enforce, policy.Report: guard.Report, policy.Learn: guard.Learn}[d.Mode],
		Strict: d.Audit == policy.Strict, Rate: d.Limits.Rate,
		Sessions: d.Limits.Sessions, SessionsPerCaller: d.Limits.SessionsPerCaller,
		Requests: d.Limits.Requests, RequestsPerCaller: d.Limits.RequestsPerCaller,
	}}})
}

// source has the one secret of the tests' policy.
type source struct{ policy.Source }

func (s source) Env(name string) (string, bool) {
	if name == "DOOR_PASSWORD" {
		return "correct-horse-battery-staple", true
	}
	return s.Source.Env(name)
}

// url is the address of a path at the door.
func (w *world) url(path string) string {
	if w.set.plain {
		return "http://" + w.addr + path
	}
	return "https://" + w.addr + path
}

// client is a real client with a pool of its own.
func (w *world) client(h2 bool) *http.Client {
	tr := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: w.ca.Pool()}, ForceAttemptHTTP2: h2, DisableCompression: true}
	w.t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// dial is a raw connection to the door, over TLS with HTTP/1.1 unless the door
// is plain.
func (w *world) dial() net.Conn {
	w.t.Helper()
	c, err := net.Dial("tcp", w.addr)
	check(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	if w.set.plain {
		return c
	}
	return tls.Client(c, &tls.Config{RootCAs: w.ca.Pool(), ServerName: "front.example.com"})
}

// raw sends bytes and reads the answers until the connection ends or n of them
// have come.
func (w *world) raw(send string, n int) []*http.Response {
	w.t.Helper()
	c := w.dial()
	_, err := io.WriteString(c, send)
	check(w.t, err)
	var all []*http.Response
	for r := bufio.NewReader(c); len(all) < n; {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			break
		}
		body, err := io.ReadAll(resp.Body)
		check(w.t, err)
		resp.Body = io.NopCloser(bytes.NewReader(body))
		all = append(all, resp)
	}
	return all
}

// refused reads an answer that refuses, and gives its reason and crossing.
func refused(t testing.TB, resp *http.Response) (reason, id string) {
	t.Helper()
	var p struct {
		Status           int
		Instance, Reason string
	}
	body, err := io.ReadAll(resp.Body)
	check(t, err)
	if got := resp.Header.Get("Content-Type"); got != "application/problem+json" {
		t.Fatalf("status %d with Content-Type %q and body %q: not a refusal", resp.StatusCode, got, body)
	}
	check(t, json.Unmarshal(body, &p))
	id = strings.TrimPrefix(p.Instance, "urn:uuid:")
	if p.Status != resp.StatusCode || id != resp.Header.Get(crossingHeader) {
		t.Errorf("the problem %s does not agree with its head: %d %v", body, resp.StatusCode, resp.Header)
	}
	return p.Reason, id
}

// book is a Recorder that keeps entries in memory.
type book struct {
	mu      sync.Mutex
	changed *sync.Cond
	entries []ledger.Entry
	refuse  func(*ledger.Entry) error
}

var _ guard.Recorder = (*book)(nil)

func (b *book) Append(e *ledger.Entry, _ ledger.Durability) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse != nil {
		if err := b.refuse(e); err != nil {
			return err
		}
	}
	b.entries = append(b.entries, *e)
	if b.changed != nil {
		b.changed.Broadcast()
	}
	return nil
}

func (b *book) Pressed() bool                       { return false }
func (b *book) Pseudonym(k string, v []byte) string { return "h:" + k }

func (b *book) fail(f func(*ledger.Entry) error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refuse = f
}

func (b *book) all() []ledger.Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.entries)
}

// crossed waits for the outcome of n crossings and gives them.
func (b *book) crossed(t testing.TB, n int) []ledger.Entry {
	t.Helper()
	timeout := time.AfterFunc(10*time.Second, func() { b.Append(&ledger.Entry{Type: "timeout"}, ledger.Buffered) })
	defer timeout.Stop()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.changed == nil {
		b.changed = sync.NewCond(&b.mu)
	}
	for {
		var out []ledger.Entry
		for _, e := range b.entries {
			switch e.Type {
			case ledger.Crossed:
				out = append(out, e)
			case "timeout":
				t.Fatalf("%d crossings were recorded, want %d: %+v", len(out), n, b.entries)
			}
		}
		if len(out) >= n {
			return out
		}
		b.changed.Wait()
	}
}

var errDisk = errors.New("no space left on device")

// refuseOutcomes lets admissions be recorded and outcomes not.
func refuseOutcomes(e *ledger.Entry) error {
	if e.Type == ledger.Crossed && e.Effect == sallyport.Allow.String() {
		return errDisk
	}
	return nil
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get is a GET whose body is read.
func get(t testing.TB, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	check(t, err)
	return do(t, c, req)
}

func do(t testing.TB, c *http.Client, req *http.Request) (*http.Response, string) {
	t.Helper()
	resp, err := c.Do(req)
	check(t, err)
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	check(t, err)
	resp.Body = io.NopCloser(strings.NewReader(string(body)))
	return resp, string(body)
}
