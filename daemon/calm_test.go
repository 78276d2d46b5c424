package daemon

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// written is a log that is read while it is written.
type written struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

// lines is what has been logged since it was last asked.
func (w *written) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := strings.TrimSuffix(w.b.String(), "\n")
	w.b.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func TestCalm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b written
		h := newCalm(slog.NewTextHandler(&b, &slog.HandlerOptions{Level: slog.LevelDebug}))
		log := slog.New(h)
		for i := range 1000 {
			log.Warn("lost", "door", "db", "error", i)
		}
		log.Warn("lost", "door", "front")
		log.Error("lost", "door", "db")
		log.With("a", 1).Warn("lost", "door", "db", "error", 1000) // counts with the others
		if got := b.lines(); len(got) != 3 || !strings.Contains(got[0], "error=0") {
			t.Errorf("at once: %q", got)
		}
		time.Sleep(calmFor)
		synctest.Wait()
		if got := b.lines(); len(got) != 1 || !strings.Contains(got[0], "error=1000 times=1000") {
			t.Errorf("after a minute: %q", got)
		}
		time.Sleep(calmFor)
		synctest.Wait()
		if got := b.lines(); got != nil {
			t.Errorf("of nothing: %q", got)
		}
		log.Warn("lost", "door", "db", "error", "again")
		if got := b.lines(); len(got) != 1 || strings.Contains(got[0], "times") {
			t.Errorf("after a quiet minute: %q", got)
		}
		for range 10 {
			log.Debug("detail", "door", "db")
		}
		if got := b.lines(); len(got) != 10 {
			t.Errorf("of 10 details: %q", got)
		}
		log.Warn("lost", "door", "db", "error", "again")
		h.state.close()
		if got := b.lines(); len(got) != 1 || !strings.Contains(got[0], "error=again times=1") {
			t.Errorf("at the end: %q", got)
		}
	})
}

// TestCalmTellsErrorsApart: another error is told at once, but nobody can make
// up so many that the log fills.
func TestCalmTellsErrorsApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b written
		h := newCalm(slog.NewTextHandler(&b, nil))
		log := slog.New(h)
		log.Warn("The database cannot be used.", "door", "db", "error", "dial tcp 127.0.0.1:3307: connection refused")
		log.Warn("The database cannot be used.", "door", "db", "error", "dial tcp 127.0.0.1:3308: connection refused")
		log.Warn("The database cannot be used.", "error", "it refused the login (error 1045)", "door", "db")
		if got := b.lines(); len(got) != 2 || !strings.Contains(got[1], "refused the login") {
			t.Errorf("at once: %q", got)
		}
		for i := range 1000 {
			log.Warn("The database cannot be used.", "door", "db", "error", strings.Repeat("x", i))
		}
		if got := b.lines(); len(got) > calmWhys+1 {
			t.Errorf("%d lines of made-up errors", len(got))
		}
		h.state.close()
	})
}

// TestCalmIsBounded: not even records that are all different fill the log, or
// the memory.
func TestCalmIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b written
		h := newCalm(slog.NewTextHandler(&b, nil))
		for i := range 10_000 {
			slog.New(h).Warn(fmt.Sprint("message ", i))
		}
		if got := b.lines(); len(got) > calmKinds+1 || len(h.state.kinds) > calmKinds+1 {
			t.Errorf("%d lines, %d kinds", len(got), len(h.state.kinds))
		}
		h.state.close()
	})
}
