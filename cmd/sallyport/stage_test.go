package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport/sallyport/internal/devpki"
	"github.com/sallyport/sallyport/internal/testdb"
	"github.com/sallyport/sallyport/internal/testpki"
)

type stageKey struct{}

// stage is what stands around the program in one scenario: an app behind it, a
// database, clients, and the running gateway itself.
type stage struct {
	dir     string // of the scenario
	docs    string // the project's
	roots   *x509.CertPool
	behind  *httptest.Server
	run     *exec.Cmd
	ended   chan struct{}
	printed *transcript
	admin   *sql.DB
	owner   string // how a postgres scenario reaches its database directly
	dropDB  func()

	authorities map[string]*testpki.CA // of clients' certificates

	receivers receivers
}

func withStage(do func(s *stage, ts *testscript.TestScript, neg bool, args []string)) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		do(ts.Value(stageKey{}).(*stage), ts, neg, args)
	}
}

// certificates puts ca.pem, gate.pem and gate-key.pem into the scenario.
func (s *stage) certificates() error {
	ca, _, err := devpki.Open(s.dir, time.Now())
	if err != nil {
		return err
	}
	if err := ca.Issue("gate", []string{"localhost", "127.0.0.1"}, time.Now()); err != nil {
		return err
	}
	pem, err := os.ReadFile(filepath.Join(s.dir, "ca.pem"))
	if err != nil {
		return err
	}
	s.roots = x509.NewCertPool()
	s.roots.AppendCertsFromPEM(pem)
	return nil
}

func (s *stage) close() {
	if s.run != nil {
		s.run.Process.Kill()
		<-s.ended
	}
	s.receivers.close()
	if s.behind != nil {
		s.behind.Close()
	}
	if s.dropDB != nil {
		s.dropDB()
	}
}

// app starts the application: it answers with the method, the path and the
// size of the body. $APP is its URL.
func (s *stage) app(ts *testscript.TestScript, _ bool, _ []string) {
	s.behind = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		fmt.Fprintf(w, "app saw %s %s, %d bytes, %v", r.Method, r.URL.Path, n, err)
	}))
	ts.Setenv("APP", s.behind.URL)
}

// database makes a database with a user on a real MariaDB. $DB_PORT, $DB_NAME,
// $DB_USER and $DB_PASSWORD are what the gateway needs; db-ca.pem verifies it.
func (s *stage) database(ts *testscript.TestScript, inst *testdb.Instance) {
	db, err := inst.NewDatabase(context.Background())
	ts.Check(err)
	ts.Check(os.WriteFile(filepath.Join(s.dir, "db-ca.pem"), inst.CA, 0o600))
	s.admin, err = db.Open()
	ts.Check(err)
	s.dropDB = func() { errors.Join(s.admin.Close(), db.Drop(context.Background())) }
	ts.Setenv("DB_PORT", inst.Port())
	ts.Setenv("DB_NAME", db.Name)
	ts.Setenv("DB_USER", db.User)
	ts.Setenv("DB_PASSWORD", db.Password)
}

// transcript keeps what a process prints and tells when a line has come.
type transcript struct {
	mu    sync.Mutex
	text  strings.Builder
	grown chan struct{}
}

func (t *transcript) follow(r io.Reader) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		t.mu.Lock()
		t.text.WriteString(lines.Text() + "\n")
		close(t.grown)
		t.grown = make(chan struct{})
		t.mu.Unlock()
	}
}

// wait returns the text once the pattern is in what came after from.
func (t *transcript) wait(pattern *regexp.Regexp, from int, ended <-chan struct{}) (string, error) {
	timeout := time.After(30 * time.Second)
	for {
		t.mu.Lock()
		text, grown := t.text.String(), t.grown
		t.mu.Unlock()
		if pattern.MatchString(text[from:]) {
			return text, nil
		}
		select {
		case <-grown:
		case <-ended:
			return text, fmt.Errorf("the gateway ended before it printed %s:\n%s", pattern, text)
		case <-timeout:
			return text, fmt.Errorf("the gateway does not print %s:\n%s", pattern, text)
		}
	}
}

var listens = regexp.MustCompile(`(?m)^door (\S+) \(\w+\) listens on (\S+)$`)

var adminListens = regexp.MustCompile(`(?m)^admin listens on (\S+)$`)

// gateway starts, reloads, stops or kills `sallyport run`:
//
//	gateway start POLICY [nofile=SOFT,HARD]
//	                       $FRONT, $DB… are the addresses of the doors, by name
//	gateway reload PATTERN SIGHUP; waits until it printed the pattern
//	gateway stop           SIGTERM; it has to end in good order
//	gateway kill           kill -9
func (s *stage) gateway(ts *testscript.TestScript, _ bool, args []string) {
	switch args[0] {
	case "start":
		s.start(ts, args[1], options(args[2:])["nofile"])
	case "reload":
		s.printed.mu.Lock()
		from := s.printed.text.Len()
		s.printed.mu.Unlock()
		ts.Check(s.run.Process.Signal(syscall.SIGHUP))
		_, err := s.printed.wait(regexp.MustCompile(args[1]), from, s.ended)
		ts.Check(err)
	case "stop":
		ts.Check(s.run.Process.Signal(syscall.SIGTERM))
		<-s.ended
		if code := s.run.ProcessState.ExitCode(); code != 0 {
			ts.Fatalf("the gateway ended with %d:\n%s", code, s.printed.text.String())
		}
		s.run = nil
	case "kill":
		ts.Check(s.run.Process.Kill())
		<-s.ended
		s.run = nil
	default:
		ts.Fatalf("gateway start POLICY, reload PATTERN, stop or kill")
	}
}

func (s *stage) start(ts *testscript.TestScript, file, nofile string) {
	program, err := exec.LookPath("sallyport")
	ts.Check(err)
	s.run = exec.Command(program, "run", "--policy", file, "--drain", "3s")
	if soft, hard, ok := strings.Cut(nofile, ","); ok {
		s.run = exec.Command("sh", "-c", `ulimit -Sn "$1" && ulimit -Hn "$2" && shift 2 && exec "$@"`, "sh", soft, hard)
		s.run.Args = append(s.run.Args, program, "run", "--policy", file, "--drain", "3s")
	}
	s.run.Dir = s.dir
	for _, name := range []string{"PATH", "HOME", "DB_PASSWORD", "DOOR_PASSWORD", "TESTSCRIPT_COMMAND"} {
		s.run.Env = append(s.run.Env, name+"="+ts.Getenv(name))
	}
	r, w, err := os.Pipe()
	ts.Check(err)
	s.run.Stdout, s.run.Stderr = w, w
	ts.Check(s.run.Start())
	ts.Check(w.Close())
	s.printed, s.ended = &transcript{grown: make(chan struct{})}, make(chan struct{})
	go func(cmd *exec.Cmd, printed *transcript, ended chan struct{}) {
		printed.follow(r) // to the end of what it prints
		cmd.Wait()
		close(ended)
	}(s.run, s.printed, s.ended)
	text, err := s.printed.wait(regexp.MustCompile(`(?m)^sallyport .* is ready`), 0, s.ended)
	ts.Check(err)
	if m := adminListens.FindStringSubmatch(text); m != nil {
		ts.Setenv("ADMIN", m[1])
	}
	for _, m := range listens.FindAllStringSubmatch(text, -1) {
		ts.Setenv(strings.ToUpper(m[1]), m[2])
	}
}

// logged wants the running gateway to have printed a pattern so many times:
//
//	logged N PATTERN
func (s *stage) logged(ts *testscript.TestScript, _ bool, args []string) {
	s.printed.mu.Lock()
	text := s.printed.text.String()
	s.printed.mu.Unlock()
	if got := len(regexp.MustCompile(args[1]).FindAllString(text, -1)); got != number(ts, args[0]) {
		ts.Fatalf("%s was printed %d times, want %s:\n%s", args[1], got, args[0], text)
	}
}

// http sends one request, prints "STATUS body" and wants the status, or, with
// the word closed, a connection that is closed without an answer:
//
//	http 200 GET https://$FRONT/path [key=KEY] [body=BYTES] [times=N] [host=NAME] [origin=URL] [from=ADDR]
func (s *stage) http(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("http STATUS METHOD URL [key=KEY] [body=BYTES] [times=N] [host=NAME] [origin=URL] [from=ADDR]")
	}
	option := options(args[3:])
	dial := &net.Dialer{}
	if from := option["from"]; from != "" {
		dial.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	client := &http.Client{
		Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: s.roots}, ForceAttemptHTTP2: true, DialContext: dial.DialContext},
		Timeout:   20 * time.Second,
	}
	defer client.CloseIdleConnections()
	for range max(1, number(ts, option["times"])) {
		body := strings.Repeat("x", number(ts, option["body"]))
		r, err := http.NewRequestWithContext(context.Background(), args[1], args[2], strings.NewReader(body))
		ts.Check(err)
		if host := option["host"]; host != "" {
			r.Host = host
		}
		if origin := option["origin"]; origin != "" {
			r.Header.Set("Origin", origin)
		}
		if key := option["key"]; key != "" {
			r.Header.Set("Authorization", "Bearer "+key)
		}
		answer, err := client.Do(r)
		if args[0] == "closed" {
			if !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
				ts.Fatalf("%s %s: %v, want a closed connection", args[1], args[2], err)
			}
			continue
		}
		ts.Check(err)
		text, err := io.ReadAll(answer.Body)
		ts.Check(errors.Join(err, answer.Body.Close()))
		fmt.Fprintf(ts.Stdout(), "%d %s\n", answer.StatusCode, text)
		if strconv.Itoa(answer.StatusCode) != args[0] {
			ts.Fatalf("%s %s: %s\n%s", args[1], args[2], answer.Status, text)
		}
	}
}

// sql runs one statement and prints its first column, a value a line:
//
//	[!] sql as=USER:PASSWORD@ADDR STATEMENT [ARG…]   prepared where there are arguments
//	sql as=owner STATEMENT                           straight to the database
func (s *stage) sql(ts *testscript.TestScript, neg bool, args []string) {
	who, ok := strings.CutPrefix(args[0], "as=")
	if !ok || len(args) < 2 {
		ts.Fatalf("sql as=USER:PASSWORD@ADDR STATEMENT [ARG…]")
	}
	db := s.admin
	if who != "owner" {
		db = s.client(ts, who)
		defer db.Close()
	}
	var values []any
	for _, a := range args[2:] {
		values = append(values, a)
	}
	err := query(ts, db, args[1], values)
	switch {
	case neg && err == nil:
		ts.Fatalf("the statement was let through")
	case neg:
		fmt.Fprintln(ts.Stdout(), err)
	default:
		ts.Check(err)
	}
}

func (s *stage) client(ts *testscript.TestScript, who string) *sql.DB {
	who, cert, _ := strings.Cut(who, "%")
	login, addr, _ := strings.Cut(who, "@")
	user, password, _ := strings.Cut(login, ":")
	conf := mysql.NewConfig()
	conf.User, conf.Passwd, conf.Net, conf.Addr, conf.DBName = user, password, "tcp", addr, ts.Getenv("DB_NAME")
	conf.TLS = s.clientTLS(ts, cert)
	conf.Timeout, conf.ReadTimeout = 10*time.Second, 20*time.Second
	connector, err := mysql.NewConnector(conf)
	ts.Check(err)
	return sql.OpenDB(connector)
}

func query(ts *testscript.TestScript, db *sql.DB, statement string, values []any) error {
	rows, err := db.QueryContext(context.Background(), statement, values...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	cells := make([]any, len(columns))
	for i := range cells {
		cells[i] = new(sql.RawBytes)
	}
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			return err
		}
		fmt.Fprintf(ts.Stdout(), "%s\n", *cells[0].(*sql.RawBytes))
	}
	return rows.Err()
}

// fill replaces $NAME by the scenario's variables in a file.
func (s *stage) fill(ts *testscript.TestScript, _ bool, args []string) {
	file := ts.MkAbs(args[0])
	text, err := os.ReadFile(file)
	ts.Check(err)
	ts.Check(os.WriteFile(file, []byte(os.Expand(string(text), ts.Getenv)), 0o600))
}

// flip changes one byte in the middle of a file, or of that name's only match,
// or, with the word tail, near its end.
func (s *stage) flip(ts *testscript.TestScript, _ bool, args []string) {
	found, err := filepath.Glob(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(found) != 1 {
		ts.Fatalf("%s matches %v", args[0], found)
	}
	file := found[0]
	b, err := os.ReadFile(file)
	ts.Check(err)
	at := len(b) / 2
	if len(args) > 1 && args[1] == "tail" {
		at = len(b) - 100
	}
	b[at] ^= 1
	ts.Check(os.WriteFile(file, b, 0o600))
}

// size wants what lies under a path to be smaller: size DIR BYTES.
func (s *stage) size(ts *testscript.TestScript, _ bool, args []string) {
	var sum int64
	ts.Check(filepath.Walk(ts.MkAbs(args[0]), func(_ string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() {
			sum += info.Size()
		}
		return err
	}))
	if most := number(ts, args[1]); sum >= int64(most) {
		ts.Fatalf("%s holds %d bytes, want fewer than %d", args[0], sum, most)
	}
}

func options(args []string) map[string]string {
	all := map[string]string{}
	for _, a := range args {
		name, value, _ := strings.Cut(a, "=")
		all[name] = value
	}
	return all
}

func number(ts *testscript.TestScript, s string) int {
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	ts.Check(err)
	return n
}
