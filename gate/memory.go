package gate

import (
	"errors"
	"sync"
)

// Memory is what a door lends to commands which do not fit the buffers of
// their sessions: so much to all callers together, so much to each. It is lent
// from when a command arrives until it has been sent on or refused. It is safe
// for concurrent use.
type Memory struct {
	all, each int64 // bytes

	mu      sync.Mutex
	lent    int64
	callers map[string]int64
}

// defaultMemory is what a door lends where its `limits:` do not say, in bytes.
const defaultMemory = 128 << 20

// NewMemory lends all bytes, and each of them to one caller; 0 is the default.
// A command that grows as it arrives holds up to twice its size, so there is
// always room for one of the largest size.
func NewMemory(all, each int64, largest int) *Memory {
	one := 2 * int64(largest)
	if all <= 0 {
		all = max(defaultMemory, 2*one)
	}
	if each <= 0 {
		each = all / 2
	}
	all = max(all, one)
	return &Memory{all: all, each: min(max(each, one), all), callers: map[string]int64{}}
}

// Why a command gets no memory.
var (
	ErrDoorFull   = errors.New("the memory that the door has for commands is all in use")
	ErrCallerFull = errors.New("the memory that the door has for the caller's commands is all in use")
)

// Lent is how many bytes are lent now.
func (m *Memory) Lent() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lent
}

// Each is how many bytes one caller may have.
func (m *Memory) Each() int64 { return m.each }

func (m *Memory) take(caller string, n int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.callers[caller]+n > m.each {
		return ErrCallerFull
	}
	if m.lent+n > m.all {
		return ErrDoorFull
	}
	m.lent += n
	m.callers[caller] += n
	return nil
}

func (m *Memory) give(caller string, n int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lent -= n
	if m.callers[caller] -= n; m.callers[caller] <= 0 {
		delete(m.callers, caller)
	}
}

// Of is the part of the memory that one caller's session takes from.
func (m *Memory) Of(caller string) Shelf { return Shelf{m, caller} }

// Shelf is the Room of a codec's Reader.
type Shelf struct {
	memory *Memory
	caller string
}

// Take lends n bytes; the error is ErrDoorFull or ErrCallerFull.
func (s Shelf) Take(n int) error { return s.memory.take(s.caller, int64(n)) }

// Give takes n bytes back.
func (s Shelf) Give(n int) { s.memory.give(s.caller, int64(n)) }
