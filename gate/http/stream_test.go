package httpgate

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/ledger"
)

func TestServerSentEvents(t *testing.T) {
	for _, audit := range []string{"spool", "strict"} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, h2 %t", audit, h2), func(t *testing.T) {
				next := make(chan string)
				w := open(t, settings{door: "    audit: " + audit}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					w.Header().Set("Content-Type", "text/event-stream")
					w.WriteHeader(200)
					w.(http.Flusher).Flush()
					for s := range next {
						io.WriteString(w, s)
						w.(http.Flusher).Flush()
					}
				}))
				resp, err := w.client(h2).Get(w.url("/open/events")) // the head comes before the first event
				check(t, err)
				defer resp.Body.Close()
				r := bufio.NewReader(resp.Body)
				for i := range 3 {
					next <- fmt.Sprintf("data: %d\n", i)
					if line, err := r.ReadString('\n'); err != nil || line != fmt.Sprintf("data: %d\n", i) {
						t.Fatalf("event %d came as %q, %v", i, line, err)
					}
				}
				close(next)
				if rest, err := io.ReadAll(r); err != nil || len(rest) > 0 {
					t.Errorf("the stream ended with %q, %v", rest, err)
				}
				if e := w.book.crossed(t, 1)[0]; e.Out.Bytes != 24 {
					t.Errorf("counted %d bytes out", e.Out.Bytes)
				}
			})
		}
	}
}

func TestTrailers(t *testing.T) {
	for _, appTLS := range []bool{false, true} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("app h2 %t, client h2 %t", appTLS, h2), func(t *testing.T) {
				got := make(chan http.Header, 1)
				w := open(t, settings{appTLS: appTLS}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					got <- r.Trailer
					w.Header().Set("Trailer", "X-Sum")
					io.WriteString(w, "body")
					w.Header().Set("X-Sum", "42")
					w.Header().Set(http.TrailerPrefix+"X-Late", "1")
				}))
				req, err := http.NewRequest("POST", w.url("/open/x"), io.MultiReader(strings.NewReader("abc")))
				check(t, err)
				req.Trailer = http.Header{"X-Check": {"7"}}
				resp, err := w.client(h2).Do(req)
				check(t, err)
				body, err := io.ReadAll(resp.Body)
				check(t, err)
				if string(body) != "body" || resp.Trailer.Get("X-Sum") != "42" || resp.Trailer.Get("X-Late") != "1" {
					t.Errorf("the client got %q and trailers %v", body, resp.Trailer)
				}
				if h := <-got; h.Get("X-Check") != "7" {
					t.Errorf("the app got trailers %v", h)
				}
			})
		}
	}
}

func TestInformational(t *testing.T) {
	w := open(t, settings{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Del("Link")
		io.WriteString(w, "ok")
	}))
	for _, h2 := range []bool{false, true} {
		var hints []string
		req, err := http.NewRequest("GET", w.url("/open/x"), nil)
		check(t, err)
		req = req.WithContext(httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
			Got1xxResponse: func(code int, h textproto.MIMEHeader) error {
				hints = append(hints, fmt.Sprint(code, h["Link"]))
				return nil
			},
		}))
		resp, body := do(t, w.client(h2), req)
		if len(hints) != 1 || hints[0] != "103 [</style.css>; rel=preload]" || body != "ok" || resp.Header.Get("Link") != "" {
			t.Errorf("h2 %t: hints %v, then %q with %v", h2, hints, body, resp.Header)
		}
	}
	// HTTP/1.0 knows none.
	if got := w.raw("GET /open/x HTTP/1.0\r\n\r\n", 2); len(got) != 1 || got[0].StatusCode != 200 {
		t.Errorf("over HTTP/1.0: %v", got)
	}
}

func TestExpectContinue(t *testing.T) {
	w := open(t, settings{}, echo)
	const head = "Host: front.example.com\r\nExpect: 100-continue\r\nContent-Length: "
	c := w.dial()
	fmt.Fprintf(c, "POST /open/x HTTP/1.1\r\n%s5\r\n\r\n", head)
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, nil)
	check(t, err)
	if resp.StatusCode != 100 {
		t.Fatalf("before the body: %d", resp.StatusCode)
	}
	io.WriteString(c, "hello")
	if resp, err = http.ReadResponse(r, nil); err != nil || resp.StatusCode != 200 {
		t.Errorf("after the body: %v, %v", resp, err)
	}
	// What is refused is refused before the body was sent.
	for target, status := range map[string]int{"POST /admin": 403, "POST /open/y": 413} {
		if got := w.raw(fmt.Sprintf("%s HTTP/1.1\r\n%s100000\r\n\r\n", target, head), 1); len(got) != 1 || got[0].StatusCode != status {
			t.Errorf("%s: got %v", target, got)
		}
	}
}

func TestBodyless(t *testing.T) {
	for _, audit := range []string{"spool", "strict"} {
		w := open(t, settings{door: "    audit: " + audit}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/open/204":
				w.WriteHeader(204)
			case "/open/304":
				w.Header().Set("Etag", `"1"`)
				w.WriteHeader(304)
			case "/open/head":
				w.Header().Set("Content-Length", "1234")
			case "/open/redirect":
				http.Redirect(w, r, "/open/elsewhere", http.StatusFound)
			}
		}))
		for _, h2 := range []bool{false, true} {
			for _, test := range []struct {
				method, path string
				status       int
				header       string
				value        string
			}{
				{"GET", "/open/204", 204, "", ""}, {"GET", "/open/304", 304, "Etag", `"1"`},
				{"HEAD", "/open/head", 200, "Content-Length", "1234"}, {"GET", "/open/empty", 200, "Content-Length", "0"},
				{"GET", "/open/redirect", 302, "Location", "/open/elsewhere"}, {"HEAD", "/admin", 403, "Content-Type", "application/problem+json"},
			} {
				req, err := http.NewRequest(test.method, w.url(test.path), nil)
				check(t, err)
				resp, _ := do(t, w.client(h2), req)
				if resp.StatusCode != test.status || resp.Header.Get(test.header) != test.value {
					t.Errorf("%s h2 %t: %s %s: got %d %v", audit, h2, test.method, test.path, resp.StatusCode, resp.Header)
				}
			}
		}
	}
}

// TestLargeBodies: 24 MiB each way come through unchanged, and counted.
func TestLargeBodies(t *testing.T) {
	const size = 24 << 20
	for _, appTLS := range []bool{false, true} {
		w := open(t, settings{appTLS: appTLS, door: "    audit: strict"}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.NewResponseController(w).EnableFullDuplex()
			io.Copy(w, r.Body)
		}))
		for _, h2 := range []bool{false, true} {
			sent, got := sha256.New(), sha256.New()
			body := io.TeeReader(io.LimitReader(rand.Reader, size), sent)
			resp, err := w.client(h2).Post(w.url("/big/x"), "application/octet-stream", body)
			check(t, err)
			n, err := io.Copy(got, resp.Body)
			resp.Body.Close()
			if err != nil || n != size || !bytes.Equal(sent.Sum(nil), got.Sum(nil)) {
				t.Fatalf("app h2 %t, client h2 %t: %d bytes came back, %v", appTLS, h2, n, err)
			}
		}
		for _, e := range w.book.crossed(t, 2) {
			if e.In.Bytes != size || e.Out.Bytes != size {
				t.Errorf("counted %d in, %d out", e.In.Bytes, e.Out.Bytes)
			}
		}
	}
}

// TestBodyLimitInStream: a body that does not say its size is cut at the
// limit, and the app never sees its end.
func TestBodyLimitInStream(t *testing.T) {
	for _, appTLS := range []bool{false, true} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("app h2 %t, client h2 %t", appTLS, h2), func(t *testing.T) {
				seen := make(chan error, 1)
				w := open(t, settings{appTLS: appTLS}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, err := io.Copy(io.Discard, r.Body)
					seen <- err
				}))
				req, err := http.NewRequest("POST", w.url("/open/x"), io.LimitReader(rand.Reader, 1<<20))
				check(t, err)
				resp, err := w.client(h2).Do(req)
				check(t, err)
				if reason, _ := refused(t, resp); resp.StatusCode != 413 || reason != "body-limit" {
					t.Errorf("got %d %s", resp.StatusCode, reason)
				}
				if err := <-seen; err == nil {
					t.Error("the app saw a whole body")
				}
				if e := w.book.crossed(t, 1)[0]; e.Effect != "deny" || e.Reasons[0].Code != "body-limit" || e.Act.Status != 413 {
					t.Errorf("the entry is %+v", e)
				}
			})
		}
	}
}

func TestAppFails(t *testing.T) {
	w := open(t, settings{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/open/drop":
			panic(http.ErrAbortHandler)
		case "/open/half":
			w.Header().Set("Content-Length", "100000")
			w.Write(make([]byte, 50000))
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		}
	}))
	for _, h2 := range []bool{false, true} {
		resp, _ := get(t, w.client(h2), w.url("/open/drop"))
		if reason, _ := refused(t, resp); resp.StatusCode != 502 || reason != "upstream" {
			t.Errorf("an app that hangs up: %d %s", resp.StatusCode, reason)
		}
		resp, err := w.client(h2).Get(w.url("/open/half"))
		check(t, err)
		if n, err := io.Copy(io.Discard, resp.Body); err == nil || resp.StatusCode != 200 {
			t.Errorf("half a body: %d, %d bytes, %v", resp.StatusCode, n, err)
		}
		resp.Body.Close()
	}
	w.app.Close()
	resp, _ := get(t, w.client(true), w.url("/open/x"))
	if reason, _ := refused(t, resp); resp.StatusCode != 502 || reason != "upstream" {
		t.Errorf("an app that is down: %d %s", resp.StatusCode, reason)
	}
}

func TestAppOfAnotherName(t *testing.T) {
	w := open(t, settings{appTLS: true}, echo)
	other := open(t, settings{appTLS: true}, echo)
	w.app.TLS.Certificates = other.app.TLS.Certificates // from an authority that the door does not trust
	w.app.CloseClientConnections()
	resp, _ := get(t, w.client(true), w.url("/open/x"))
	if reason, _ := refused(t, resp); resp.StatusCode != 502 || reason != "upstream" {
		t.Errorf("got %d %s", resp.StatusCode, reason)
	}
}

// TestStrictHoldsBack: where the outcome cannot be recorded, the client of a
// strict door never has a whole response.
func TestStrictHoldsBack(t *testing.T) {
	payload := strings.Repeat("x", 100<<10)
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/open/known" {
			w.Header().Set("Content-Length", fmt.Sprint(len(payload)))
		}
		if r.URL.Path != "/open/empty" {
			io.WriteString(w, payload)
		}
	})
	for _, path := range []string{"/open/known", "/open/chunked", "/open/empty"} {
		for _, h2 := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, h2 %t", path, h2), func(t *testing.T) {
				w := open(t, settings{door: "    audit: strict"}, app)
				w.book.fail(refuseOutcomes)
				resp, err := w.client(h2).Get(w.url(path))
				if err == nil && resp.StatusCode == 200 {
					var n int64
					if n, err = io.Copy(io.Discard, resp.Body); err == nil {
						t.Errorf("a whole response of %d bytes came", n)
					}
				}
				w.book.fail(nil)
				if resp, body := get(t, w.client(h2), w.url(path)); resp.StatusCode != 200 || path != "/open/empty" && body != payload {
					t.Errorf("once it can be recorded: %d, %d bytes", resp.StatusCode, len(body))
				}
			})
		}
	}
	// A response that ends with the connection ends in an error.
	w := open(t, settings{door: "    audit: strict"}, app)
	w.book.fail(refuseOutcomes)
	c := w.dial()
	io.WriteString(c, "GET /open/chunked HTTP/1.0\r\n\r\n")
	if n, err := io.Copy(io.Discard, c); err == nil {
		t.Errorf("over HTTP/1.0 %d bytes came, and then a clean end", n)
	}
}

func TestUnrecorded(t *testing.T) {
	w := open(t, settings{door: "    audit: strict"}, echo)
	c := w.client(true)
	get(t, c, w.url("/open/x")) // a session, before the disk is full
	w.book.fail(func(*ledger.Entry) error { return errDisk })
	for path, what := range map[string]string{"/open/x": "an admission", "/admin": "a refusal", "/open/a//b": "an ambiguous request"} {
		resp, _ := get(t, c, w.url(path))
		if reason, _ := refused(t, resp); resp.StatusCode != 503 || reason != "unrecorded" {
			t.Errorf("%s that cannot be recorded: %d %s", what, resp.StatusCode, reason)
		}
	}
}

func TestClientGoesAway(t *testing.T) {
	for _, h2 := range []bool{false, true} {
		gone := make(chan struct{})
		w := open(t, settings{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			close(gone)
		}))
		resp, err := w.client(h2).Get(w.url("/open/x"))
		check(t, err)
		resp.Body.Close()
		select {
		case <-gone:
		case <-time.After(10 * time.Second):
			t.Error("the app was not told")
		}
		if e := w.book.crossed(t, 1)[0]; e.Note != "the client went away" || e.Effect != "allow" {
			t.Errorf("the entry is %+v", e)
		}
	}
}

// TestTruncatedUpload: a client that breaks off leaves the app without an end.
func TestTruncatedUpload(t *testing.T) {
	seen := make(chan error, 1)
	w := open(t, settings{}, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(io.Discard, r.Body)
		seen <- err
	}))
	c := w.dial()
	io.WriteString(c, "POST /open/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhello")
	c.Close()
	if err := <-seen; !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("the app read %v", err)
	}
}
