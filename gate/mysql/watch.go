package mysqlgate

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/gate"
)

// watched is what the watch remembers of a session from one look to the next.
type watched struct {
	beat  uint64
	since time.Time
	came  uint64 // of a command that has begun
	slim  bool
}

// watch looks after the sessions from time to time, so that none needs a timer
// or a goroutine for it: one that waits for long gives its buffers back and,
// beyond the limit, is ended; one whose database is gone while it waits, whose
// app is gone while it works, or whose command has begun and does not arrive,
// is ended too.
func (d *door) watch(ctx context.Context) {
	tick := max(min(time.Second, d.idle/4), 20*time.Millisecond)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	seen := map[*session]watched{}
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			next := make(map[*session]watched, len(seen))
			for _, s := range d.list() {
				if w, ok := s.look(seen[s], now, d.idle); ok {
					next[s] = w
				}
			}
			seen = next
		}
	}
}

// look is one look at one session.
func (s *session) look(before watched, now time.Time, idle time.Duration) (watched, bool) {
	s.mu.Lock()
	beat, waiting, tcp, up := s.beat, s.waiting, s.tcp, s.upTCP
	s.mu.Unlock()
	if up == nil {
		return watched{}, false // its login has a deadline of its own
	}
	if before.since.IsZero() || beat != before.beat {
		return watched{beat: beat, since: now, came: tcp.came.Load()}, true
	}
	switch {
	case !waiting && gate.HungUp(tcp.Conn):
		s.cut(errGone)
	case s.arriving.Load():
		if came := tcp.came.Load(); came-before.came >= minStride {
			before.came, before.since = came, now
		} else if now.Sub(before.since) >= s.d.stall {
			s.cut(errSlow)
		}
	case waiting && now.Sub(before.since) >= idle:
		s.cut(errIdle)
	case waiting && gate.HungUp(up):
		s.cut(errLost)
	case waiting && !before.slim:
		s.nudge()
		// Being nudged is two beats of its own; they are not the app's.
		return watched{beat: beat + 2, since: before.since, slim: true}, true
	}
	return before, true
}
