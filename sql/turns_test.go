package sql

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// counting analyses as long as it is held, and counts how many it does at once.
type counting struct {
	hold      chan struct{}
	now, most atomic.Int64
}

func (*counting) Scan(out *Scan, text []byte, _ *Session) error {
	out.Key = append(out.Key, text...)
	return nil
}

func (c *counting) Analyze(key []byte) (*Analysis, string) {
	n := c.now.Add(1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	<-c.hold
	c.now.Add(-1)
	return new(Analysis), string(key)
}

// TestAnalysesAtOnceAreBounded: statements of every length wait for their turn,
// short ones not behind long ones.
func TestAnalysesAtOnceAreBounded(t *testing.T) {
	for _, tt := range []struct{ length, turns int }{
		{shortText, 4 * runtime.GOMAXPROCS(0)}, {mediumText, 2 * runtime.GOMAXPROCS(0)}, {mediumText + 1, runtime.GOMAXPROCS(0)},
	} {
		d := &counting{hold: make(chan struct{})}
		a := NewAnalyzer(d, Options{})
		var all sync.WaitGroup
		for i := range 200 {
			text := fmt.Sprintf("%*d", tt.length, i)
			all.Go(func() {
				st, err := a.Analyze([]byte(text), nil)
				if err != nil || st.Shape != text {
					t.Errorf("%v", err)
				}
			})
		}
		for d.now.Load() < int64(tt.turns) {
			runtime.Gosched()
		}
		gone := make(chan struct{})
		close(gone)
		if _, err := a.AnalyzeUntil(gone, []byte(strings.Repeat("x", tt.length)), nil); !errors.Is(err, ErrGaveUp) {
			t.Errorf("who is gone is told %v", err)
		}
		close(d.hold)
		all.Wait()
		if most := d.most.Load(); most != int64(tt.turns) {
			t.Errorf("%d bytes: %d analyses at once, want %d", tt.length, most, tt.turns)
		}
	}
}

// TestMemoGoesWithItsAnalysis: what was made of an analysis is made once, and
// counts against the cache by the names that it holds.
func TestMemoGoesWithItsAnalysis(t *testing.T) {
	d := &counting{hold: make(chan struct{})}
	close(d.hold)
	a := NewAnalyzer(d, Options{})
	made := 0
	for range 3 {
		st, err := a.Analyze([]byte("one"), nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := st.Memo(func(s *Statement) any { made++; return s.Shape + "!" }); got != "one!" {
			t.Errorf("the memo is %v", got)
		}
		st.Release()
	}
	if made != 1 {
		t.Errorf("it was made %d times", made)
	}
	few, many := &entry{analysis: new(Analysis)}, &entry{analysis: &Analysis{Columns: make([]Column, 1000)}}
	if many.size() < few.size()+1000*nameOverhead {
		t.Errorf("an analysis with 1,000 columns counts %d bytes, one without %d", many.size(), few.size())
	}
}
