package httpgate

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport"
)

// inbound is a request's body on its way to the app. The transport reads it,
// possibly still after the app has answered.
type inbound struct {
	x        *exchange
	r        io.Reader // the passage's
	trailer  http.Header
	deadline time.Time // the read deadline in force
	patient  bool      // a stream that may be silent: no deadline

	ended atomic.Bool // read to its end, or failed
	mu    sync.Mutex
	err   error // why it failed
}

var _ io.ReadCloser = (*inbound)(nil)

// errStalled is the outcome of a body of which nothing came for too long.
var errStalled = errors.New("the client sent nothing of the body for too long")

func (x *exchange) newInbound() *inbound {
	b := &inbound{x: x, r: x.p.Reader(sallyport.Ingress, x.r.Body)}
	b.patient = strings.HasPrefix(x.q.media, "application/grpc")
	if len(x.r.Trailer) > 0 {
		b.trailer = make(http.Header, len(x.r.Trailer))
		for name := range x.r.Trailer {
			b.trailer[name] = nil
		}
	}
	return b
}

// Read ends the exchange where the body may not go on, before the app could
// take what it has for all of it.
func (b *inbound) Read(p []byte) (int, error) {
	if b.ended.Load() {
		if err := b.failed(); err != nil {
			return 0, err
		}
		return 0, io.EOF
	}
	b.extend()
	n, err := b.r.Read(p)
	switch {
	case err == io.EOF:
		// Values of announced trailers are there now; net/http adds others,
		// which nobody has looked at.
		for name := range b.trailer {
			b.trailer[name] = b.x.r.Trailer[name]
		}
		b.ended.Store(true)
		if !b.deadline.IsZero() {
			b.x.readBy(time.Time{})
		}
	case err != nil:
		if t, ok := err.(interface{ Timeout() bool }); ok && t.Timeout() {
			err = errStalled
		}
		b.mu.Lock()
		b.err = err
		b.mu.Unlock()
		b.ended.Store(true)
		b.x.cancel(err)
	}
	return n, err
}

// extend moves the read deadline, at most once a second.
func (b *inbound) extend() {
	if b.patient {
		return
	}
	now := time.Now()
	if next := now.Add(stall); next.Sub(b.deadline) > time.Second {
		b.deadline = next
		b.x.readBy(next)
	}
}

// Close is the transport's; the body itself belongs to the server.
func (b *inbound) Close() error { return nil }

// failed is why the body broke off, or nil.
func (b *inbound) failed() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}
