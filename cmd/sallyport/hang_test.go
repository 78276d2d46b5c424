package main

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// hang opens connections of HTTP/2 from an address, each with so many requests
// whose bodies do not end before the scenario does, and waits until as many of
// them as are told have been refused with 503:
//
//	hang CONNECTIONS STREAMS REFUSED URL from=ADDR
func (s *stage) hang(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 5 {
		ts.Fatalf("hang CONNECTIONS STREAMS REFUSED URL from=ADDR")
	}
	conns, streams, refused := number(ts, args[0]), number(ts, args[1]), number(ts, args[2])
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(strings.TrimPrefix(args[4], "from="))}}
	statuses := make(chan string, conns*streams)
	for range conns {
		client := &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{RootCAs: s.roots}, ForceAttemptHTTP2: true, DialContext: dialer.DialContext,
		}}
		end := make(chan struct{})
		ts.Defer(sync.OnceFunc(func() { close(end) }))
		// One at first, so that the others find its connection.
		begun := make(chan struct{}, streams)
		for i := range streams {
			go func() { statuses <- unfinished(client, args[3], begun, end) }()
			if i == 0 {
				<-begun
			}
		}
	}
	for n := 0; n < refused; n++ {
		if status := <-statuses; status != "503" {
			ts.Fatalf("a request without an end got %s, want 503", status)
		}
	}
}

// unfinished sends a request whose body has one byte until end, and is its
// status.
func unfinished(c *http.Client, url string, begun chan<- struct{}, end <-chan struct{}) string {
	body, more := io.Pipe()
	go func() {
		more.Write([]byte("x"))
		begun <- struct{}{}
		<-end
		more.Close()
	}()
	answer, err := c.Post(url, "text/plain", body)
	if err != nil {
		return err.Error()
	}
	answer.Body.Close()
	return fmt.Sprint(answer.StatusCode)
}
