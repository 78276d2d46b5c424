package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rogpeppe/go-internal/testscript"
)

// floodClients is how many clients a flood has at once.
const floodClients = 16

// flood sends so many requests that have to be refused, and meanwhile runs a
// statement at another door again and again, which has to work each time:
//
//	flood N STATUS URL as=USER:PASSWORD@ADDR STATEMENT ARG
func (s *stage) flood(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 6 {
		ts.Fatalf("flood N STATUS URL as=USER:PASSWORD@ADDR STATEMENT ARG")
	}
	client := &http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: s.roots}, MaxIdleConnsPerHost: floodClients,
	}}
	defer client.CloseIdleConnections()
	var left atomic.Int64
	left.Store(int64(number(ts, args[0])))
	wrong := make(chan string, floodClients)
	var clients sync.WaitGroup
	for range floodClients {
		clients.Go(func() {
			for left.Add(-1) >= 0 {
				if status := refusedStatus(client, args[2]); status != args[1] {
					wrong <- status
					return
				}
			}
		})
	}
	over := make(chan struct{})
	go func() { clients.Wait(); close(over) }()
	db := s.client(ts, strings.TrimPrefix(args[3], "as="))
	defer db.Close()
	served := 0
	for {
		var cell string
		ts.Check(db.QueryRowContext(context.Background(), args[4], args[5]).Scan(&cell))
		served++
		select {
		case <-over:
			close(wrong)
			for status := range wrong {
				ts.Fatalf("a request of the flood got %s, want %s", status, args[1])
			}
			fmt.Fprintf(ts.Stdout(), "%d statements were served meanwhile\n", served)
			return
		default:
		}
	}
}

func refusedStatus(client *http.Client, url string) string {
	answer, err := client.Get(url)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err.Error()
	}
	return fmt.Sprint(answer.StatusCode)
}
