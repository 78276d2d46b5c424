package daemon

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
)

const (
	calmFor   = time.Minute
	calmKinds = 256 // of records that are counted apart; what comes beyond is counted together
	calmWhys  = 8   // of errors of one message at one door that are counted apart
)

// calm passes on what doors, guard and ledger log, so that no client can fill
// the log: the first record of a kind at once, and those that follow within
// calmFor as one at its end, the last of them, with their number as `times`. A
// kind is a level, a message, a door and an error without its numbers, since
// ports and sizes differ where nothing else does. What is below Info is asked
// for by whoever looks into a fault, and passes as it is.
type calm struct {
	next  slog.Handler
	state *calmState // shared with what WithAttrs and WithGroup make
}

var _ slog.Handler = calm{}

type calmKind struct {
	level              slog.Level
	message, door, why string
}

type calmState struct {
	mu    sync.Mutex
	kinds map[calmKind]*repeats
}

// repeats are the records of a kind since one was passed on.
type repeats struct {
	n    uint64
	last func(times uint64) error
	due  *time.Timer
}

func newCalm(next slog.Handler) calm {
	return calm{next, &calmState{kinds: map[calmKind]*repeats{}}}
}

// Enabled is as the handler behind says.
func (h calm) Enabled(ctx context.Context, l slog.Level) bool { return h.next.Enabled(ctx, l) }

// WithAttrs counts with its parent.
func (h calm) WithAttrs(attrs []slog.Attr) slog.Handler {
	return calm{h.next.WithAttrs(attrs), h.state}
}

// WithGroup counts with its parent.
func (h calm) WithGroup(name string) slog.Handler { return calm{h.next.WithGroup(name), h.state} }

// Handle passes the record on, or counts it.
func (h calm) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelInfo || !h.state.counts(r, h.next) {
		return h.next.Handle(ctx, r)
	}
	return nil
}

// counts takes the record into a count that runs, or begins one and is false.
func (s *calmState) counts(r slog.Record, to slog.Handler) bool {
	kind := calmKind{level: r.Level, message: r.Message}
	why := ""
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "door":
			kind.door = a.Value.String()
		case "error":
			why = withoutNumbers(a.Value.String())
		}
		return true
	})
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tellApart(&kind, why)
	if s.kinds[kind] == nil && len(s.kinds) >= calmKinds {
		kind = calmKind{}
	}
	k := s.kinds[kind]
	if k == nil {
		s.kinds[kind] = &repeats{due: time.AfterFunc(calmFor, func() { s.tell(kind) })}
		return false
	}
	k.n++
	last := r.Clone()
	k.last = func(times uint64) error {
		last.AddAttrs(slog.Uint64("times", times))
		return to.Handle(context.Background(), last)
	}
	return true
}

// tellApart adds the error to a kind, unless the message has come with so many
// others at its door that somebody may be making them up.
func (s *calmState) tellApart(kind *calmKind, why string) {
	others := 0
	for k := range s.kinds {
		if k.level == kind.level && k.message == kind.message && k.door == kind.door && k.why != why {
			others++
		}
	}
	if others < calmWhys {
		kind.why = why
	}
}

func withoutNumbers(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, s)
}

// tell passes on what was counted, and counts on; a kind of which nothing came
// is forgotten, so that its next record passes at once.
func (s *calmState) tell(kind calmKind) {
	s.mu.Lock()
	k := s.kinds[kind]
	if k == nil || k.n == 0 {
		delete(s.kinds, kind)
		s.mu.Unlock()
		return
	}
	n, last := k.n, k.last
	k.n, k.last = 0, nil
	k.due.Reset(calmFor)
	s.mu.Unlock()
	last(n)
}

// close passes on what is still counted.
func (s *calmState) close() {
	s.mu.Lock()
	var due []calmKind
	for kind, k := range s.kinds {
		k.due.Stop()
		due = append(due, kind)
	}
	s.mu.Unlock()
	for _, kind := range due {
		s.tell(kind)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.kinds {
		k.due.Stop()
	}
	clear(s.kinds)
}
