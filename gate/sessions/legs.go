package sessions

import (
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport/sallyport/gate"
)

// cutGrace is how long a session that is cut may take to say why.
const cutGrace = time.Second

// maxLinger is the most bytes that Linger reads.
const maxLinger = 64 << 20

// Legs are the connections of one session. One goroutine runs the session; Cut
// and Nudge come from others, and so does the watch.
type Legs struct {
	// App is the app's, below TLS.
	App net.Conn
	// Gone is closed when the session has to end.
	Gone <-chan struct{}

	set      *Set
	app      *leg
	arriving atomic.Bool

	mu      sync.Mutex
	up      net.Conn      // the database's, below TLS; nil where there is none
	waiting bool          // for the next message
	nudged  bool          // the wait was broken off
	beat    uint64        // rises with each message and each wait
	gone    chan struct{} // Gone, to be closed
	why     error         // why the session has to end
}

// New are the legs of a session that an app opens on a connection.
func New(app net.Conn) *Legs {
	l := &leg{Conn: gate.Lean(app)}
	gone := make(chan struct{})
	return &Legs{App: l, app: l, Gone: gone, gone: gone}
}

// Reach notes the connection to the database, which the watch looks after from
// now on. The error is why the session has to end, as it may have had to before.
func (l *Legs) Reach(up net.Conn) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up = up
	return l.why
}

// Part notes that there is no connection to the database, as ahead of a login,
// which has a deadline of its own: the watch leaves it alone.
func (l *Legs) Part() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.up = nil
}

// Arriving says whether a message has begun and not come whole, so that the
// watch has to look after it.
func (l *Legs) Arriving(yes bool) { l.arriving.Store(yes) }

// Wait marks the session as waiting for its next message, unless it has to end.
// idle says that nothing of it is open, so that it ends where the door drains.
func (l *Legs) Wait(idle bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why != nil {
		return l.why
	}
	if idle && l.set.draining.Load() {
		return l.set.Ends.Draining
	}
	l.waiting = true
	l.beat++
	return nil
}

// Wake ends the wait, and tells whether a nudge broke it off and why the session
// has to end.
func (l *Legs) Wake() (nudged bool, why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	nudged, l.nudged = l.nudged, false
	l.waiting = false
	l.beat++
	if nudged && l.why == nil {
		l.App.SetReadDeadline(time.Time{})
	}
	return nudged, l.why
}

// Waiting tells whether the session waits for its next message.
func (l *Legs) Waiting() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting
}

// Nudge breaks off the wait of a session, if it waits, so that it looks round.
func (l *Legs) Nudge() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting && !l.nudged && l.why == nil {
		l.nudged = true
		l.App.SetReadDeadline(longAgo)
	}
}

var longAgo = time.Unix(1, 0)

// Cut ends the session, whatever it is doing. It does not block.
func (l *Legs) Cut(why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why != nil {
		return
	}
	l.why = why
	close(l.gone)
	l.App.SetReadDeadline(longAgo)
	l.App.SetWriteDeadline(time.Now().Add(cutGrace))
	if l.up != nil {
		l.up.SetDeadline(longAgo)
	}
}

// Ended is why the session has to end, or nil.
func (l *Legs) Ended() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.why
}

// Deadline bounds what the app's leg may take; the zero time lifts the bound.
// A session that has to end keeps the deadline that it was cut with.
func (l *Legs) Deadline(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why == nil {
		l.App.SetDeadline(t)
	}
}

// UpDeadline is Deadline for reading from the database.
func (l *Legs) UpDeadline(t time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why == nil {
		l.up.SetReadDeadline(t)
	}
}

// Last lets send write the last message of the session to the app, within
// bounds, and then reads what the app is still sending: a connection that is
// closed with unread bytes is reset, and the message would be lost.
func (l *Legs) Last(send func() error) {
	l.mu.Lock()
	l.App.SetWriteDeadline(time.Now().Add(cutGrace))
	l.mu.Unlock()
	if send() != nil {
		return
	}
	half, ok := l.app.Conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	l.mu.Lock()
	l.App.SetReadDeadline(time.Now().Add(cutGrace / 4))
	l.mu.Unlock()
	io.CopyN(io.Discard, l.App, maxLinger)
}
