package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/sallyport/sallyport/examples/colours/app"
	"github.com/sallyport/sallyport/examples/colours/store"
)

// drain bounds how long requests that are under way may take once the app is
// asked to stop.
const drain = 10 * time.Second

func serve(ctx context.Context, args []string, log *slog.Logger, stderr io.Writer) error {
	fs := flag.NewFlagSet("colours", flag.ContinueOnError)
	fs.SetOutput(stderr)
	listen := fs.String("listen", "127.0.0.1:8080", "`host:port` to serve on")
	cert := fs.String("cert", "", "PEM `file` of the certificate; without it only loopback is served")
	key := fs.String("key", "", "PEM `file` of its key")
	origins := fs.String("origins", "", "`origins` that browsers may post from too, by commas: https://colours.example.com")
	vulnerable := fs.Bool("vulnerable", false, "add /search (SQL injection) and /export (posts data anywhere): for demonstrations")
	options := database(fs, "colours", "env:COLOURS_DOOR_PASSWORD")
	if err := parse(fs, args); err != nil {
		return err
	}
	if (*cert == "") != (*key == "") {
		return fmt.Errorf("-cert and -key go together: %w", errUsage)
	}
	o, err := options()
	if err != nil {
		return err
	}
	db, err := store.Connect(o)
	if err != nil {
		return err
	}
	defer db.Close()
	st, err := store.Open(ctx, o.Kind, db)
	if err != nil {
		return err
	}
	defer st.Close()
	a, err := app.New(app.Options{
		Store: st, Log: log, Origins: fields(*origins), Vulnerable: *vulnerable,
	})
	if err != nil {
		return err
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *listen)
	if err != nil {
		return err
	}
	if *cert == "" && !loopback(ln.Addr()) {
		ln.Close()
		return fmt.Errorf("serving %s without TLS: only loopback is served in the clear; give -cert and -key", ln.Addr())
	}
	if *vulnerable {
		log.Warn("The vulnerable endpoints are on. Never do this where it matters.")
	}
	return serveOn(ctx, ln, a, *cert, *key, log)
}

func serveOn(ctx context.Context, ln net.Listener, h http.Handler, cert, key string, log *slog.Logger) error {
	srv := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12},
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() {
		if cert == "" {
			ended <- srv.Serve(ln)
		} else {
			ended <- srv.ServeTLS(ln, cert, key)
		}
	}()
	log.Info("The app is up.", "address", ln.Addr().String(), "tls", cert != "")
	select {
	case err := <-ended:
		return fmt.Errorf("serving %s: %w", ln.Addr(), err)
	case <-ctx.Done():
	}
	log.Info("The app is stopping.")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stopping: %w", err), srv.Close())
	}
	return nil
}

func loopback(a net.Addr) bool {
	ap, err := netip.ParseAddrPort(a.String())
	return err == nil && ap.Addr().Unmap().IsLoopback()
}

func fields(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
