package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/examples/colours/app"
	"github.com/sallyport/sallyport/examples/colours/demodb"
	"github.com/sallyport/sallyport/examples/colours/store"
)

// site is the app on a TLS test server.
type site struct {
	*httptest.Server
	log *bytes.Buffer
}

// each runs test on a site before every kind of database that this machine has.
func each(t *testing.T, vulnerable bool, test func(t *testing.T, s *site)) {
	for name, begin := range demodb.Available(t.Logf) {
		t.Run(name, func(t *testing.T) { test(t, startOn(t, begin, vulnerable)) })
	}
}

// start makes a site with a database in this process.
func start(t *testing.T) *site {
	t.Helper()
	return startOn(t, demodb.Memory, false)
}

func startOn(t *testing.T, begin func(context.Context) (*demodb.Server, error), vulnerable bool) *site {
	t.Helper()
	db, err := begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	admin, err := db.Admin()
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if err := store.Migrate(t.Context(), store.Kind(db.Engine), admin); err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, db.CA, 0o644); err != nil {
		t.Fatal(err)
	}
	pool, err := store.Connect(store.Options{
		Kind: store.Kind(db.Engine), Addr: db.Addr, Name: db.Name, CAFile: ca,
		User: db.User, Password: db.Password, Database: db.Database,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	st, err := store.Open(t.Context(), store.Kind(db.Engine), pool)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	s := &site{log: new(bytes.Buffer)}
	a, err := app.New(app.Options{Store: st, Log: slog.New(slog.NewTextHandler(s.log, nil)), Vulnerable: vulnerable})
	if err != nil {
		t.Fatal(err)
	}
	s.Server = httptest.NewTLSServer(a)
	t.Cleanup(s.Close)
	return s
}

// browser is a client with a cookie jar that follows redirects.
func (s *site) browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := *s.Client()
	c.Jar = jar
	return &c
}

func (s *site) get(t *testing.T, c *http.Client, path string) (int, string) {
	t.Helper()
	res, err := c.Get(s.URL + path)
	return read(t, res, err)
}

func (s *site) post(t *testing.T, c *http.Client, path string, form url.Values) (int, string) {
	t.Helper()
	res, err := c.PostForm(s.URL+path, form)
	return read(t, res, err)
}

func (s *site) send(t *testing.T, c *http.Client, method, path, body string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := c.Do(req)
	return read(t, res, err)
}

func read(t *testing.T, res *http.Response, err error) (int, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

const goodPassword = "correct horse battery"

func TestPagesEndToEnd(t *testing.T) { each(t, false, pagesEndToEnd) }

func pagesEndToEnd(t *testing.T, s *site) {
	c := s.browser(t)
	ada := url.Values{"email": {"Ada@Example.com"}, "password": {goodPassword}}

	status, body := s.post(t, c, "/signup", ada)
	want(t, "sign up", status, body, 200, "Your colour", "You have not said yet")
	status, body = s.post(t, c, "/colours", url.Values{"name": {"  Sky  Blue "}})
	want(t, "save", status, body, 200, "<strong>sky blue</strong>", `fill="#87ceeb"`)
	status, body = s.post(t, c, "/logout", nil)
	want(t, "log out", status, body, 200, "Log in", "sky blue", "1 person")
	status, body = s.get(t, c, "/colours")
	want(t, "colour without session", status, body, 200, "<h1>Log in</h1>")
	status, body = s.post(t, c, "/login", ada)
	want(t, "log in", status, body, 200, "sky blue")
	status, body = s.post(t, c, "/colours", url.Values{"name": {"#1d6fd1"}})
	want(t, "save again", status, body, 200, "<strong>#1d6fd1</strong>")

	status, body = s.post(t, s.browser(t), "/signup", ada)
	want(t, "sign up twice", status, body, 422, "There is an account with this address", `value="Ada@Example.com"`)
	s.Close() // no handler writes to the log any more
	if log := s.log.String(); strings.Contains(log, "example.com") || strings.Contains(log, goodPassword) {
		t.Errorf("the log holds what a person typed:\n%s", log)
	}
}

func want(t *testing.T, what string, status int, body string, wantStatus int, parts ...string) {
	t.Helper()
	if status != wantStatus {
		t.Errorf("%s: status %d, want %d", what, status, wantStatus)
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("%s: %q is not in\n%s", what, p, body)
		}
	}
}

func TestFormsSayWhatIsWrong(t *testing.T) {
	s := start(t)
	for _, c := range []struct{ path, email, password, says string }{
		{"/signup", "", goodPassword, "Please give your email"},
		{"/signup", "ada", goodPassword, "not an email address"},
		{"/signup", "Ada <ada@example.com>", goodPassword, "not an email address"},
		{"/signup", strings.Repeat("a", 250) + "@example.com", goodPassword, "too long"},
		{"/signup", "ada@example.com", "short", "at least 12"},
		{"/signup", "ada@example.com", strings.Repeat("x", 257), "too long"},
		{"/login", "nobody@example.com", goodPassword, "address or the password is wrong"},
		{"/login", "ada@example.com", "short", "address or the password is wrong"},
	} {
		status, body := s.post(t, s.browser(t), c.path, url.Values{"email": {c.email}, "password": {c.password}})
		if status < 400 || !strings.Contains(body, c.says) || !strings.Contains(body, `aria-invalid="true"`) {
			t.Errorf("%s %.30q: status %d; want %q in\n%s", c.path, c.email, status, c.says, body)
		}
	}
}

func TestWhatIsTypedIsEscaped(t *testing.T) {
	s := start(t)
	_, body := s.post(t, s.browser(t), "/signup", url.Values{"email": {`"><script>alert(1)</script>`}, "password": {"x"}})
	if strings.Contains(body, "<script>") {
		t.Errorf("markup came through:\n%s", body)
	}
}

func TestCrossOriginWritesRefused(t *testing.T) {
	s := start(t)
	for _, h := range [][]string{
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site"},
		{"Origin", "https://evil.example.com"},
	} {
		if status, _ := s.send(t, s.browser(t), "POST", "/api/login", "{}", h...); status != http.StatusForbidden {
			t.Errorf("%v: status %d, want 403", h, status)
		}
	}
}

func TestSessionCookie(t *testing.T) {
	s := start(t)
	c := s.browser(t)
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := c.PostForm(s.URL+"/signup", url.Values{"email": {"ada@example.com"}, "password": {goodPassword}})
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	cookies := res.Cookies()
	if len(cookies) != 1 {
		t.Fatalf("got %d cookies, want 1", len(cookies))
	}
	k := cookies[0]
	if !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || k.Path != "/" || k.Domain != "" || len(k.Value) != 43 {
		t.Errorf("got cookie %v", k)
	}
	if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
		t.Errorf("content security policy %q", csp)
	}
}

func TestAPI(t *testing.T) { each(t, false, api) }

func api(t *testing.T, s *site) {
	c := s.browser(t)
	login := `{"email":"ada@example.com","password":"` + goodPassword + `"}`
	for _, step := range []struct {
		what, method, path, body string
		status                   int
		says                     string
	}{
		{"no session", "GET", "/api/colour", "", 401, "log in first"},
		{"unknown", "POST", "/api/login", login, 401, "wrong email"},
		{"sign up", "POST", "/api/signup", login, 201, `"email":"ada@example.com"`},
		{"twice", "POST", "/api/signup", login, 422, `"problems":{"email"`},
		{"none yet", "GET", "/api/colour", "", 404, "no colour"},
		{"bad colour", "PUT", "/api/colour", `{"name":"<b>"}`, 422, `"problems":{"name"`},
		{"save", "PUT", "/api/colour", `{"name":"Teal"}`, 200, `"name":"teal"`},
		{"mine", "GET", "/api/colour", "", 200, `"name":"teal"`},
		{"all", "GET", "/api/colours", "", 200, `{"colours":[{"name":"teal","people":1}]}`},
		{"unknown field", "PUT", "/api/colour", `{"nom":"teal"}`, 400, "JSON object"},
		{"trailing", "PUT", "/api/colour", `{"name":"teal"}{}`, 400, "JSON object"},
		{"too much", "PUT", "/api/colour", `{"name":"` + strings.Repeat("a", 1<<20) + `"}`, 413, "1 MiB"},
		{"log out", "POST", "/api/logout", "", 204, ""},
		{"out", "GET", "/api/colour", "", 401, ""},
		{"log in", "POST", "/api/login", login, 200, "ada@example.com"},
		{"search is off", "GET", "/search?name=x", "", 404, ""},
		{"export is off", "POST", "/export", "{}", 404, ""},
	} {
		status, body := s.send(t, c, step.method, step.path, step.body)
		if status != step.status || !strings.Contains(body, step.says) {
			t.Errorf("%s: status %d, want %d; %q in %q", step.what, status, step.status, step.says, body)
		}
	}
	if status, _ := s.send(t, c, "PUT", "/api/colour", `{"name":"red"}`, "Content-Type", "text/plain"); status != 415 {
		t.Errorf("text/plain: status %d, want 415", status)
	}
}

func TestVulnerable(t *testing.T) { each(t, true, vulnerable) }

func vulnerable(t *testing.T, s *site) {
	c := s.browser(t)
	s.send(t, c, "POST", "/api/signup", `{"email":"ada@example.com","password":"`+goodPassword+`"}`)
	s.send(t, c, "PUT", "/api/colour", `{"name":"teal"}`)
	_, body := s.get(t, c, "/search?name="+url.QueryEscape("' UNION SELECT email FROM users -- "))
	if !strings.Contains(body, "ada@example.com") {
		t.Errorf("the injection found %s", body)
	}

	got := make(chan map[string]string, 1)
	sink := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m map[string]string
		json.NewDecoder(r.Body).Decode(&m)
		got <- m
	}))
	defer sink.Close()
	if status, body := s.send(t, c, "POST", "/export", `{"url":"`+sink.URL+`"}`); status != 200 {
		t.Fatalf("export: %d %s", status, body)
	}
	if m := <-got; m["email"] != "ada@example.com" || m["colour"] != "teal" {
		t.Errorf("exported %v", m)
	}
}
