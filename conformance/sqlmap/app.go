package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// queryTimeout bounds one statement of the app.
const queryTimeout = 5 * time.Second

// page is one way to be open to injection. techniques are sqlmap's letters for
// those that can work on it.
type page struct {
	name, before, after string // the text around the request's id
	value               string // an id with which the page says "found"
	rows, errors        bool   // what the visitor is shown
	techniques          string
}

var pages = []page{
	{name: "numeric", before: "SELECT id, name FROM " + ownTable + " WHERE id = ", value: "1", rows: true, errors: true, techniques: "BEUSTQ"},
	{name: "errors", before: "SELECT name FROM " + ownTable + " WHERE name = '", after: "'", value: "teal", errors: true, techniques: "E"},
	{name: "blind", before: "SELECT name FROM " + ownTable + " WHERE name = '", after: "'", value: "teal", techniques: "BT"},
}

// app is WRONG on purpose: it makes SQL of what a request says.
type app struct {
	URL      string // http://127.0.0.1:port
	received *sieve // all that its database sent
	answered *sieve // all that it answered
	requests atomic.Int64

	mu sync.Mutex // of db
	db client

	server *http.Server
	served chan error
}

// newApp logs in and serves on loopback. The caller closes it.
func newApp(ctx context.Context, s server, to login, secret string) (*app, error) {
	a := &app{received: newSieve(secret), answered: newSieve(secret), served: make(chan error, 1)}
	db, err := s.dial(ctx, to, a.received)
	if err != nil {
		return nil, err
	}
	a.db = db
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listening for sqlmap: %w", err), db.close())
	}
	mux := http.NewServeMux()
	for _, p := range pages {
		mux.HandleFunc("GET /"+p.name, func(w http.ResponseWriter, r *http.Request) { a.serve(w, r, p) })
	}
	a.URL = "http://" + ln.Addr().String()
	a.server = &http.Server{Handler: mux, ReadHeaderTimeout: queryTimeout}
	go func() { a.served <- a.server.Serve(ln) }()
	return a, nil
}

func (a *app) close() error {
	err := a.server.Close()
	if e := <-a.served; !errors.Is(e, http.ErrServerClosed) {
		err = errors.Join(err, e)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return errors.Join(err, a.db.close())
}

func (a *app) serve(w http.ResponseWriter, r *http.Request, p page) {
	a.requests.Add(1)
	rows, err := a.ask(r.Context(), p, r.URL.Query().Get("id"))
	status, text := http.StatusOK, p.show(rows)
	if err != nil {
		status, text = http.StatusInternalServerError, "something went wrong"
		if p.errors {
			text = err.Error()
		}
	}
	body := []byte(text + "\n")
	a.answered.Write(body)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	// A client that has gone needs no answer.
	_, _ = w.Write(body)
}

// ask runs the page's statement with the id in its text.
func (a *app) ask(ctx context.Context, p page, id string) ([][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.db.query(ctx, p.before+id+p.after)
}

// works reports whether a page does for an honest visitor what it is for.
func (a *app) works(ctx context.Context, p page) error {
	rows, err := a.ask(ctx, p, p.value)
	if err != nil {
		return fmt.Errorf("the app's own statement: %w", err)
	}
	if len(rows) != 1 {
		return fmt.Errorf("the app's own statement finds %d rows, want 1", len(rows))
	}
	return nil
}

// show is the page's text for what was found.
func (p page) show(rows [][]string) string {
	if len(rows) == 0 {
		return "nothing found"
	}
	if !p.rows {
		return "found"
	}
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintln(&b, strings.Join(row, " | "))
	}
	return b.String()
}
