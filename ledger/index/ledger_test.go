package index

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find/findtest"
)

// TestWithLedger: the real log drives the index through restarts, and another
// reader finds all of it.
func TestWithLedger(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	r := rand.New(rand.NewPCG(41, 1))
	for start := range 3 {
		w, err := newWriter(t.Context(), dir, nil, small)
		if err != nil {
			t.Fatal(err)
		}
		l, err := ledger.Open(ledger.Options{Dir: dir, Origin: "sallyport.example.com/test", SealEntries: 50, Indexer: w})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 400 {
			e := findtest.Big(r, start*400+i)
			if i == 200 {
				e.Door = "attic"
			}
			if err := l.Append(e, ledger.Buffered); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	src, err := ledger.OpenReader(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[uint64]sallyport.ID{}
	q := parse(t, "verdict:deny")
	for rec, err := range src.Records(0) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := rec.Entry()
		if err != nil {
			t.Fatal(err)
		}
		if q.Match(e) {
			all[rec.Index] = e.ID
		}
	}
	x, err := Open(t.Context(), dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	found := map[uint64]sallyport.ID{}
	for h, err := range x.All(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		found[h.Index] = h.ID
	}
	if diff := cmp.Diff(all, found); diff != "" || len(all) < 10 {
		t.Errorf("%d entries (-log +index):\n%s", len(all), diff)
	}
	res, err := x.Search(t.Context(), Request{Query: parse(t, "door:attic")})
	if err != nil || len(res.Hits) != 3 || len(res.Repaired)+len(res.Holes) != 0 || res.Of < 1200 {
		t.Fatalf("%+v: %v", res, err)
	}
	for _, h := range res.Hits {
		if e, err := x.Entry(h); err != nil || e.Door != "attic" {
			t.Errorf("entry %d: %+v, %v", h.Index, e, err)
		}
	}
	if done, err := Rebuild(t.Context(), dir, nil); err != nil || done.Entries != res.Of {
		t.Errorf("rebuilt %+v of %d entries: %v", done, res.Of, err)
	}
}
