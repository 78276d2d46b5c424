package catalogue

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// Source is a database that can be asked what it holds. A Keeper asks one thing
// at a time.
type Source interface {
	// Read reads the whole catalogue.
	Read(context.Context) (*sql.Catalogue, lineage.Options, error)
	// Mark is a short text that is another one when something of the catalogue
	// has changed or begun to, "" where the database has none: then all is read.
	Mark(context.Context) (string, error)
}

// How fresh a catalogue is.
const (
	// pollEvery is how old it may grow before it is looked at anew beside the
	// statements that come.
	pollEvery = time.Second
	// maxAge is how old it may be for a statement that comes now: one that finds
	// it older waits.
	maxAge = 4 * pollEvery
	// readEvery is how old a catalogue may grow that no mark says has changed: a
	// mark can move when a change begins, and the change be seen when it ends.
	readEvery = 30 * time.Second
	// maxReads is how often it is read in one look where it keeps changing.
	maxReads = 4
	// readTime is what reading it may take.
	readTime = 15 * time.Second
)

// ErrUnread is why there is no catalogue to go by.
var ErrUnread = errors.New("the database's catalogue cannot be read")

// Keeper keeps one catalogue. It asks the database only while somebody wants to
// know: a door whose policy guards no column never calls it. It is safe for
// concurrent use.
type Keeper struct {
	source Source
	report func(error)
	now    func() time.Time

	mu       sync.Mutex
	current  *Snapshot // nil until it has been read
	mark     string
	begun    time.Time     // of the look that found current to hold
	read     time.Time     // of the look that current was read in
	moved    time.Time     // of the look that last found another mark
	stale    time.Time     // a change was seen at this time: a look has to begin after it
	looking  chan struct{} // closed when the look that is under way ends; nil for none
	failed   error         // of the last look
	failedAt time.Time
}

// New makes a keeper. It does no I/O. Each look that fails is reported with its
// cause, at most once a second; a statement is told no more than ErrUnread.
func New(source Source, report func(error)) *Keeper {
	return &Keeper{source: source, report: report, now: time.Now}
}

// Stale says that the catalogue has been changed: whoever asks from now on gets
// what the database holds after this.
func (k *Keeper) Stale() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.stale = k.now()
}

// Snapshot is what the database holds, as of no longer than four seconds before it
// was called, and after every change that the keeper was told of. It waits where that has to be
// asked for, until gone is closed. The error is ErrUnread.
func (k *Keeper) Snapshot(gone <-chan struct{}) (*Snapshot, error) {
	asked := k.now()
	for {
		k.mu.Lock()
		now := k.now()
		fresh := k.current != nil && k.begun.After(k.stale)
		if fresh && (now.Sub(k.begun) < pollEvery || !k.begun.Before(asked)) {
			s := k.current
			k.mu.Unlock()
			return s, nil
		}
		resting := k.failed != nil && now.Sub(k.failedAt) < pollEvery // after a look that failed
		if k.looking == nil && !resting {
			k.looking = make(chan struct{})
			go k.look(now)
		}
		if fresh && now.Sub(k.begun) < maxAge {
			s := k.current
			k.mu.Unlock()
			return s, nil
		}
		if k.looking == nil {
			k.mu.Unlock()
			return nil, ErrUnread
		}
		done := k.looking
		k.mu.Unlock()
		select {
		case <-done:
		case <-gone:
			return nil, ErrUnread
		}
	}
}

// look asks the database once. begun is from before anything was asked.
func (k *Keeper) look(begun time.Time) {
	ctx, cancel := context.WithTimeout(context.Background(), readTime)
	defer cancel()
	k.mu.Lock()
	before, current, read, moved := k.mark, k.current, k.read, k.moved
	// What a mark announced may have been under way when it was read.
	settled := read.Sub(moved) >= pollEvery
	kept := current != nil && read.After(k.stale) && begun.Sub(read) < readEvery && settled
	k.mu.Unlock()
	mark, err := k.source.Mark(ctx)
	if mark != before {
		moved = begun
	}
	if err == nil && (!kept || mark == "" || mark != before) {
		read = begun
		current, mark, err = k.again(ctx, current, mark)
	}
	if err != nil {
		k.report(err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failed = err; err != nil {
		k.failedAt = k.now()
	} else {
		k.current, k.mark, k.begun, k.read, k.moved = current, mark, begun, read, moved
	}
	close(k.looking)
	k.looking = nil
}

// again reads the catalogue, whose mark was as given, and the mark that it then
// has, "" for none. What changed while it was read may be there in part: it is
// read once more.
func (k *Keeper) again(ctx context.Context, current *Snapshot, mark string) (*Snapshot, string, error) {
	var failed error
	for range maxReads {
		c, o, err := k.source.Read(ctx)
		if err != nil {
			failed = err // it may have met a table that was just dropped
			continue
		}
		failed = nil
		// One that says the same as the current one is that.
		if current == nil || current.Version() != c.Version || current.options != o {
			current = NewSnapshot(c, o)
		}
		after, err := k.source.Mark(ctx)
		if err != nil {
			return nil, "", err
		}
		if after == mark {
			return current, mark, nil
		}
		mark = after
	}
	return current, "", failed // to be read once more in the next look
}
