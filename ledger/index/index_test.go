package index

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport/ledger/find"
	"github.com/sallyport/sallyport/ledger/find/findtest"
)

const small = 300 // entries in a segment of these tests

func openSmall(t testing.TB, dir string, m *memory) *Index {
	t.Helper()
	x := newIndex(dir, m, small)
	if err := x.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func parse(t testing.TB, s string) *find.Query {
	t.Helper()
	q, err := find.Parse(s, findtest.Start.Add(3*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// want is what Match finds in the log, the newest first.
func want(m *memory, q *find.Query) []Hit {
	var all []Cursor
	for i := m.dropped; i < uint64(len(m.entries)); i++ {
		if e := m.entries[i]; q.Match(e) {
			all = append(all, Hit{i, e.Time, e.ID}.Cursor())
		}
	}
	slices.SortFunc(all, func(a, b Cursor) int { return b.compare(a) })
	hits := []Hit{}
	for _, c := range all {
		hits = append(hits, c.hit())
	}
	return hits
}

// pages is all hits by pages of the given size.
func pages(t testing.TB, x *Index, q *find.Query, limit int) []Hit {
	t.Helper()
	hits := []Hit{}
	r := Request{Query: q, Limit: limit}
	for {
		res, err := x.Search(context.Background(), r)
		if err != nil {
			t.Fatalf("%s: %v", q, err)
		}
		if res.Scanned > res.Of {
			t.Fatalf("%s: scanned %d of %d", q, res.Scanned, res.Of)
		}
		hits = append(hits, res.Hits...)
		after, err := ParseCursor(res.Next.String())
		if err != nil || after != res.Next {
			t.Fatalf("cursor %s is read back as %s: %v", res.Next, after, err)
		}
		if r.After = after; after.IsZero() {
			return hits
		}
	}
}

func fieldNames() (names []string) {
	for _, f := range find.Fields() {
		names = append(names, f.Name)
	}
	return names
}

// TestAgreesWithMatch asks an index in every state random questions and
// compares its answers with those of Match.
func TestAgreesWithMatch(t *testing.T) {
	m := randomLog(3, 2000)
	replayed := openSmall(t, t.TempDir(), m)

	dir := t.TempDir()
	live := &memory{}
	w, err := newWriter(t.Context(), dir, live, small)
	if err != nil {
		t.Fatal(err)
	}
	live.entries = m.entries
	feed(t, w, live, 0, 70)
	t.Cleanup(func() { w.Close() })

	memoryOnly := newIndex(t.TempDir(), m, SegmentEntries)
	if err := memoryOnly.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}

	r := rand.New(rand.NewPCG(5, 5))
	names, asked, found := fieldNames(), 0, 0
	for range 300 {
		text := findtest.Query(r, names)
		q, err := find.Parse(text, findtest.Start.Add(3*time.Hour))
		if err != nil {
			continue
		}
		asked++
		expect := want(m, q)
		found += len(expect)
		limit := 50 + r.IntN(2000)
		for state, x := range map[string]*Index{"replayed": replayed, "writer": w.Index, "memory": memoryOnly} {
			if diff := cmp.Diff(expect, pages(t, x, q, limit)); diff != "" {
				t.Fatalf("%s, %s, %d a page (-match +index):\n%s", state, text, limit, diff)
			}
		}
	}
	if asked < 200 || found < 20_000 {
		t.Errorf("only %d queries with %d hits: the test proves little", asked, found)
	}
}

func TestScannedStopsEarly(t *testing.T) {
	m := randomLog(3, 2000)
	x := openSmall(t, t.TempDir(), m)
	res, err := x.Search(t.Context(), Request{Limit: 5})
	if err != nil {
		t.Fatal(err)
	}
	if res.Of != 2000 || res.Scanned == 0 || res.Scanned > 2*small {
		t.Errorf("scanned %d of %d", res.Scanned, res.Of)
	}
	res, err = x.Search(t.Context(), Request{Query: parse(t, "door:nowhere")})
	if err != nil || res.Scanned != 2000 || len(res.Hits) != 0 {
		t.Errorf("scanned %d, %d hits, error %v; want all 2000 and none", res.Scanned, len(res.Hits), err)
	}
}

// TestReadBesideWriter: another process sees what was added since.
func TestReadBesideWriter(t *testing.T) {
	dir := t.TempDir()
	m := &memory{}
	w, err := newWriter(t.Context(), dir, nil, small)
	if err != nil {
		t.Fatal(err)
	}
	x := openSmall(t, dir, m)
	all := randomLog(9, 1700).entries
	q := parse(t, "verdict:deny")
	for cut := 100; cut <= len(all); cut += 400 {
		from := len(m.entries)
		m.entries = all[:cut]
		feed(t, w, m, from, 90)
		if err := x.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want(m, q), pages(t, x, q, 1000)); diff != "" {
			t.Fatalf("after %d entries:\n%s", cut, diff)
		}
	}
	if err := w.Sealed(uint64(len(m.entries))); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	m.sealed = uint64(len(m.entries))
	chain, _, err := list(filepath.Join(dir, Dir), 0, m.sealed)
	if err != nil || chain[len(chain)-1].end != m.sealed {
		t.Errorf("files end at %v, want %d: %v", chain, m.sealed, err)
	}
}

// TestRestart: what a stopped writer left is taken up, entries that come
// again are passed over, and small last segments do not add up.
func TestRestart(t *testing.T) {
	dir := t.TempDir()
	m := &memory{}
	all := randomLog(11, 1300).entries
	for i := 100; i <= len(all); i += 100 {
		var src Source = m
		if len(m.entries) == 0 {
			src = nil
		}
		w, err := newWriter(t.Context(), dir, src, small)
		if err != nil {
			t.Fatal(err)
		}
		m.entries = all[:i]
		feed(t, w, m, max(0, i-150), 50)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, Dir, "*"))
	if err != nil || len(files) != 5 {
		t.Errorf("%d files, want 5: %v", len(files), err)
	}
	x := openSmall(t, dir, m)
	if diff := cmp.Diff(want(m, parse(t, "")), pages(t, x, parse(t, ""), 999)); diff != "" {
		t.Error(diff)
	}
}

func TestAddRefusesAHole(t *testing.T) {
	m := randomLog(1, 10)
	w, err := newWriter(t.Context(), t.TempDir(), nil, small)
	if err != nil {
		t.Fatal(err)
	}
	feed(t, w, m, 0, 5)
	if err := w.Add(11, m.entries[0]); err == nil {
		t.Error("entry 11 was taken after 9")
	}
	if err := w.Add(10, m.entries[0]); err == nil {
		t.Error("a stopped index goes on")
	}
	if err := w.Close(); err == nil {
		t.Error("Close does not say that the index stopped")
	}
}

func TestNeverSealedIsBounded(t *testing.T) {
	m := randomLog(1, 10*small)
	w, err := newWriter(t.Context(), t.TempDir(), nil, small)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range m.entries {
		if err = w.Add(uint64(i), e); err != nil {
			break
		}
	}
	if err == nil || len(w.full) > 5 {
		t.Errorf("%d segments wait for a checkpoint, error %v", len(w.full), err)
	}
	w.Close()
}

// TestDamage: whatever byte of a file is changed, the answer stays that of the
// log, or the file is made again.
func TestDamage(t *testing.T) {
	m := randomLog(13, 600)
	m.sealed = 600
	dir := t.TempDir()
	openSmall(t, dir, m)
	q := parse(t, "class:card -door:db rows:>10 what:*select* since:3h id:*")
	expect := want(m, q)
	files, err := filepath.Glob(filepath.Join(dir, Dir, "*.parquet"))
	if err != nil || len(files) != 2 {
		t.Fatalf("files %v: %v", files, err)
	}
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	repaired := 0
	check := func(what string, bad []byte) {
		t.Helper()
		if err := os.WriteFile(files[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		x := newIndex(dir, m, small)
		if err := x.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		res, err := x.Search(t.Context(), Request{Query: q, Limit: 5000})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if diff := cmp.Diff(expect, append([]Hit{}, res.Hits...)); diff != "" {
			t.Fatalf("%s (-match +index):\n%s", what, diff)
		}
		repaired += len(res.Repaired)
	}
	for range 120 {
		bad := slices.Clone(good)
		at := r.IntN(len(bad))
		bad[at] ^= byte(1 << r.IntN(8))
		check(fmt.Sprintf("byte %d changed", at), bad)
	}
	before := repaired
	check("cut", good[:len(good)/2])
	check("empty", nil)
	check("other", []byte("PAR1 this is not Parquet PAR1"))
	if repaired != before+3 || before < 20 {
		t.Errorf("%d files were made again, %d of them for a changed byte", repaired, before)
	}
}

// TestConcurrent searches while entries are added and files repaired.
func TestConcurrent(t *testing.T) {
	m := randomLog(51, 3000)
	m.sealed = 0
	dir := t.TempDir()
	w, err := newWriter(t.Context(), dir, m, small)
	if err != nil {
		t.Fatal(err)
	}
	q := parse(t, "verdict:deny class:card")
	stop, done := make(chan struct{}), make(chan error, 2)
	for range cap(done) {
		go func() {
			for {
				select {
				case <-stop:
					done <- nil
					return
				default:
				}
				if _, err := w.Search(context.Background(), Request{Query: q, Limit: 1000}); err != nil {
					done <- err
					return
				}
			}
		}()
	}
	feed(t, w, m, 0, 50)
	files, _ := filepath.Glob(filepath.Join(dir, Dir, "*.parquet"))
	os.Remove(files[0])
	if diff := cmp.Diff(want(m, q), pages(t, w.Index, q, 1000)); diff != "" {
		t.Error(diff)
	}
	close(stop)
	for range cap(done) {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Error(err)
	}
}

func TestMissingFile(t *testing.T) {
	m := randomLog(13, 1000)
	dir := t.TempDir()
	x := openSmall(t, dir, m)
	files, _ := filepath.Glob(filepath.Join(dir, Dir, "*.parquet"))
	if err := os.Remove(files[1]); err != nil {
		t.Fatal(err)
	}
	q := parse(t, "act:sql")
	if diff := cmp.Diff(want(m, q), pages(t, x, q, 100)); diff != "" {
		t.Errorf("lost while open:\n%s", diff)
	}
	os.Remove(files[0])
	if diff := cmp.Diff(want(m, q), pages(t, openSmall(t, dir, m), q, 100)); diff != "" {
		t.Errorf("lost before opening:\n%s", diff)
	}
}

// TestOtherLog: files of another log, or ahead of this one, are not trusted.
func TestOtherLog(t *testing.T) {
	dir := t.TempDir()
	openSmall(t, dir, randomLog(17, 1500))
	for name, m := range map[string]*memory{"other": randomLog(18, 1500), "shorter": randomLog(18, 700)} {
		q := parse(t, "verdict:deny")
		x := openSmall(t, dir, m)
		if diff := cmp.Diff(want(m, q), pages(t, x, q, 100)); diff != "" {
			t.Errorf("%s (-match +index):\n%s", name, diff)
		}
		for _, h := range pages(t, x, q, 1000)[:3] {
			if _, err := x.Entry(h); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestReadOnlyFolder(t *testing.T) {
	m := randomLog(19, 1000)
	dir := filepath.Join(t.TempDir(), "gone") // no folder at all: even root cannot write there
	x := openSmall(t, dir, m)
	q := parse(t, "verdict:deny")
	if diff := cmp.Diff(want(m, q), pages(t, x, q, 100)); diff != "" {
		t.Error(diff)
	}
	spill := x.spill
	if spill == "" || x.Close() != nil {
		t.Fatal("no temporary folder")
	}
	if _, err := os.Stat(spill); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary folder stays: %v", err)
	}
}

func TestDroppedEntries(t *testing.T) {
	m := randomLog(21, 1500)
	m.dropped = 400
	q := parse(t, "verdict:deny")
	if diff := cmp.Diff(want(m, q), pages(t, openSmall(t, t.TempDir(), m), q, 100)); diff != "" {
		t.Error(diff)
	}
}

func TestRebuild(t *testing.T) {
	dir := t.TempDir()
	openSmall(t, dir, randomLog(23, 1500))
	m := randomLog(24, 1200)
	done, err := rebuild(t.Context(), dir, m, small)
	if err != nil {
		t.Fatal(err)
	}
	if done.Entries != m.sealed || done.Segments != 4 || done.Bytes == 0 {
		t.Errorf("rebuilt %+v", done)
	}
	all, err := os.ReadDir(filepath.Join(dir, Dir))
	if err != nil {
		t.Fatal(err)
	}
	beyond := 0
	for _, f := range all {
		if n, ok := parseName(f.Name()); !ok || n.first < m.sealed && n.end > m.sealed {
			t.Errorf("%s is left", f.Name())
		} else if n.first >= m.sealed {
			beyond++
		}
	}
	x := openSmall(t, dir, m)
	q := parse(t, "verdict:deny")
	res, err := x.Search(t.Context(), Request{Query: q, Limit: 5000})
	if err != nil || len(res.Repaired) != 0 {
		t.Fatalf("repaired %v, error %v", res.Repaired, err)
	}
	if diff := cmp.Diff(want(m, q), res.Hits); diff != "" {
		t.Error(diff)
	}
}

func TestParseCursorRefuses(t *testing.T) {
	for _, s := range []string{"x", "0.0.0", "000000000000000g.0198c1a2-7b3c-7def-8123-456789abcdef.1", "0000000000000001.0198c1a2-7b3c-7def-8123-456789abcdef.1 "} {
		if _, err := ParseCursor(s); err == nil {
			t.Errorf("%q was read", s)
		}
	}
}

func FuzzOpen(f *testing.F) {
	dir := f.TempDir()
	m := randomLog(31, 40)
	x := newIndex(dir, m, 20)
	if err := x.Refresh(f.Context()); err != nil {
		f.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, Dir, "*.parquet"))
	n, _ := parseName(filepath.Base(files[0]))
	good, err := os.ReadFile(files[0])
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, n.String()), b, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := open(dir, n)
		if err != nil {
			return
		}
		defer s.close()
		for c := range find.NumColumns {
			switch c.Kind() {
			case find.IsNumber:
				s.numbers(c)
				s.bounds(c)
			case find.IsID:
				s.ids(c)
				s.mayHold(c, findtest.ID(rand.New(rand.NewPCG(1, 1))))
			default:
				s.dict(c)
				s.codes(c)
			}
		}
	})
}
