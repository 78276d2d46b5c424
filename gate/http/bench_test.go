package httpgate

import (
	"bytes"
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/sallyport/sallyport/ledger"
)

// nothing is a Recorder that costs nothing: the ledger has benchmarks of its
// own.
type nothing struct{}

func (nothing) Append(*ledger.Entry, ledger.Durability) error { return nil }
func (nothing) Pressed() bool                                 { return false }
func (nothing) Pseudonym(string, []byte) string               { return "" }

// benchApp answers with as many bytes as it is asked for, and reads its body.
func benchApp() http.Handler {
	block := bytes.Repeat([]byte("x"), 1<<20)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		w.Header().Set("Content-Length", strconv.Itoa(n))
		w.Write(block[:n])
	})
}

// BenchmarkDoor is requests through the door against a bare
// httputil.ReverseProxy before the same app, both over TLS to the client, in
// turns, so that what else the machine does weighs on both alike. An op is
// `turn` requests through each; the metrics are the time and the CPU time of
// one request, client and app included, and door-share is the part of the
// proxy's throughput that the door reaches.
func BenchmarkDoor(b *testing.B) {
	for _, load := range []struct {
		name     string
		down, up int
	}{{"GET 100 B", 100, 0}, {"GET 1 MiB", 1 << 20, 0}, {"POST 1 MiB", 2, 1 << 20}} {
		b.Run(load.name, func(b *testing.B) {
			w := open(b, settings{rules: "\n      - {who: anyone, paths: [/, /open/**]}", record: nothing{}}, benchApp())
			front := bareProxy(b, w.app.URL)
			trust := front.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}, DisableCompression: true}}
			defer c.CloseIdleConnections()
			door, proxy := &side{c: w.client(false), url: w.url("/open/x")}, &side{c: c, url: front.URL + "/open/x"}
			door.requests(b, load.down, load.up)
			proxy.requests(b, load.down, load.up)
			*door, *proxy = side{c: door.c, url: door.url}, side{c: proxy.c, url: proxy.url}
			n := 0
			for b.Loop() {
				door.requests(b, load.down, load.up)
				proxy.requests(b, load.down, load.up)
				n += turn
			}
			b.ReportMetric(float64(door.wall.Nanoseconds())/float64(n), "door-ns")
			b.ReportMetric(float64(proxy.wall.Nanoseconds())/float64(n), "proxy-ns")
			b.ReportMetric(float64(door.cpu.Nanoseconds())/float64(n), "door-cpu-ns")
			b.ReportMetric(float64(proxy.cpu.Nanoseconds())/float64(n), "proxy-cpu-ns")
			b.ReportMetric(float64(door.allocs)/float64(n), "door-allocs")
			b.ReportMetric(float64(proxy.allocs)/float64(n), "proxy-allocs")
			b.ReportMetric(float64(proxy.wall)/float64(door.wall), "door-share")
			b.ReportMetric(float64(proxy.cpu)/float64(door.cpu), "door-cpu-share")
		})
	}
}

// bareProxy is what the door is held against.
func bareProxy(b *testing.B, app string) *httptest.Server {
	to, err := url.Parse(app)
	check(b, err)
	front := httptest.NewTLSServer(&httputil.ReverseProxy{
		Rewrite:   func(r *httputil.ProxyRequest) { r.SetURL(to); r.SetXForwarded() },
		Transport: newTransport(newLegs(defaultRequests, func() {}), to.Host, nil, true),
		ErrorLog:  log.New(io.Discard, "", 0),
	})
	b.Cleanup(front.Close)
	return front
}

const turn = 20

// side is one of the two that are held against each other.
type side struct {
	c         *http.Client
	url       string
	wall, cpu time.Duration
	allocs    uint64
}

func (s *side) requests(b *testing.B, down, up int) {
	body := bytes.Repeat([]byte("x"), up)
	buf := make([]byte, 64<<10)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	cpu, start := cpuTime(b), time.Now()
	for range turn {
		method := "GET"
		var r io.Reader
		if up > 0 {
			method, r = "POST", bytes.NewReader(body)
		}
		req, err := http.NewRequest(method, s.url+"?n="+strconv.Itoa(down), r)
		check(b, err)
		resp, err := s.c.Do(req)
		check(b, err)
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, resp.Body, buf)
		resp.Body.Close()
		if err != nil || n != int64(down) || resp.StatusCode != 200 {
			b.Fatalf("got %d, %d bytes, %v", resp.StatusCode, n, err)
		}
	}
	s.wall += time.Since(start)
	s.cpu += cpuTime(b) - cpu
	runtime.ReadMemStats(&after)
	s.allocs += after.Mallocs - before.Mallocs
}

// cpuTime is what this process has used of the processors.
func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkTarget(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseTarget("/api/colours/favourite?user=1&sort=name"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHead(b *testing.B) {
	head := []byte("GET /api/colours HTTP/1.1\r\nHost: front.example.com\r\nUser-Agent: test/1.0\r\nAccept: text/html,*/*\r\nAccept-Language: en\r\nCookie: session=0123456789abcdef\r\nReferer: https://front.example.com/\r\nConnection: keep-alive\r\n\r\n")
	b.ReportAllocs()
	b.SetBytes(int64(len(head)))
	for b.Loop() {
		if _, err := checkHead(head); err != nil {
			b.Fatal(err)
		}
	}
}
