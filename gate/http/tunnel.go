package httpgate

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/sallyport/sallyport"
)

// tunnel changes the protocol, where a rule grants that: the app is asked, and
// from its 101 on bytes go both ways through the passage until one side ends,
// or the guard cuts it.
func (x *exchange) tunnel() {
	out := x.outbound()
	out.Header["Connection"] = []string{"Upgrade"}
	out.Header["Upgrade"] = []string{x.q.upgrade}
	if s, ok := x.r.Header["Http2-Settings"]; ok && x.q.upgrade == "h2c" {
		out.Header["Connection"] = []string{"Upgrade, HTTP2-Settings"}
		out.Header["Http2-Settings"] = s
	}
	resp, err := x.g.up.plain.RoundTrip(out)
	if err != nil {
		x.end(x.failure(err))
		return
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		defer resp.Body.Close()
		x.respond(resp)
		return
	}
	app, ok := resp.Body.(io.ReadWriteCloser)
	if !ok || !httpguts.HeaderValuesContainsToken(resp.Header["Upgrade"], x.q.upgrade) {
		resp.Body.Close()
		x.p.Deny(sallyport.Reason{Code: sallyport.UpstreamRefused, Note: "the app changed to another protocol"})
		x.end(nil)
		return
	}
	defer app.Close()
	x.answered(resp.StatusCode)
	if x.p.Refusal() != nil {
		x.end(nil)
		return
	}
	client, buffered, err := x.hijack()
	if err != nil {
		x.p.Close(err)
		x.conn.reset()
		return
	}
	defer client.Close()
	h := make(http.Header, len(resp.Header)+2)
	returnable(h, resp.Header)
	h["Connection"], h["Upgrade"] = []string{"Upgrade"}, resp.Header["Upgrade"]
	resp.Header, resp.Body = h, nil
	if err := resp.Write(client); err != nil {
		x.p.Close(err)
		return
	}
	x.relay(client, buffered, app)
}

// errSpokeEarly is a client that went on before the protocol had changed.
var errSpokeEarly = errors.New("the client spoke before the protocol had changed")

// hijack takes the connection from the server.
func (x *exchange) hijack() (net.Conn, *bufio.Reader, error) {
	if !x.begin() {
		return nil, nil, context.Canceled
	}
	client, rw, err := x.rc.Hijack()
	if err != nil {
		return nil, nil, err
	}
	if !x.conn.framing.release() {
		return nil, nil, errSpokeEarly
	}
	client.SetDeadline(time.Time{})
	return client, rw.Reader, nil
}

// relay copies both ways until either way ends. The client sees the end once
// the outcome is recorded.
func (x *exchange) relay(client net.Conn, from io.Reader, app io.ReadWriteCloser) {
	stop := sync.OnceFunc(func() {
		app.Close()
		client.SetDeadline(aLongTimeAgo)
	})
	defer context.AfterFunc(x.ctx, stop)()
	done := make(chan error, 2)
	go func() {
		_, err := io.Copy(app, x.p.Reader(sallyport.Ingress, from))
		done <- err
	}()
	go func() {
		_, err := io.Copy(client, x.p.Reader(sallyport.Egress, app))
		done <- err
	}()
	err := <-done
	stop()
	<-done
	if cause := context.Cause(x.ctx); cause != nil {
		err = cause
	} else if no := x.p.Refusal(); no != nil {
		err = no
	}
	if x.p.Close(err) != nil || err != nil {
		x.conn.reset()
	}
}
