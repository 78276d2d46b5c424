package postgres

import (
	"math/bits"
	"sync"
)

// Room lends the memory for messages that do not fit a Reader's buffer of 32
// KiB. Its methods are called by the goroutine that uses the Reader.
type Room interface {
	// Take is asked before the Reader holds n bytes more; its error is what
	// Payload returns, unwrapped.
	Take(n int) error
	// Give returns n bytes that were taken.
	Give(n int)
}

// SetRoom makes the Reader ask before it holds a message that does not fit its
// buffer. Without a Room only the limit bounds it. What is held is dropped.
func (r *Reader) SetRoom(room Room) {
	r.Drop()
	r.room = room
}

// Drop gives back the memory of a message that did not fit the buffer. What
// Payload returned is not valid any more.
func (r *Reader) Drop() {
	if cap(r.joined) > 0 {
		r.give(r.joined)
	}
	r.joined = nil
}

const (
	// The memory of messages comes in powers of two from minJoined on; up to
	// maxPooled it is used again.
	minJoined = 64 << 10
	maxPooled = 1 << 20
)

var pools [5]sync.Pool // of minJoined to maxPooled

// grow makes room behind joined for a message of which at least left bytes are
// to come. It doubles, so what is held is at most twice what came, and never
// beyond what can come.
func (r *Reader) grow(left int) error {
	n := max(minJoined, 2*cap(r.joined))
	if n > maxPooled {
		n = min(n, len(r.joined)+left)
	}
	if r.room != nil {
		if err := r.room.Take(n); err != nil {
			return err
		}
	}
	next := newJoined(n)
	next = append(next, r.joined...)
	if cap(r.joined) > 0 {
		r.give(r.joined)
	}
	r.joined = next
	return nil
}

func (r *Reader) give(b []byte) {
	if r.room != nil {
		r.room.Give(cap(b))
	}
	if i, ok := pooled(cap(b)); ok {
		b = b[:0]
		pools[i].Put(&b)
	}
}

func newJoined(n int) []byte {
	if i, ok := pooled(n); ok {
		if b, _ := pools[i].Get().(*[]byte); b != nil {
			return *b
		}
	}
	return make([]byte, 0, n)
}

// pooled is the pool for buffers of exactly n bytes.
func pooled(n int) (int, bool) {
	if n < minJoined || n > maxPooled || n&(n-1) != 0 {
		return 0, false
	}
	return bits.Len(uint(n/minJoined)) - 1, true
}
