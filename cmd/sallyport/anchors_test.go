package main

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// receivers take checkpoints over HTTP, a socket and UDP, as anchors do.
type receivers struct {
	posts    *httptest.Server
	posted   chan string
	datagram map[string]net.PacketConn
}

func (r *receivers) close() {
	if r.posts != nil {
		r.posts.Close()
	}
	for _, c := range r.datagram {
		c.Close()
	}
}

// anchors starts places for checkpoints, $ANCHOR_URL, $ANCHOR_SOCKET and
// $ANCHOR_UDP, or waits until one has the checkpoint that the ledger in a
// folder has:
//
//	anchors
//	anchors url|socket|udp LEDGER
func (s *stage) anchors(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) == 0 {
		s.startAnchors(ts)
		return
	}
	text, err := os.ReadFile(filepath.Join(ts.MkAbs(args[1]), "checkpoint"))
	ts.Check(err)
	want := strings.TrimSuffix(string(text), "\n")
	deadline := time.Now().Add(20 * time.Second)
	if args[0] == "url" {
		for {
			select {
			case got := <-s.receivers.posted:
				if strings.TrimSuffix(got, "\n") == want {
					return
				}
			case <-time.After(time.Until(deadline)):
				ts.Fatalf("the checkpoint was not posted")
			}
		}
	}
	c := s.receivers.datagram[args[0]]
	ts.Check(c.SetReadDeadline(deadline))
	for buf := make([]byte, 4096); ; {
		n, _, err := c.ReadFrom(buf)
		ts.Check(err)
		if strings.HasSuffix(string(buf[:n]), strings.ReplaceAll(want, "\n", `\n`)) {
			return
		}
	}
}

func (s *stage) startAnchors(ts *testscript.TestScript) {
	r := &s.receivers
	r.posted, r.datagram = make(chan string, 1000), map[string]net.PacketConn{}
	r.posts = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil || q.Method != http.MethodPost {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		r.posted <- string(body)
	}))
	ts.Setenv("ANCHOR_URL", r.posts.URL)
	socket := filepath.Join(s.dir, "log.sock")
	var err error
	r.datagram["socket"], err = net.ListenPacket("unixgram", socket)
	ts.Check(err)
	ts.Setenv("ANCHOR_SOCKET", socket)
	r.datagram["udp"], err = net.ListenPacket("udp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv("ANCHOR_UDP", r.datagram["udp"].LocalAddr().String())
}
