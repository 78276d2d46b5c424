package sessions

import (
	"context"
	"time"

	"github.com/sallyport/sallyport/gate"
)

// watched is what the watch remembers of a session from one look to the next.
type watched struct {
	beat  uint64
	since time.Time
	came  uint64 // of a message that has begun
	slim  bool
}

// watch looks after the sessions from time to time, so that none needs a timer
// or a goroutine for it: one that waits for long gives its buffers back and,
// beyond the limit, is ended; one whose database is gone while it waits, whose
// app is gone while it works, or whose message has begun and does not arrive,
// is ended too.
func (s *Set) watch(ctx context.Context) {
	tick := max(min(time.Second, s.Idle/4), 20*time.Millisecond)
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	seen := map[*Legs]watched{}
	for {
		if s.Each != nil {
			s.Each()
		}
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			next := make(map[*Legs]watched, len(seen))
			for _, l := range s.List() {
				if w, ok := s.look(l, seen[l], now); ok {
					next[l] = w
				}
			}
			seen = next
		}
	}
}

// look is one look at one session.
func (s *Set) look(l *Legs, before watched, now time.Time) (watched, bool) {
	l.mu.Lock()
	beat, waiting, up := l.beat, l.waiting, l.up
	l.mu.Unlock()
	if up == nil {
		return watched{}, false // its login has a deadline of its own
	}
	if before.since.IsZero() || beat != before.beat {
		return watched{beat: beat, since: now, came: l.app.came.Load()}, true
	}
	switch {
	case !waiting && gate.HungUp(l.app.Conn):
		l.Cut(s.Ends.Gone)
	case l.arriving.Load():
		if came := l.app.came.Load(); came-before.came >= MinStride {
			before.came, before.since = came, now
		} else if now.Sub(before.since) >= s.Stall {
			l.Cut(s.Ends.Slow)
		}
	case waiting && now.Sub(before.since) >= s.Idle:
		l.Cut(s.Ends.Idle)
	case waiting && s.Speaks && gate.Readable(up):
		return nudged(l, before, before.slim), true // it notifies, or it ends
	case waiting && !s.Speaks && gate.HungUp(up):
		l.Cut(s.Ends.Lost)
	case waiting && !before.slim:
		return nudged(l, before, true), true
	}
	return before, true
}

// nudged is what is remembered of a session that is nudged, which is two beats of
// its own: they are not the app's.
func nudged(l *Legs, before watched, slim bool) watched {
	l.Nudge()
	return watched{beat: before.beat + 2, since: before.since, slim: slim}
}
