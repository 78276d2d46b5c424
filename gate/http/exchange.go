package httpgate

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/policy"
)

// exchange is one request and its response.
type exchange struct {
	g    *door
	conn *conn
	w    http.ResponseWriter
	r    *http.Request
	rc   *http.ResponseController
	q    request

	c      sallyport.Crossing // the passage's, once there is one
	act    sallyport.HTTPRequest
	p      *guard.Passage
	ctx    context.Context
	cancel context.CancelCauseFunc
	body   *inbound // nil where the request has none
	space  [64]byte // for facts, so that most of them cost no memory

	// mu guards the head of the response, which informational responses and
	// the late flush write as well. It may be held while a client does not
	// read, so cut does not take it.
	mu        sync.Mutex
	committed atomic.Bool // the final head is on its way
	informing atomic.Bool // an informational response is

	life sync.Mutex // guards rc against use after the handler has returned
	over bool
}

func (g *door) serveHTTP(w http.ResponseWriter, r *http.Request) {
	c := connOf(r.Context())
	g.open.add()
	defer g.open.done()
	c.served.Store(true)
	c.active.Add(1)
	defer c.active.Add(-1)
	x := &exchange{g: g, conn: c, w: w, r: r}
	x.rc = http.NewResponseController(w)
	defer x.returned()
	if r.ProtoMajor == 1 && c.timed.Swap(false) {
		x.rc.SetWriteDeadline(time.Time{})
	}
	if c.ending.Load() && r.ProtoMajor == 1 {
		w.Header().Set("Connection", "close")
	}
	x.serve()
}

// serve takes the exchange through its steps: canonical form, caller, verdict,
// and on to the app.
func (x *exchange) serve() {
	x.act = sallyport.HTTPRequest{Method: x.r.Method, Proto: x.r.Proto}
	x.c = sallyport.Crossing{
		Session: x.conn.session.ID, App: x.g.d.To.App, Door: x.g.d.Name,
		From: sallyport.Party{Kind: sallyport.AnyoneParty, Addr: x.conn.addr},
		To:   sallyport.Party{Kind: sallyport.AppParty, Name: x.g.d.To.App},
		Act:  &x.act,
	}
	x.c.Context.TLS = x.conn.tls
	if x.r.Method == refusedMethod && x.conn.framing != nil {
		if why := x.conn.framing.refused.Load(); why != nil {
			x.act.Method = ""
			x.refuseEarly(why)
			return
		}
	}
	q, err := canonical(x.r)
	if err != nil {
		x.refuseEarly(err)
		return
	}
	x.q = q
	x.act.Path, x.act.Host, x.act.Upgrade, x.act.ContentType = q.path, q.host, q.upgrade, q.media
	live := x.g.env.Live.Load()
	if !x.identify(live) {
		return
	}
	x.cross()
}

// identify finds out who the caller is, where the door has rules that speak of
// keys; elsewhere Authorization belongs to the app alone. It is false where
// what was shown is wrong, and answered.
//
// A right key is never held up by the failures of others behind its address:
// keys are random and cannot be guessed, so the throttle is there to shed the
// load of wrong ones.
func (x *exchange) identify(live *policy.Policy) bool {
	d, known := live.Door(x.g.d.Name)
	if !known || !asksKeys(d) {
		return true
	}
	key, err := auth.HeaderKey(x.r.Header)
	if err == nil && key == "" {
		return true
	}
	party, why, ok := auth.Key(live, key, time.Now())
	if err == nil && ok {
		party.Addr = x.conn.addr
		x.c.From = party
		return true
	}
	wait := x.g.throttle.Wait("", x.conn.addr.Addr())
	x.g.throttle.Failure("", x.conn.addr.Addr())
	if err != nil {
		why = sallyport.Reason{Code: sallyport.BadCredentials, Note: "the request shows more than one key, or an empty one"}
	}
	named, _ := live.Match(&x.c)
	x.act.Route = named.Route
	status := 0
	if wait > 0 {
		status = http.StatusTooManyRequests
	}
	x.refuse(why, status, wait)
	return false
}

func asksKeys(d *policy.Door) bool {
	for i := range d.Allow {
		for _, w := range d.Allow[i].Who {
			if w.Kind == policy.WhoKey {
				return true
			}
		}
	}
	return false
}

// refuseEarly answers a request that has no canonical form.
func (x *exchange) refuseEarly(err error) {
	why, ok := err.(*malformed)
	if !ok {
		why = &malformed{code: sallyport.Protocol, note: "the request cannot be read"}
	}
	x.refuse(sallyport.Reason{Code: why.code, Note: why.note}, why.status, 0)
}

// refuse records a refusal of the door's own, before there is a passage, and
// answers.
func (x *exchange) refuse(why sallyport.Reason, status int, retry time.Duration) {
	a := refusal{code: why.Code, status: status, retry: retry}
	x.act.Status = a.answer()
	if err := x.g.env.Guard.Refuse(&x.c, why); err != nil {
		x.unrecorded(err)
		return
	}
	a.id = x.c.ID
	a.write(x.w, x.r, x.g.challenge)
}

// unrecorded answers what the ledger could not take.
func (x *exchange) unrecorded(err error) {
	x.g.env.Log.Error("A request was refused, since the ledger cannot record it.", "door", x.g.d.Name, "error", err)
	refusal{id: x.c.ID, code: sallyport.Unrecorded}.write(x.w, x.r, x.g.challenge)
}

// cross opens the passage and takes the request through it.
func (x *exchange) cross() {
	ctx, cancel := context.WithCancelCause(x.r.Context())
	defer cancel(nil)
	x.ctx, x.cancel = ctx, cancel
	p, err := x.g.env.Guard.Open(ctx, &x.c, x.cut)
	if err != nil {
		x.unrecorded(err)
		return
	}
	x.p = p
	// Whatever way leads out of here, a tunnel's end and a panic among them, the
	// request is not in flight any more.
	defer p.Done()
	// Every way out of here has closed the passage; this is for a panic.
	defer p.Close(errAborted)
	if no := p.Refusal(); no != nil {
		x.end(nil)
		return
	}
	if x.q.upgrade != "" && !p.Grant().Upgrade {
		p.Deny(sallyport.Reason{Code: sallyport.UpgradeRefused, Note: "no rule names the protocol"})
	}
	if limit := p.Grant().Body; x.r.ContentLength > 0 && limit.Exceeds(uint64(x.r.ContentLength)) {
		p.Deny(sallyport.Reason{Code: sallyport.BodyLimit, At: limit.At, Note: "the request says so before its body"})
	}
	if p.Watched() {
		noteInputs(p, &x.q, x.space[:])
	}
	if p.Refusal() != nil {
		x.end(nil)
		return
	}
	if x.q.upgrade != "" {
		x.tunnel()
		return
	}
	x.forward()
}

// errAborted is the outcome of a passage that nothing else ended.
var errAborted = errors.New("the exchange was aborted")

// cut is the guard's: the crossing has to end, and must not block for it.
func (x *exchange) cut(why error) {
	x.cancel(why)
	if x.committed.Load() || x.informing.Load() {
		x.unblock()
	}
}

// unblock ends a write to a client that does not read, and a read from one
// that does not write.
func (x *exchange) unblock() {
	x.writeBy(aLongTimeAgo)
	x.readBy(aLongTimeAgo)
}

// readBy sets the read deadline. The guard and the transport may still ask for
// it when the handler has returned and its ResponseWriter must not be used.
func (x *exchange) readBy(t time.Time) {
	x.life.Lock()
	defer x.life.Unlock()
	if !x.over {
		x.rc.SetReadDeadline(t)
	}
}

// writeBy sets the write deadline, as readBy.
func (x *exchange) writeBy(t time.Time) {
	x.life.Lock()
	defer x.life.Unlock()
	if !x.over {
		x.conn.timed.Store(true)
		x.rc.SetWriteDeadline(t)
	}
}

func (x *exchange) returned() {
	x.life.Lock()
	x.over = true
	x.life.Unlock()
}

var aLongTimeAgo = time.Unix(1, 0)

// end records the outcome of a crossing that failed or was refused, and tells
// the client: by an answer where nothing was written yet, else by cutting.
// cause is nil for a plain refusal.
func (x *exchange) end(cause error) {
	no := x.p.Refusal()
	if no == nil && x.stopped() == nil {
		// The client is gone, or its request broke off: there is nobody to
		// answer.
		x.p.Close(cause)
		x.abort()
	}
	a := refusal{id: x.c.ID, code: sallyport.Draining}
	if no != nil {
		a.code, a.retry = no.Verdict.Reason().Code, no.RetryAfter
	}
	if why := (*malformed)(nil); errors.As(cause, &why) {
		a.status = why.status
	}
	if errors.Is(cause, errSlowApp) {
		a.status = http.StatusGatewayTimeout
	}
	if !x.begin() {
		x.p.Close(cause)
		x.abort()
	}
	x.answered(a.answer())
	if err := x.p.Close(cause); err != nil {
		x.unrecorded(err)
		return
	}
	a.write(x.w, x.r, x.g.challenge)
	x.stopBody()
}

// answered tells the passage what the client gets.
func (x *exchange) answered(status int) {
	x.p.Update(func(c *sallyport.Crossing) { c.Act.(*sallyport.HTTPRequest).Status = status })
}

// stopped is errDrained where the door cut the exchange at the end of its
// drain, else nil.
func (x *exchange) stopped() error {
	if err := context.Cause(x.ctx); errors.Is(err, errDrained) {
		return err
	}
	return nil
}

// begin claims the head of the response; false where it was claimed before.
func (x *exchange) begin() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return !x.committed.Swap(true)
}

// abort leaves the client with a response that is seen to be incomplete.
func (x *exchange) abort() {
	x.begin() // from here on neither a timer nor the transport writes
	if x.r.ProtoMajor == 1 {
		x.conn.reset()
	}
	panic(http.ErrAbortHandler)
}

// stopBody makes sure that nobody waits for the rest of a body that is not
// wanted any more.
func (x *exchange) stopBody() {
	if x.body != nil && !x.body.ended.Load() {
		x.readBy(aLongTimeAgo)
	}
}

// failure sorts what ended the exchange with the app: what the guard refused
// and what the client did keep their own reasons, the rest is the app's.
func (x *exchange) failure(err error) error {
	// A body that breaks its framing ends the request's context as well, as a
	// client does that goes away.
	if f := x.conn.framing; f != nil {
		if why := f.broken.Load(); why != nil {
			x.p.Deny(sallyport.Reason{Code: why.code, Note: why.note})
			return why
		}
	}
	if cause := context.Cause(x.ctx); cause != nil {
		return cause
	}
	note := "the app ended the connection early"
	switch t := (interface{ Timeout() bool })(nil); {
	case errors.As(err, &t) && t.Timeout():
		note, err = "the app took too long", errSlowApp
	case isDial(err):
		note = "the app could not be reached"
	case isCertificate(err):
		note = "the app did not prove its name"
	}
	x.g.env.Log.Warn("The app did not answer a request.", "door", x.g.d.Name, "crossing", x.c.ID.String(), "reason", note, "error", err)
	x.p.Deny(sallyport.Reason{Code: sallyport.UpstreamRefused, Note: note})
	return err
}

var errSlowApp = errors.New("the app took too long")
