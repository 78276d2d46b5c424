package httpgate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/textproto"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/policy"
)

// Values that are the same for every request.
var (
	schemeHTTP  = []string{"http"}
	schemeHTTPS = []string{"https"}
	noAgent     = []string{""} // keeps net/http from adding its own
	via10       = []string{"1.0 sallyport"}
	via11       = []string{"1.1 sallyport"}
	via2        = []string{"2 sallyport"}
)

// forward sends the request on and streams the answer back.
func (x *exchange) forward() {
	if x.r.ContentLength != 0 {
		x.body = x.newInbound()
		x.rc.EnableFullDuplex() // HTTP/2 always is; there it is an error of no meaning
	}
	resp, err := x.g.up.main.RoundTrip(x.outbound())
	if err != nil {
		x.end(x.failure(err))
		return
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 {
		x.p.Deny(sallyport.Reason{Code: sallyport.UpstreamRefused, Note: "the app changed the protocol unasked"})
		x.end(nil)
		return
	}
	x.respond(resp)
	x.stopBody()
}

// outbound is the canonical request as the app gets it.
func (x *exchange) outbound() *http.Request {
	h := forwardable(x.r.Header)
	if x.c.From.Proof != 0 {
		auth.DropKey(h)
	}
	h["X-Forwarded-For"] = []string{x.conn.addr.Addr().String()}
	h["X-Forwarded-Host"] = []string{x.q.full}
	h["X-Forwarded-Proto"] = schemeHTTP
	if x.conn.tls {
		h["X-Forwarded-Proto"] = schemeHTTPS
	}
	h[crossingHeader] = []string{x.c.ID.String()}
	switch {
	case x.r.ProtoMajor == 2:
		h["Via"] = via2
	case x.r.ProtoMinor == 0:
		h["Via"] = via10
	default:
		h["Via"] = via11
	}
	if _, has := h["User-Agent"]; !has {
		h["User-Agent"] = noAgent
	}
	out := &http.Request{
		Method: x.q.method,
		URL:    &url.URL{Scheme: x.g.up.scheme, Host: x.g.up.host, Path: x.q.path, RawPath: x.q.raw, RawQuery: x.q.query},
		Host:   x.q.full,
		Header: h,
		Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	if x.body != nil {
		out.Body, out.ContentLength, out.Trailer = x.body, x.r.ContentLength, x.body.trailer
	}
	ctx := x.ctx
	if x.r.ProtoAtLeast(1, 1) {
		ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{Got1xxResponse: x.inform})
	}
	return out.WithContext(ctx)
}

// inform passes on an informational response (RFC 9110, section 15.2), from a
// goroutine of the transport's. 100 (Continue) is left to the server, which
// sends one when the transport begins to read the body.
func (x *exchange) inform(code int, h textproto.MIMEHeader) error {
	if code == http.StatusContinue {
		return nil
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.informing.Store(true)
	defer x.informing.Store(false)
	if x.committed.Load() || x.ctx.Err() != nil {
		return nil
	}
	dst := x.w.Header()
	returnable(dst, http.Header(h))
	x.w.WriteHeader(code)
	clear(dst)
	return nil
}

// respond streams the app's answer to the client. On a strict door the last
// of it (the last bytes of a known length, else the end of the stream) is
// released once the outcome is recorded.
func (x *exchange) respond(resp *http.Response) {
	x.answered(resp.StatusCode)
	if x.p.Refusal() != nil {
		x.end(nil)
		return
	}
	a := &answer{x: x, resp: resp, body: x.p.Reader(sallyport.Egress, resp.Body)}
	bodyless := x.r.Method == http.MethodHead || resp.ContentLength == 0 ||
		resp.StatusCode == http.StatusNoContent || resp.StatusCode == http.StatusNotModified
	if bodyless {
		a.finish(nil)
		return
	}
	a.stream()
}

// answer is a response with a body on its way to the client.
type answer struct {
	x    *exchange
	resp *http.Response
	body io.Reader
	late *time.Timer // flushes the head of a stream that is silent at first
	sent uint64
	next time.Time // when the write deadline has to move
}

// copyBuffers hold one block of a response each.
var copyBuffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// headWait is how long the head of a stream waits for the first block, so that
// a refusal of that block can still be an answer.
const headWait = 5 * time.Millisecond

func (a *answer) stream() {
	buf := copyBuffers.Get().(*[32 << 10]byte)
	defer copyBuffers.Put(buf)
	// HTTP/1.1 carries trailers behind chunks only (RFC 9112, section 7.1.2).
	streamed := a.resp.ContentLength < 0 || len(a.resp.Trailer) > 0
	if streamed {
		a.late = time.AfterFunc(headWait, a.flushHead)
		defer a.late.Stop()
	}
	strict := a.x.g.d.Audit == policy.Strict
	for {
		n, err := a.body.Read(buf[:])
		a.sent += uint64(n)
		if n > 0 && strict && !streamed && a.sent >= uint64(a.resp.ContentLength) {
			a.finish(buf[:n])
			return
		}
		if n > 0 && !a.write(buf[:n], streamed) {
			return
		}
		switch {
		case err == io.EOF:
			a.finish(nil)
			return
		case err != nil:
			a.x.end(a.failure(err))
			return
		}
	}
}

// failure is as exchange.failure, but that an app which breaks off its answer
// was reached and trusted.
func (a *answer) failure(err error) error {
	if cause := context.Cause(a.x.ctx); cause != nil {
		return cause
	}
	if a.x.p.Refusal() == nil && !a.x.committed.Load() {
		return a.x.failure(err)
	}
	return err
}

// flushHead is called by a timer.
func (a *answer) flushHead() {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	if !a.x.committed.Load() && a.x.ctx.Err() == nil {
		a.commitLocked()
		a.x.rc.Flush()
	}
}

// commit writes the head where that has not happened; false where a cut came
// first.
func (a *answer) commit() bool {
	a.x.mu.Lock()
	defer a.x.mu.Unlock()
	if !a.x.committed.Load() && a.x.ctx.Err() == nil {
		a.commitLocked()
	}
	// Looked at after committed was set: a cut before that did not see that a
	// write may have to be unblocked.
	return a.x.ctx.Err() == nil
}

func (a *answer) commitLocked() {
	a.x.committed.Store(true)
	h := a.x.w.Header()
	returnable(h, a.resp.Header)
	if _, has := h["Content-Type"]; !has {
		h["Content-Type"] = nil // keeps net/http from guessing one
	}
	if len(a.resp.Trailer) > 0 {
		names := make([]string, 0, len(a.resp.Trailer))
		for name := range a.resp.Trailer {
			names = append(names, name)
		}
		h["Trailer"] = []string{strings.Join(names, ", ")}
		if a.x.r.Method != http.MethodHead {
			delete(h, "Content-Length")
		}
	}
	a.x.w.WriteHeader(a.resp.StatusCode)
}

// write passes one block on; false where the exchange has ended.
func (a *answer) write(b []byte, flush bool) bool {
	if !a.commit() {
		a.x.end(context.Cause(a.x.ctx))
		return false
	}
	a.extend()
	_, err := a.x.w.Write(b)
	if err == nil && flush {
		err = a.x.rc.Flush()
	}
	if err != nil {
		if cause := context.Cause(a.x.ctx); cause != nil {
			err = cause
		}
		a.x.p.Close(err)
		a.x.abort()
	}
	return true
}

// freely is how much of a response is written without a deadline: what the
// buffers on the way take does not wait for the client.
const freely = 64 << 10

// extend moves the write deadline of a long response, at most once a second,
// so that a client that does not read is not waited for without end.
func (a *answer) extend() {
	if a.sent < freely {
		return
	}
	if now := time.Now(); now.After(a.next) {
		a.next = now.Add(time.Second)
		a.x.writeBy(now.Add(stall))
		if a.x.ctx.Err() != nil { // a cut came in between, and its deadline holds
			a.x.unblock()
		}
	}
}

// finish records the outcome, then releases the last block and the end.
func (a *answer) finish(last []byte) {
	if err := context.Cause(a.x.ctx); err != nil {
		a.x.end(err)
		return
	}
	if err := a.x.p.Close(nil); err != nil {
		a.x.g.env.Log.Error("A response was cut, since the ledger cannot record it.", "door", a.x.g.d.Name, "crossing", a.x.c.ID.String(), "error", err)
		if !a.x.begin() {
			a.x.abort()
		}
		refusal{id: a.x.c.ID, code: sallyport.Unrecorded}.write(a.x.w, a.x.r, a.x.g.challenge)
		return
	}
	if !a.commit() {
		a.x.abort()
	}
	if len(last) > 0 {
		if _, err := a.x.w.Write(last); err != nil {
			a.x.abort()
		}
	}
	announced := a.x.w.Header()
	for name, values := range a.resp.Trailer {
		if trustedTrailer(name) {
			continue
		}
		announced[http.TrailerPrefix+name] = values
	}
}

func isDial(err error) bool {
	op := (*net.OpError)(nil)
	return errors.As(err, &op) && op.Op == "dial"
}

func isCertificate(err error) bool {
	verify := (*tls.CertificateVerificationError)(nil)
	unknown, host := x509.UnknownAuthorityError{}, x509.HostnameError{}
	return errors.As(err, &verify) || errors.As(err, &unknown) || errors.As(err, &host)
}
