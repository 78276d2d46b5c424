package app

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/sallyport/sallyport/examples/colours/store"
	"github.com/sallyport/sallyport/examples/colours/web"
)

// maxBody bounds every request body, in bytes.
const maxBody = 1 << 20

// Options of an App. Store and Log have to be there.
type Options struct {
	Store      *store.Store
	Log        *slog.Logger
	Origins    []string // further origins that browsers may post from, as scheme://host[:port]
	Vulnerable bool     // adds /search and /export, which are wrong on purpose
	Now        func() time.Time
}

// App is the application. It is safe for concurrent use.
type App struct {
	store    *store.Store
	log      *slog.Logger
	now      func() time.Time
	hasher   *Hasher
	sessions *Sessions
	pages    *web.Pages
	client   *http.Client // of /export alone
	handler  http.Handler
}

var _ http.Handler = (*App)(nil)

// New makes the application.
func New(o Options) (*App, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	pages, err := web.Load()
	if err != nil {
		return nil, err
	}
	hasher, err := NewHasher()
	if err != nil {
		return nil, err
	}
	a := &App{
		store: o.Store, log: o.Log, now: o.Now,
		hasher: hasher, sessions: NewSessions(o.Now), pages: pages,
	}
	static, err := fs.Sub(web.Static, "static")
	if err != nil {
		return nil, fmt.Errorf("opening the style sheet: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", http.FileServerFS(static)))
	mux.HandleFunc("GET /healthz", a.healthz)
	mux.HandleFunc("GET /{$}", a.home)
	mux.HandleFunc("GET /signup", a.signupForm)
	mux.HandleFunc("POST /signup", a.signup)
	mux.HandleFunc("GET /login", a.loginForm)
	mux.HandleFunc("POST /login", a.login)
	mux.HandleFunc("POST /logout", a.logout)
	mux.HandleFunc("GET /colours", a.mine)
	mux.HandleFunc("POST /colours", a.save)

	mux.HandleFunc("POST /api/signup", a.apiSignup)
	mux.HandleFunc("POST /api/login", a.apiLogin)
	mux.HandleFunc("POST /api/logout", a.apiLogout)
	mux.HandleFunc("GET /api/colour", a.apiColour)
	mux.HandleFunc("PUT /api/colour", a.apiSetColour)
	mux.HandleFunc("GET /api/colours", a.apiPopular)
	if o.Vulnerable {
		a.client = &http.Client{Timeout: 10 * time.Second}
		mux.HandleFunc("GET /search", a.search)
		mux.HandleFunc("POST /export", a.export)
	}

	// A browser says with Sec-Fetch-Site or Origin where a request comes
	// from, and cross-origin writes are refused by it; together with
	// SameSite=Lax cookies no token in the forms is needed.
	csrf := http.NewCrossOriginProtection()
	for _, origin := range o.Origins {
		if err := csrf.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("trusting origin %q: %w", origin, err)
		}
	}
	a.handler = a.outer(csrf.Handler(mux))
	return a, nil
}

// ServeHTTP answers one request.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.handler.ServeHTTP(w, r) }

// outer sets the headers of every response, bounds every body and logs what
// was asked for by route, never by what a person typed.
func (a *App) outer(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; "+
			"form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		began := a.now()
		rec := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(rec, r)
		a.log.InfoContext(r.Context(), "Answered a request.",
			"route", r.Pattern, "method", r.Method, "status", rec.status, "took", a.now().Sub(began))
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (s *statusRecorder) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer beneath.
func (s *statusRecorder) Unwrap() http.ResponseWriter { return s.ResponseWriter }

func (a *App) healthz(w http.ResponseWriter, r *http.Request) {
	if err := a.store.Ping(r.Context()); err != nil {
		a.log.ErrorContext(r.Context(), "The database does not answer.", "error", err)
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	fmt.Fprintln(w, "ok")
}
