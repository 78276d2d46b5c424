package ledger

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/sallyport/sallyport"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/api"
	"github.com/transparency-dev/tessera/client"
	"github.com/transparency-dev/tessera/fsck"
	"golang.org/x/mod/sumdb/note"
)

const testOrigin = "ledger.example.com/test"

// testEntry is an ordinary entry; note marks it.
func testEntry(note string) *Entry {
	now := time.Now()
	return &Entry{
		Type: Crossed, ID: sallyport.NewID(now), Session: sallyport.NewID(now), Time: now, Nanos: 1234567,
		App: "colours", Door: "database", From: Peer{Kind: "app", Name: "colours", Addr: "127.0.0.1:41000", Proof: "password"},
		To:  Peer{Kind: "upstream", Name: "main", Addr: "127.0.0.1:3306", Proof: "certificate"},
		Act: Act{Kind: "sql", Dir: "ingress", Verb: "SELECT", What: "SELECT colour FROM favourites WHERE user_id = ?", Proto: "mysql", Tables: []string{"favourites"}, Prepared: true, Params: 1},
		In:  Flow{Bytes: 128, Rows: 1, Classes: []string{"email"}}, Out: Flow{Bytes: 64},
		Effect: "allow", Reasons: []Reason{{Code: "rule", At: "sallyport.yaml:31", Path: "doors[1].allow[0]"}},
		Policy: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", Note: note,
	}
}

func testOptions(dir string) Options {
	return Options{Dir: dir, Origin: testOrigin, Seal: time.Hour, SealEntries: 1 << 30, retry: 5 * time.Millisecond}
}

func mustOpen(t testing.TB, o Options) *Log {
	t.Helper()
	l, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustAppend(t testing.TB, l *Log, d Durability, notes ...string) {
	t.Helper()
	for _, n := range notes {
		if err := l.Append(testEntry(n), d); err != nil {
			t.Fatalf("append %s: %v", n, err)
		}
	}
}

func mustClose(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// sealNow waits until all that is durable is sealed.
func sealNow(t testing.TB, l *Log, size uint64) {
	t.Helper()
	l.sealer.hurry()
	if err := l.waitSealed(t.Context(), size); err != nil {
		t.Fatal(err)
	}
}

func mustVerify(t testing.TB, dir string, o VerifyOptions) *Report {
	t.Helper()
	r, err := Verify(dir, readPublic(keyBase(dir)), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range r.Faults {
		t.Errorf("%s", f)
	}
	return r
}

// keyBase is the directory whose key belongs to dir, which may be a copy.
func keyBase(dir string) string {
	if b, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "original")); err == nil {
		return string(b)
	}
	return dir
}

func notes(t testing.TB, dir string) []string {
	t.Helper()
	r, err := OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rec, err := range r.Records(0) {
		if err != nil {
			t.Fatal(err)
		}
		if rec.Index != uint64(len(all)) {
			t.Fatalf("record %d stands at %d", rec.Index, len(all))
		}
		e, err := rec.Entry()
		if err != nil {
			t.Fatal(err)
		}
		n := e.Note
		if e.Type == Gap {
			n = "gap:" + e.Reasons[0].Code
		}
		all = append(all, n)
	}
	return all
}

// mustFsck asks an independent implementation of C2SP tlog-tiles.
func mustFsck(t testing.TB, dir string) {
	t.Helper()
	v, err := note.NewVerifier(readPublic(dir))
	if err != nil {
		t.Fatal(err)
	}
	hasher := func(bundle []byte) ([][]byte, error) {
		b := new(api.EntryBundle)
		if err := b.UnmarshalText(bundle); err != nil {
			return nil, err
		}
		var hashes [][]byte
		for _, e := range b.Entries {
			hashes = append(hashes, rfc6962.DefaultHasher.HashLeaf(e))
		}
		return hashes, nil
	}
	if err := fsck.New(testOrigin, v, client.FileFetcher{Root: dir}, hasher, fsck.Opts{N: 2}).Check(context.Background()); err != nil {
		t.Errorf("tessera's fsck: %v", err)
	}
}

func TestSizes(t *testing.T) {
	for _, size := range []int{1, 2, 255, 256, 257, 511, 512, 1000, 65536, 65537 + 256} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "log")
			// Sealed in four uneven steps and over one restart, so that partial
			// tiles are replaced.
			l := mustOpen(t, testOptions(dir))
			n := 0
			for _, part := range []int{size / 7, size / 3, size / 2, size} {
				for ; n < part; n++ {
					mustAppend(t, l, Buffered, fmt.Sprint(n))
				}
				mustAppend(t, l, Durable, fmt.Sprint(n))
				n++
				sealNow(t, l, uint64(n))
				mustFsck(t, dir)
				if part == size/3 {
					mustClose(t, l)
					l = mustOpen(t, testOptions(dir))
				}
			}
			mustVerify(t, dir, VerifyOptions{})
			mustClose(t, l)
			mustFsck(t, dir)
			r := mustVerify(t, dir, VerifyOptions{Since: l.Checkpoint()})
			if r.Size != uint64(n) || r.Tail != 0 || len(r.Since) != 1 {
				t.Errorf("verified size %d, tail %d, since %v; want %d, 0", r.Size, r.Tail, r.Since, n)
			}
			for i, got := range notes(t, dir) {
				if got != fmt.Sprint(i) {
					t.Fatalf("entry %d says %q", i, got)
				}
			}
			for _, index := range []int{0, n / 2, n - 1} {
				p, err := Prove(dir, uint64(index))
				if err != nil {
					t.Fatal(err)
				}
				if err := p.Check(l.VerifierKey()); err != nil {
					t.Error(err)
				}
				p.Entry += " "
				if p.Check(l.VerifierKey()) == nil {
					t.Error("a changed entry is proven")
				}
			}
		})
	}
}

func TestSecondWriter(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	l := mustOpen(t, testOptions(dir))
	if !l.Fresh() || l.VerifierKey() == "" {
		t.Error("a new log is not fresh")
	}
	if _, err := Open(testOptions(dir)); err == nil {
		t.Error("a second writer is let in")
	}
	mustClose(t, l)
	if err := l.Append(testEntry(""), Durable); !errors.Is(err, ErrClosed) {
		t.Errorf("append after close: %v", err)
	}
	again := mustOpen(t, testOptions(dir))
	if again.Fresh() || again.VerifierKey() != l.VerifierKey() || again.Pseudonym("k", []byte("v")) != l.Pseudonym("k", []byte("v")) {
		t.Error("the key did not last")
	}
	mustClose(t, again)
	o := testOptions(dir)
	o.Origin = "another.example.com"
	if _, err := Open(o); err == nil {
		t.Error("another origin is taken")
	}
}

func TestPseudonym(t *testing.T) {
	l := mustOpen(t, testOptions(filepath.Join(t.TempDir(), "log")))
	defer mustClose(t, l)
	seen := map[string]string{}
	for _, c := range [][2]string{{"", ""}, {"a", "b"}, {"ab", ""}, {"", "ab"}, {"path", "b"}, {"a", "c"}} {
		h := l.Pseudonym(c[0], []byte(c[1]))
		if len(h) != 26 || h[:2] != "h:" || h != l.Pseudonym(c[0], []byte(c[1])) {
			t.Errorf("pseudonym of %q is %q", c, h)
		}
		if was, ok := seen[h]; ok {
			t.Errorf("%q and %q share a pseudonym", c, was)
		}
		seen[h] = fmt.Sprint(c)
	}
}

// TestConcurrent appends from many goroutines while a reader follows, and
// compares what was acknowledged with what is there.
func TestConcurrent(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	o := testOptions(dir)
	o.Seal, o.SealEntries = 10*time.Millisecond, 100
	index := new(recordingIndexer)
	o.Indexer = index
	o.Metrics = prometheus.NewRegistry()
	l := mustOpen(t, o)
	const workers, each = 8, 300
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	followed := make(chan int)
	go func() {
		r, err := OpenReader(dir)
		n := 0
		if err == nil {
			for rec, err := range r.Follow(ctx, 0) {
				if err != nil || rec.Index != uint64(n) {
					t.Errorf("following: record %d at %d: %v", rec.Index, n, err)
					break
				}
				if n++; n == workers*each {
					break
				}
			}
		}
		followed <- n
	}()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				e := testEntry(fmt.Sprintf("%d/%d", w, i))
				d := Durable
				if w%2 == 0 {
					d = Buffered
				}
				if err := l.Append(e, d); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := <-followed; n != workers*each {
		t.Errorf("followed %d of %d", n, workers*each)
	}
	mustClose(t, l)
	mustVerify(t, dir, VerifyOptions{})
	mustFsck(t, dir)
	last := map[int]int{}
	for i, n := range notes(t, dir) {
		var w, k int
		fmt.Sscanf(n, "%d/%d", &w, &k)
		if k != last[w] {
			t.Fatalf("entry %d is %s, want %d/%d", i, n, w, last[w])
		}
		last[w]++
		if index.notes[i] != n {
			t.Fatalf("the index has %q for entry %d, the log %q", index.notes[i], i, n)
		}
	}
	if index.sealed != workers*each || !index.closed {
		t.Errorf("the index was told of %d sealed entries, closed %v", index.sealed, index.closed)
	}
}

type recordingIndexer struct {
	notes  []string
	sealed uint64
	closed bool
}

var _ Indexer = (*recordingIndexer)(nil)

func (r *recordingIndexer) Add(index uint64, e *Entry) error {
	if index != uint64(len(r.notes)) {
		return fmt.Errorf("added %d, want %d", index, len(r.notes))
	}
	r.notes = append(r.notes, e.Note)
	return nil
}
func (r *recordingIndexer) Sealed(size uint64) error { r.sealed = size; return nil }
func (r *recordingIndexer) Close() error             { r.closed = true; return nil }

func TestFull(t *testing.T) {
	o := testOptions(filepath.Join(t.TempDir(), "log"))
	o.Spool = 64 << 10
	l := mustOpen(t, o)
	refused := 0
	for range 2000 {
		err := l.Append(testEntry("flood"), Buffered)
		if err != nil && !errors.Is(err, ErrFull) {
			t.Fatal(err)
		}
		if err != nil {
			refused++
		}
	}
	if refused == 0 {
		t.Fatal("a spool of 64 KiB took 2000 entries: the bound does not hold")
	}
	mustClose(t, l)
	var counted uint64
	r, err := OpenReader(o.Dir)
	if err != nil {
		t.Fatal(err)
	}
	for rec := range r.Records(0) {
		if e, _ := rec.Entry(); e.Type == Gap {
			counted += e.Count
		}
	}
	if counted != uint64(refused) {
		t.Errorf("gap entries count %d, refused were %d", counted, refused)
	}
	mustVerify(t, o.Dir, VerifyOptions{})
}
