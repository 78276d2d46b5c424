package index

import (
	"encoding/json"
	"iter"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find/findtest"
)

// memory is a log in memory; entries before dropped are gone.
type memory struct {
	mu      sync.Mutex
	entries []*ledger.Entry
	sealed  uint64
	dropped uint64
}

var _ Source = (*memory)(nil)

func (m *memory) Sealed() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.sealed
}

func (m *memory) Records(from uint64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		if from < m.dropped {
			if !yield(ledger.Record{}, &ledger.HoleError{From: from, To: m.dropped, Dropped: true}) {
				return
			}
		}
		for i := max(from, m.dropped); ; i++ {
			m.mu.Lock()
			if i >= uint64(len(m.entries)) {
				m.mu.Unlock()
				return
			}
			e, sealed := m.entries[i], i < m.sealed
			m.mu.Unlock()
			raw, err := json.Marshal(e)
			if !yield(ledger.Record{Index: i, Sealed: sealed, Raw: raw}, err) {
				return
			}
		}
	}
}

func (m *memory) add(e *ledger.Entry) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entries = append(m.entries, e)
	return uint64(len(m.entries) - 1)
}

// randomLog has n entries, all but the last 20 of them sealed.
func randomLog(seed uint64, n int) *memory {
	r := rand.New(rand.NewPCG(seed, 1))
	m := &memory{sealed: uint64(max(0, n-20))}
	for i := range n {
		m.add(findtest.Entry(r, i))
	}
	return m
}

// feed gives the entries from the given one on to the writer, with a
// checkpoint after each every.
func feed(t testing.TB, w *Writer, m *memory, from, every int) {
	t.Helper()
	for i := from; i < len(m.entries); i++ {
		if err := w.Add(uint64(i), m.entries[i]); err != nil {
			t.Fatal(err)
		}
		if (i+1)%every == 0 {
			m.mu.Lock()
			m.sealed = uint64(i + 1)
			m.mu.Unlock()
			if err := w.Sealed(uint64(i + 1)); err != nil {
				t.Fatal(err)
			}
		}
	}
}
