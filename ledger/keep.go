package ledger

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// dropInterval is how often bundles are looked at for their age.
const dropInterval = time.Hour

var dropPrefix = []byte(`{"type":"` + string(Dropped) + `"`)

func (l *Log) keepLoop() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		select {
		case <-l.stopping:
			cancel()
		case <-ctx.Done():
		}
	}()
	tick := time.NewTicker(dropInterval)
	defer tick.Stop()
	for {
		if _, err := l.Drop(ctx, time.Now().Add(-l.o.Keep)); err != nil && ctx.Err() == nil {
			l.m.failures.WithLabelValues("keep").Inc()
			l.o.Logger.Warn("The ledger could not drop old entries.", "error", err)
		}
		select {
		case <-tick.C:
		case <-l.stopping:
			return
		}
	}
}

// Drop deletes the oldest full bundles, as far as all their entries are from
// before a moment, and gives the number of entries dropped. The hash tiles
// stay, so that what is left can be verified and proven as before. A
// ledger.drop entry is durable and sealed before the first bundle goes: a
// bundle that is missing without one was taken by somebody else.
func (l *Log) Drop(ctx context.Context, before time.Time) (uint64, error) {
	l.sealer.mu.Lock()
	size := l.sealer.size
	l.sealer.mu.Unlock()
	first := firstBundle(func(path string) bool {
		_, err := l.disk.ReadFile(l.path(path))
		return err == nil
	}, size)
	end := first
	for ; end < size/tileWidth; end++ {
		old, err := l.older(end, before)
		if err != nil {
			return 0, fmt.Errorf("dropping old entries: %w", err)
		}
		if !old || ctx.Err() != nil {
			break
		}
	}
	if end == first {
		return 0, ctx.Err()
	}
	count := (end - first) * tileWidth
	index, err := l.append(&Entry{Type: Dropped, Time: time.Now(), Count: count, Until: end * tileWidth,
		Note: fmt.Sprintf("entries %d to %d, all from before %s, were dropped", first*tileWidth, end*tileWidth-1, before.UTC().Format(time.RFC3339))}, Durable)
	if err != nil {
		return 0, fmt.Errorf("dropping old entries: %w", err)
	}
	l.sealer.hurry()
	if err := l.waitSealed(ctx, index+1); err != nil {
		return 0, fmt.Errorf("dropping old entries: %w", err)
	}
	for n := first; n < end; n++ {
		if err := l.disk.Remove(l.path(tilePath(entriesLevel, n, tileWidth))); err != nil {
			return (n - first) * tileWidth, fmt.Errorf("dropping old entries: %w", err)
		}
	}
	l.m.dropped.Add(float64(count))
	return count, l.disk.SyncDir(l.path(filepath.Dir(tilePath(entriesLevel, end-1, tileWidth))))
}

// older tells whether all entries of a bundle are from before a moment, and
// those that were signed.
func (l *Log) older(n uint64, before time.Time) (bool, error) {
	path := tilePath(entriesLevel, n, tileWidth)
	b, err := l.disk.ReadFile(l.path(path))
	if err != nil {
		return false, err
	}
	entries, err := parseBundle(b)
	if err != nil {
		return false, fmt.Errorf("%s: %w", path, err)
	}
	for _, raw := range entries {
		e, err := Decode(raw)
		if err != nil {
			return false, fmt.Errorf("%s: %w", path, err)
		}
		if !e.Time.Before(before) {
			return false, nil
		}
	}
	if err := l.checkSigned(n, entries); err != nil {
		return false, fmt.Errorf("%s: %w: see ledger verify", path, err)
	}
	return true, nil
}

// waitSealed waits until a checkpoint covers a size.
func (l *Log) waitSealed(ctx context.Context, size uint64) error {
	for {
		l.sealer.mu.Lock()
		have, progress := l.sealer.size, l.sealer.progress
		l.sealer.mu.Unlock()
		if have >= size {
			return nil
		}
		select {
		case <-progress:
		case <-ctx.Done():
			return ctx.Err()
		case <-l.stopping:
			return ErrClosed
		}
	}
}

// droppedUntil reads a ledger.drop entry: the index below which bundles may be
// gone. False for any other entry.
func droppedUntil(raw []byte) (uint64, bool) {
	if !bytes.HasPrefix(raw, dropPrefix) {
		return 0, false
	}
	e, err := Decode(raw)
	if err != nil || e.Type != Dropped {
		return 0, false
	}
	return e.Until, true
}
