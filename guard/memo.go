package guard

import (
	"hash/maphash"
	"sync/atomic"
)

// memoSlots is how many answers a memo holds: the sessions that are busy at a
// time, about.
const memoSlots = 256

// memo remembers what a pure function made of a key, for what stays the same
// from one crossing of a session to the next. It is bounded: a key takes the
// slot of another. The zero value does not work; newMemo makes one.
type memo[K comparable, V any] struct {
	seed  maphash.Seed
	slots [memoSlots]atomic.Pointer[remembered[K, V]]
}

type remembered[K comparable, V any] struct {
	key   K
	value V
}

func newMemo[K comparable, V any]() *memo[K, V] {
	return &memo[K, V]{seed: maphash.MakeSeed()}
}

// of is what f makes of the key. What it points to is shared, and not changed.
func (m *memo[K, V]) of(key K, f func(K) V) V {
	slot := &m.slots[maphash.Comparable(m.seed, key)%memoSlots]
	if r := slot.Load(); r != nil && r.key == key {
		return r.value
	}
	r := &remembered[K, V]{key, f(key)}
	slot.Store(r)
	return r.value
}
