package ledger

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	// ErrFull tells that the bounded memory of the log has no room. The entry is
	// not recorded; a gap entry will count it.
	ErrFull = errors.New("ledger: the memory for entries is full")
	// ErrUnavailable tells that the disk does not take entries. The entry is not
	// recorded; a gap entry will count it.
	ErrUnavailable = errors.New("ledger: unavailable")
	// ErrClosed tells that the log was closed.
	ErrClosed = errors.New("ledger: closed")
)

// Options says where a log lies and how it is kept. Only Dir is needed, and
// Origin at the first start.
type Options struct {
	Dir         string                // its directory; made at the first start, with Dir+".key" and Dir+".pub" beside it
	Origin      string                // its name, no spaces and no plus signs; "" takes the one its key has
	Seal        time.Duration         // a checkpoint is signed at most this long after an entry; 0 is one second
	SealEntries int                   // or after so many entries, up to the end of a bundle; 0 is 4096
	Commit      time.Duration         // how long a Buffered entry may wait to be written; 0, and at most, 5 ms
	Spool       int                   // bytes of memory for entries not yet durable, and as many for those not yet sealed; 0 is 64 MiB
	Watermark   float64               // part of Spool at which Pressed says so; 0 is 0.75
	Anchors     []Anchor              // where checkpoints go too
	Keep        time.Duration         // drop bundles older than this; 0 keeps all
	Indexer     Indexer               // follows the log; nil for none. Close closes it
	Logger      *slog.Logger          // nil for none
	Metrics     prometheus.Registerer // nil for none

	disk  fileSystem    // of tests
	sync  time.Duration // how long a Buffered entry may stay unsynced
	retry time.Duration // between attempts while the disk refuses
	grace time.Duration // how long files that are no longer needed are kept for readers and copies
}

// Indexer follows the log. Its methods are called by one goroutine, in order.
// Add is called once an entry is durable and must not change e, which it may
// keep. After Open it is called again for the entries that were not sealed
// before: an Indexer takes an index that it has for done. Sealed says that a
// checkpoint of this size was signed. Errors are logged and counted; they do
// not stop the log, since an index can be rebuilt from it.
type Indexer interface {
	Add(index uint64, e *Entry) error
	Sealed(size uint64) error
	Close() error
}

func (o *Options) defaults() error {
	if o.Dir == "" {
		return errors.New("opening ledger: Dir is needed")
	}
	o.Dir = filepath.Clean(o.Dir)
	if o.Seal <= 0 {
		o.Seal = time.Second
	}
	if o.SealEntries <= 0 {
		o.SealEntries = 16 * tileWidth
	}
	if o.Commit <= 0 || o.Commit > 5*time.Millisecond {
		o.Commit = 5 * time.Millisecond
	}
	if o.Spool <= 0 {
		o.Spool = 64 << 20
	}
	if o.Watermark <= 0 || o.Watermark > 1 {
		o.Watermark = 0.75
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.disk == nil {
		o.disk = osFS{}
	}
	if o.sync <= 0 {
		o.sync = 100 * time.Millisecond
	}
	if o.retry <= 0 {
		o.retry = 250 * time.Millisecond
	}
	if o.grace <= 0 {
		o.grace = 5 * time.Second
	}
	return nil
}

// Log is a log open for writing, by this process alone. Its methods may be
// called by many goroutines.
type Log struct {
	o    Options
	disk fileSystem
	keys *keyring
	m    *metrics
	lock io.Closer

	queue  queue
	wal    wal
	sealer sealer

	marker   sync.Mutex // held while the marker is made
	marked   atomic.Bool
	stopping chan struct{} // closed by Close
	stop     sync.Once
	stopErr  error
	done     sync.WaitGroup // the goroutines
	anchors  []*anchorRunner
}

// Open opens the log in o.Dir, or makes it and its key. It brings what a crash
// left behind into order: the end of a write-ahead log that was cut is cut
// off, durable entries that were not sealed are sealed, and where Buffered
// entries may have been lost a gap entry says so. Damage that no crash
// explains is an error, as is a second writer.
func Open(o Options) (*Log, error) {
	if err := o.defaults(); err != nil {
		return nil, err
	}
	m, err := newMetrics(o.Metrics)
	if err != nil {
		return nil, fmt.Errorf("opening ledger %s: registering metrics: %w", o.Dir, err)
	}
	keys, err := openKeys(o.disk, o.Dir, o.Origin)
	if err != nil {
		return nil, err
	}
	o.Origin = keys.signer.Name()
	l := &Log{o: o, disk: o.disk, keys: keys, m: m, stopping: make(chan struct{})}
	if _, err := l.disk.Mkdir(o.Dir); err != nil {
		return nil, fmt.Errorf("opening ledger: %w", err)
	}
	if err := l.disk.SyncDir(filepath.Dir(o.Dir)); err != nil {
		return nil, fmt.Errorf("opening ledger: %w", err)
	}
	if l.lock, err = l.disk.Lock(l.path(lockName)); err != nil {
		return nil, fmt.Errorf("opening ledger %s: %w", o.Dir, err)
	}
	if err := l.start(); err != nil {
		l.lock.Close()
		return nil, fmt.Errorf("opening ledger %s: %w", o.Dir, err)
	}
	return l, nil
}

// start recovers the log and starts its goroutines.
func (l *Log) start() error {
	l.queue.wake = make(chan struct{}, 1)
	l.sealer.wake = make(chan struct{}, 1)
	l.sealer.progress = make(chan struct{})
	unclean, err := l.recover()
	if err != nil {
		return err
	}
	for _, a := range l.o.Anchors {
		l.anchors = append(l.anchors, startAnchor(a, l.o.Logger, l.m, l.Checkpoint()))
	}
	l.done.Add(2)
	commits := make(chan struct{})
	go func() {
		defer l.done.Done()
		defer close(commits)
		l.commitLoop()
	}()
	go func() {
		defer l.done.Done()
		l.sealLoop(commits)
	}()
	if unclean {
		if err := l.noteUncleanStop(); err != nil {
			return errors.Join(err, l.shut())
		}
	}
	if l.o.Keep > 0 {
		l.done.Add(1)
		go func() {
			defer l.done.Done()
			l.keepLoop()
		}()
	}
	return nil
}

func (l *Log) path(name string) string { return filepath.Join(l.o.Dir, name) }

// Fresh tells whether Open made the log's key: the moment to show VerifierKey
// to a person, who keeps it elsewhere.
func (l *Log) Fresh() bool { return l.keys.fresh }

// VerifierKey is the public key in the form of C2SP signed-note:
// "origin+hash+base64".
func (l *Log) VerifierKey() string { return l.keys.public }

// Origin is the log's name.
func (l *Log) Origin() string { return l.o.Origin }

// Checkpoint is the last signed checkpoint (C2SP tlog-checkpoint). The bytes
// are the caller's.
func (l *Log) Checkpoint() []byte {
	l.sealer.mu.Lock()
	defer l.sealer.mu.Unlock()
	return append([]byte(nil), l.sealer.checkpoint...)
}

// Err is why the log refuses entries or cannot sign checkpoints, and nil where
// all is well. It goes back to nil when the disk does.
func (l *Log) Err() error {
	l.queue.mu.Lock()
	err := l.queue.failed
	l.queue.mu.Unlock()
	l.sealer.mu.Lock()
	defer l.sealer.mu.Unlock()
	return errors.Join(err, l.sealer.failed)
}

// Pressed tells that entries come faster than the disk takes them, and that
// the memory for them is filled beyond its watermark: doors that carry
// classified data refuse then.
func (l *Log) Pressed() bool {
	line := int64(l.o.Watermark * float64(l.o.Spool))
	l.queue.mu.Lock()
	defer l.queue.mu.Unlock()
	return l.queue.failed != nil || l.queue.bytes >= line || l.sealer.bytes.Load() >= line
}

// Close makes all entries durable, seals them and gives the directory free.
// Entries that cannot be made durable are counted in its error.
func (l *Log) Close() error {
	l.stop.Do(func() {
		l.stopErr = l.shut()
	})
	return l.stopErr
}

func (l *Log) shut() error {
	l.queue.mu.Lock()
	l.queue.closed = true
	l.queue.mu.Unlock()
	close(l.stopping)
	l.done.Wait()
	err := l.finish()
	for _, a := range l.anchors {
		a.stop(2 * time.Second)
	}
	if l.o.Indexer != nil {
		err = errors.Join(err, l.o.Indexer.Close())
	}
	return errors.Join(err, l.lock.Close())
}
