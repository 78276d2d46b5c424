package guard

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestMeterLetsNoSpanHoldMore: whenever rows come and however they are asked
// for, no span of the meter's length holds more than it lets pass, and what it
// refuses passes after the wait that it tells.
func TestMeterLetsNoSpanHoldMore(t *testing.T) {
	const most = 100
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		m := newMeter(time.Hour)
		now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
		type passed struct {
			at   time.Time
			rows uint64
		}
		var all []passed
		for range 400 {
			now = now.Add(time.Duration(rnd.Int64N(int64(10 * time.Minute))))
			rows, slot := m.reserve(now, 1+uint64(rnd.IntN(40)), most)
			back := uint64(0)
			if rows > 0 && rnd.IntN(2) == 0 {
				back = rnd.Uint64N(rows + 1)
				m.release(back, slot)
			}
			all = append(all, passed{now, rows - back})
			in := uint64(0)
			for _, p := range all {
				if now.Sub(p.at) <= time.Hour {
					in += p.rows
				}
			}
			if in > most {
				t.Fatalf("%d rows in an hour", in)
			}
			if wait := m.wait(now, most); wait > 0 {
				if wait > time.Hour+2*time.Minute {
					t.Fatalf("has to wait for %s", wait)
				}
				later := &meter{slot: m.slot, rows: m.rows, newest: m.newest, sum: m.sum}
				if later.wait(now.Add(wait), most) != 0 {
					t.Fatalf("there is no room after the wait of %s", wait)
				}
			} else if m.sum >= most {
				t.Fatal("full, and nobody has to wait")
			}
		}
	}
}

func TestMeterForgets(t *testing.T) {
	m := newMeter(time.Hour)
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if m.spend(now, 0, 0, 10, 10) {
		t.Error("10 rows are more than 10")
	}
	if !m.spend(now, 0, 0, 1, 10) {
		t.Error("11 rows are no more than 10")
	}
	if m.empty(now.Add(time.Hour)) {
		t.Error("what came an hour ago is forgotten")
	}
	if !m.empty(now.Add(time.Hour + time.Minute)) {
		t.Error("what came in an earlier hour is kept")
	}
	if m.spend(now.Add(-24*time.Hour), 0, 0, 5, 10); m.sum != 5 {
		t.Errorf("after the clock was set back the meter has %d", m.sum)
	}
	m.release(5, m.newest-1000)
	if m.sum != 5 {
		t.Error("what is long forgotten was given back")
	}
}

func TestMetersAreBounded(t *testing.T) {
	ms := meters{of: map[meterKey]*meter{}}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	busy := meterKey{door: "d", scope: "busy", per: time.Hour}
	ms.find(busy, now).spend(now, 0, 0, 1, 10)
	for i := range 3 * maxMeters {
		ms.find(meterKey{door: "d", scope: string(rune(i)), per: time.Duration(i)}, now)
	}
	if len(ms.of) > maxMeters {
		t.Errorf("%d meters", len(ms.of))
	}
	if ms.find(busy, now).sum != 1 {
		t.Error("a meter that counts something is gone")
	}
}
