package httpgate

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
)

// echo is an app that says what it got.
var echo = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s host=%s proto=%s len=%d err=%v", r.Method, r.RequestURI, r.Host, r.Proto, len(body), err)
})

func TestForwards(t *testing.T) {
	for _, appTLS := range []bool{false, true} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("app TLS %t, client h2 %t", appTLS, h2), func(t *testing.T) {
				w := open(t, settings{appTLS: appTLS}, echo)
				c := w.client(h2)
				proto := map[bool]string{false: "HTTP/1.1", true: "HTTP/2.0"}
				resp, body := get(t, c, w.url("/open/a%20b?q=1&r=%27"))
				want := "GET /open/a%20b?q=1&r=%27 host=" + w.addr + " proto=" + proto[appTLS] + " len=0 err=<nil>"
				if body != want || resp.Proto != proto[h2] || resp.StatusCode != 200 {
					t.Errorf("got %s %d %q\nwant %s %q", resp.Proto, resp.StatusCode, body, proto[h2], want)
				}
				req, err := http.NewRequest("POST", w.url("/open/form"), strings.NewReader(strings.Repeat("x", 60<<10)))
				check(t, err)
				req.Header.Set("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8")
				if _, body := do(t, c, req); !strings.HasSuffix(body, "len=61440 err=<nil>") {
					t.Errorf("posting 60 KiB: %q", body)
				}
				e := w.book.crossed(t, 2)[1]
				if e.Act.Verb != "POST" || e.Act.What != "/open/**" || e.Act.Media != "application/x-www-form-urlencoded" ||
					e.In.Bytes != 61440 || e.Out.Bytes == 0 || e.Act.Status != 200 || e.Effect != "allow" || e.App != "colours" {
					t.Errorf("the entry is %+v", e)
				}
			})
		}
	}
}

func TestRefusals(t *testing.T) {
	for _, test := range []struct {
		name, method, path, key, header string
		body                            int
		status                          int
		reason                          sallyport.ReasonCode
		challenge                       string
	}{
		{"no rule", "GET", "/admin", "", "", 0, 403, sallyport.NoRule, ""},
		{"wrong method", "DELETE", "/open/x", "", "", 0, 403, sallyport.NoRule, ""},
		{"wrong key", "GET", "/partner/x", "wrong", "Authorization", 0, 401, sallyport.BadCredentials, `Bearer realm="front", error="invalid_token"`},
		{"wrong key where none is needed", "GET", "/open/x", "wrong", "X-Api-Key", 0, 401, sallyport.BadCredentials, `Bearer realm="front", error="invalid_token"`},
		{"empty key", "GET", "/open/x", "", "X-Api-Key", 0, 401, sallyport.BadCredentials, `Bearer realm="front", error="invalid_token"`},
		{"right key, other path", "GET", "/admin", partnerKey, "Authorization", 0, 403, sallyport.NoRule, ""},
		{"body too large", "POST", "/open/x", "", "", 65537, 413, sallyport.BodyLimit, ""},
		{"TRACE", "TRACE", "/open/x", "", "", 0, 501, sallyport.Protocol, ""},
	} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, h2 %t", test.name, h2), func(t *testing.T) {
				w := open(t, settings{}, echo)
				var body io.Reader
				if test.body > 0 {
					body = strings.NewReader(strings.Repeat("x", test.body))
				}
				req, err := http.NewRequest(test.method, w.url(test.path), body)
				check(t, err)
				switch test.header {
				case "Authorization":
					req.Header.Set("Authorization", "Bearer "+test.key)
				case "X-Api-Key":
					req.Header.Set("X-API-Key", test.key)
				}
				resp, _ := do(t, w.client(h2), req)
				reason, id := refused(t, resp)
				if resp.StatusCode != test.status || reason != test.reason.String() || resp.Header.Get("Www-Authenticate") != test.challenge {
					t.Errorf("got %d %s %q", resp.StatusCode, reason, resp.Header.Get("Www-Authenticate"))
				}
				all := w.book.all()
				if last := all[len(all)-1]; last.ID.String() != id || last.Effect != "deny" || last.Reasons[0].Code != test.reason.String() {
					t.Errorf("the last entry is %+v, want %s of %s", last, test.reason, id)
				}
			})
		}
	}
}

func TestUnknownCaller(t *testing.T) {
	w := open(t, settings{rules: "\n      - {who: {key: partner}, paths: [/partner/**]}"}, echo)
	resp, _ := get(t, w.client(true), w.url("/partner/x"))
	if reason, _ := refused(t, resp); resp.StatusCode != 401 || reason != "unknown-caller" || resp.Header.Get("Www-Authenticate") != `Bearer realm="front"` {
		t.Errorf("without a key: %d %s %v", resp.StatusCode, reason, resp.Header)
	}
}

func TestKeys(t *testing.T) {
	var got http.Header
	w := open(t, settings{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { got = r.Header }))
	c := w.client(false)
	for i, set := range []func(http.Header){
		func(h http.Header) { h.Set("Authorization", "Bearer "+partnerKey) },
		func(h http.Header) { h.Set("Authorization", "bearer  "+partnerKey) },
		func(h http.Header) { h.Set("X-API-Key", partnerKey) },
	} {
		req, err := http.NewRequest("GET", w.url("/partner/x"), nil)
		check(t, err)
		set(req.Header)
		if resp, body := do(t, c, req); resp.StatusCode != 200 {
			t.Fatalf("with the right key: %d %s", resp.StatusCode, body)
		}
		if got.Get("Authorization") != "" || got.Get("X-Api-Key") != "" {
			t.Errorf("the app got the key: %v", got)
		}
		e := w.book.crossed(t, i+1)[i]
		if e.From.Name != "partner" || e.From.Kind != "caller" || e.From.Proof != "key" {
			t.Errorf("the entry says %+v", e.From)
		}
	}
	// Another scheme is the app's own.
	req, err := http.NewRequest("GET", w.url("/open/x"), nil)
	check(t, err)
	req.Header.Set("Authorization", "Basic dXNlcjpwdw==")
	if resp, body := do(t, c, req); resp.StatusCode != 200 || got.Get("Authorization") != "Basic dXNlcjpwdw==" {
		t.Errorf("basic credentials for the app: %d %s %v", resp.StatusCode, body, got)
	}
}

func TestKeyThrottle(t *testing.T) {
	w := open(t, settings{}, echo)
	c := w.client(false)
	try := func(key string) *http.Response {
		req, err := http.NewRequest("GET", w.url("/partner/x"), nil)
		check(t, err)
		req.Header.Set("X-API-Key", key)
		resp, _ := do(t, c, req)
		return resp
	}
	last := 0
	for range 40 {
		last = try("wrong").StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("after 40 wrong keys: %d, want 429", last)
	}
	if got := try(partnerKey).StatusCode; got != 200 {
		t.Errorf("the right key from the same address: %d, want 200", got)
	}
}

func TestRate(t *testing.T) {
	w := open(t, settings{}, echo)
	c := w.client(true)
	for range 2 {
		if resp, body := get(t, c, w.url("/rare")); resp.StatusCode != 200 {
			t.Fatalf("within the rate: %d %s", resp.StatusCode, body)
		}
	}
	resp, _ := get(t, c, w.url("/rare"))
	if reason, _ := refused(t, resp); resp.StatusCode != 429 || reason != "rate-limit" || resp.Header.Get("Retry-After") == "" {
		t.Errorf("beyond the rate: %d %s %v", resp.StatusCode, reason, resp.Header)
	}
}

// TestAnswerIsNotChanged: what the app did not say, the door does not say.
func TestAnswerIsNotChanged(t *testing.T) {
	w := open(t, settings{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		w.Header()["Date"] = []string{"Mon, 23 Nov 2026 12:00:00 GMT"}
		w.Header().Set("Alt-Svc", `h3=":8443"`)
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("Content-Encoding", "gzip")
		io.WriteString(w, "<html>")
	}))
	for _, h2 := range []bool{false, true} {
		resp, body := get(t, w.client(h2), w.url("/open/x"))
		want := http.Header{"Date": {"Mon, 23 Nov 2026 12:00:00 GMT"}, "Set-Cookie": {"a=1", "b=2"}, "Content-Encoding": {"gzip"}, "Content-Length": {"6"}}
		if diff := cmp.Diff(want, resp.Header); diff != "" || body != "<html>" {
			t.Errorf("h2 %t: %q with (-want +got):\n%s", h2, body, diff)
		}
	}
}

func TestReportMode(t *testing.T) {
	w := open(t, settings{door: "    mode: report"}, echo)
	c := w.client(false)
	if resp, body := get(t, c, w.url("/admin")); resp.StatusCode != 200 {
		t.Errorf("no rule, but only reported: %d %s", resp.StatusCode, body)
	}
	resp, err := c.Post(w.url("/open/x"), "text/plain", strings.NewReader(strings.Repeat("x", 70000)))
	check(t, err)
	if body, _ := io.ReadAll(resp.Body); resp.StatusCode != 200 || !strings.Contains(string(body), "len=70000") {
		t.Errorf("a large body, but only reported: %d %s", resp.StatusCode, body)
	}
	for _, e := range w.book.crossed(t, 2) {
		if e.Effect != "allow" || e.Would != "deny" {
			t.Errorf("the entry says %s, would %s", e.Effect, e.Would)
		}
	}
}
