package admin

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// maxBody bounds what a request may send, in bytes.
const maxBody = 4096

// Access says who may ask. The zero Access is a TCP listener without a token:
// health and metrics are answered, everything else is refused.
type Access struct {
	Socket bool          // a unix socket: the file's permissions say who
	Token  func() []byte // shown as a bearer token; empty for none. It is asked each time: a reload changes it
}

// Server is the API's HTTP server.
func Server(g Gateway, metrics prometheus.Gatherer, a Access) *http.Server {
	h := &handler{gateway: g, access: a}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", h.health)
	mux.HandleFunc("GET /readyz", h.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(metrics, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /v1/status", h.private(h.status))
	mux.HandleFunc("POST /v1/kill", h.private(h.throw(g.Kill)))
	mux.HandleFunc("POST /v1/unkill", h.private(h.throw(g.Unkill)))
	mux.HandleFunc("POST /v1/reload", h.private(h.reload))
	mux.HandleFunc("GET /debug/pprof/", h.private(pprof.Index))
	mux.HandleFunc("GET /debug/pprof/profile", h.private(pprof.Profile))
	mux.HandleFunc("GET /debug/pprof/symbol", h.private(pprof.Symbol))
	mux.HandleFunc("GET /debug/pprof/trace", h.private(pprof.Trace))
	return &http.Server{
		Handler:           h.local(mux),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
}

type handler struct {
	gateway Gateway
	access  Access
}

// local refuses a request that a web page made: one whose Host is a name that
// somebody else's DNS could point at loopback, or that a browser calls
// cross-site.
func (h *handler) local(next http.Handler) http.Handler {
	protected := http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.access.Socket && !literalHost(r.Host) {
			answer(w, http.StatusMisdirectedRequest, problem{"ask by address or as localhost, not by another name"})
			return
		}
		protected.ServeHTTP(w, r)
	})
}

func literalHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host == "localhost"
}

// private asks for the token. Hashing both sides first makes the comparison
// take the same time whatever their lengths.
func (h *handler) private(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var token []byte
		if h.access.Token != nil {
			token = h.access.Token()
		}
		want := sha256.Sum256(token)
		shown, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		got := sha256.Sum256([]byte(shown))
		switch {
		case h.access.Socket && len(token) == 0:
		case len(token) == 0:
			answer(w, http.StatusForbidden, problem{"set `admin: {token: …}` in the policy, or let it listen on unix:PATH"})
			return
		case subtle.ConstantTimeCompare(got[:], want[:]) != 1:
			w.Header().Set("WWW-Authenticate", `Bearer realm="sallyport admin"`)
			answer(w, http.StatusUnauthorized, problem{"show the policy's admin token as a bearer token"})
			return
		}
		next(w, r)
	}
}

type problem struct {
	Error string `json:"error"`
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(body)
}

func (h *handler) health(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]string{"status": "ok"})
}

func (h *handler) ready(w http.ResponseWriter, _ *http.Request) {
	if err := h.gateway.Ready(); err != nil {
		answer(w, http.StatusServiceUnavailable, problem{err.Error()})
		return
	}
	answer(w, http.StatusOK, map[string]string{"status": "ready"})
}

func (h *handler) status(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, h.gateway.Status())
}

func (h *handler) reload(w http.ResponseWriter, _ *http.Request) {
	if err := h.gateway.Reload(); err != nil {
		answer(w, http.StatusUnprocessableEntity, problem{err.Error()})
		return
	}
	answer(w, http.StatusOK, h.gateway.Status().Policy)
}

// throw reads a Switch and moves it.
func (h *handler) throw(move func(Switch) (bool, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s, err := readSwitch(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			answer(w, http.StatusBadRequest, problem{err.Error()})
			return
		}
		changed, err := move(s)
		if err != nil {
			answer(w, http.StatusServiceUnavailable, problem{err.Error()})
			return
		}
		answer(w, http.StatusOK, map[string]bool{"changed": changed})
	}
}

func readSwitch(body io.Reader) (Switch, error) {
	var s Switch
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		return s, errors.New(`send one JSON object: {"door": "db"}, {"caller": "colours"} or both`)
	}
	if s == (Switch{}) {
		return s, errors.New("name a door, a caller or both")
	}
	return s, nil
}
