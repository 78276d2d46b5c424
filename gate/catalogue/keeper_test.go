package catalogue

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// counted is a database whose answers take a while, and can be changed.
type counted struct {
	mu           sync.Mutex
	takes        time.Duration
	version      int
	marks, reads int
	drift        int // by how much the version rises while it is read, one less each time
	noMark       bool
	same         string // the mark, whatever the version is
	err          error
}

func (c *counted) Read(ctx context.Context) (*sql.Catalogue, lineage.Options, error) {
	c.mu.Lock()
	c.reads++
	version := c.version
	c.mu.Unlock()
	select {
	case <-time.After(c.takes):
		c.mu.Lock()
		defer c.mu.Unlock()
		c.version += c.drift
		c.drift = max(0, c.drift-1)
	case <-ctx.Done():
		return nil, lineage.Options{}, ctx.Err()
	}
	return &sql.Catalogue{Version: strconv.Itoa(version)}, lineage.Options{}, c.err
}

// becomes changes the database, also while somebody asks it.
func (c *counted) becomes(version int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.version = version
}

func (c *counted) Mark(context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.marks++
	if c.noMark {
		return "", c.err
	}
	return cmp.Or(c.same, strconv.Itoa(c.version)), c.err
}

func version(t *testing.T, k *Keeper) string {
	t.Helper()
	s, err := k.Snapshot(nil)
	if err != nil {
		t.Fatal(err)
	}
	return s.Version()
}

func TestNobodyAsksUnlessWanted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		k := New(c, func(error) {})
		time.Sleep(time.Hour)
		if c.marks+c.reads != 0 {
			t.Errorf("the database was asked %d times", c.marks+c.reads)
		}
		version(t, k)
		version(t, k)
		if c.marks != 2 || c.reads != 1 {
			t.Errorf("two statements at once asked for %d marks and read %d times, want 2 and 1", c.marks, c.reads)
		}
	})
}

func TestChangesOfOthersAreSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{takes: 100 * time.Millisecond}
		k := New(c, func(error) {})
		version(t, k)
		c.becomes(1)
		time.Sleep(maxAge)
		if got := version(t, k); got != "1" {
			t.Errorf("a statement %v after a change found version %s", maxAge, got)
		}
		c.becomes(2)
		time.Sleep(pollEvery)
		if got := version(t, k); got != "1" {
			t.Errorf("a statement waited for a look although what there is is %v old", pollEvery)
		}
		time.Sleep(2 * c.takes)
		if got := version(t, k); got != "2" {
			t.Errorf("the look that it began found version %s", got)
		}
		reads := c.reads
		for range 2 * readEvery / pollEvery {
			time.Sleep(pollEvery)
			version(t, k)
			synctest.Wait()
		}
		time.Sleep(2 * c.takes)
		if c.reads != reads+2 {
			t.Errorf("in %v in which its mark stayed the catalogue was read %d times, want 2", 2*readEvery, c.reads-reads)
		}
	})
}

func TestChangesThatWereToldOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{takes: 100 * time.Millisecond}
		k := New(c, func(error) {})
		version(t, k)
		time.Sleep(time.Millisecond)
		c.becomes(1)
		k.Stale()
		time.Sleep(time.Millisecond)
		if got := version(t, k); got != "1" {
			t.Errorf("right behind a change it was told of it knows version %s", got)
		}
		// Also where its mark moved when the change began.
		time.Sleep(time.Millisecond)
		c.same = "1"
		c.becomes(7)
		k.Stale()
		time.Sleep(time.Millisecond)
		if got := version(t, k); got != "7" {
			t.Errorf("behind a change that moved no mark it knows version %s", got)
		}
		c.same = ""
		// A look that began before the change does not count.
		time.Sleep(pollEvery)
		c.becomes(2)
		go k.Snapshot(nil)
		time.Sleep(c.takes / 2)
		c.becomes(3)
		k.Stale()
		time.Sleep(time.Millisecond)
		if got := version(t, k); got != "3" {
			t.Errorf("a look that was under way at the change was taken: version %s", got)
		}
	})
}

func TestWhatChangesWhileItIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{takes: time.Second, drift: 2}
		k := New(c, func(error) {})
		if got := version(t, k); got != "3" || c.reads != 3 {
			t.Errorf("after %d reads it knows version %s", c.reads, got)
		}
		c.drift = 100
		k.Stale()
		time.Sleep(time.Millisecond)
		version(t, k)
		if c.reads != 3+maxReads {
			t.Errorf("one that keeps changing was read %d times in one look", c.reads-3)
		}
		c.drift = 0
		time.Sleep(maxAge)
		version(t, k)
		if c.reads != 3+maxReads+1 {
			t.Error("what kept changing was not read again")
		}
	})
}

// TestWhatAMarkAnnounces: a change that was still under way when its mark was seen
// is found in the look behind it.
func TestWhatAMarkAnnounces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{same: "1"}
		k := New(c, func(error) {})
		version(t, k)
		time.Sleep(maxAge)
		version(t, k)
		c.same = "2"
		time.Sleep(maxAge)
		if got := version(t, k); got != "0" {
			t.Errorf("version %s", got)
		}
		c.becomes(1)
		time.Sleep(maxAge)
		if got := version(t, k); got != "1" {
			t.Errorf("the look behind the one that saw the mark knows version %s", got)
		}
	})
}

func TestOneFailureIsNoEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{}
		k := New(c, func(error) {})
		version(t, k)
		c.err = errors.New("a table was just dropped")
		time.Sleep(pollEvery)
		for range 3 {
			if got := version(t, k); got != "0" {
				t.Errorf("what is %v old was not taken: %s", pollEvery, got)
			}
			synctest.Wait()
		}
	})
}

func TestWithoutMarkAllIsRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{noMark: true}
		k := New(c, func(error) {})
		before, _ := k.Snapshot(nil)
		time.Sleep(maxAge)
		after, _ := k.Snapshot(nil)
		if c.reads != 2 {
			t.Errorf("it was read %d times, want 2", c.reads)
		}
		if before != after {
			t.Error("a catalogue that says the same made another snapshot, which forgets every lineage")
		}
		c.becomes(1)
		time.Sleep(maxAge)
		if got := version(t, k); got != "1" {
			t.Errorf("version %s", got)
		}
	})
}

func TestWhatCannotBeRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &counted{err: errors.New("gone")}
		var told []error
		k := New(c, func(err error) { told = append(told, err) })
		for range 100 {
			if _, err := k.Snapshot(nil); !errors.Is(err, ErrUnread) {
				t.Fatalf("got %v", err)
			}
		}
		if c.marks != 1 || len(told) != 1 || !errors.Is(told[0], c.err) {
			t.Errorf("a hundred statements at once asked %d times, and were told of as %v", c.marks, told)
		}
		c.err = nil
		time.Sleep(pollEvery)
		version(t, k)
		c.err = errors.New("gone again")
		time.Sleep(maxAge)
		if _, err := k.Snapshot(nil); !errors.Is(err, ErrUnread) {
			t.Errorf("what was known %v ago was taken: %v", maxAge, err)
		}
	})
}

func TestASessionThatIsOverDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := New(&counted{takes: time.Hour}, func(error) {})
		begun, gone := time.Now(), make(chan struct{})
		time.AfterFunc(time.Second, func() { close(gone) })
		if _, err := k.Snapshot(gone); !errors.Is(err, ErrUnread) || time.Since(begun) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(begun))
		}
		time.Sleep(readTime) // the look ends by its own bound
		if _, err := k.Snapshot(nil); !errors.Is(err, ErrUnread) {
			t.Errorf("got %v", err)
		}
	})
}
