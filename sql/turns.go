package sql

import (
	"errors"
	"runtime"
)

// ErrGaveUp tells that a caller did not wait for its turn.
var ErrGaveUp = errors.New("gave up before the statement was analysed")

// A syntax tree takes up to about a thousand times the text that it is made of,
// a list of tokens twelve times, and making them is work for a processor alone.
// So only so many statements are in the making at once, whoever's they are.
// Shorter ones do not wait behind longer ones. A short one that was analysed
// before, as most were, needs no turn: its tokens are few.
const (
	shortText  = 4 << 10 // bytes
	mediumText = 64 << 10
)

// turns bounds what is in the making. It does not bound who waits: those are as
// many as there are sessions, and hold nothing but their text.
type turns struct{ short, medium, long chan struct{} }

func (t *turns) init() {
	n := runtime.GOMAXPROCS(0)
	t.short, t.medium, t.long = make(chan struct{}, 4*n), make(chan struct{}, 2*n), make(chan struct{}, n)
}

// take waits for a turn for a text of a length. The turn is over when done is
// called.
func (t *turns) take(length int, gone <-chan struct{}) (done func(), err error) {
	queue := t.long
	switch {
	case length <= shortText:
		queue = t.short
	case length <= mediumText:
		queue = t.medium
	}
	select {
	case queue <- struct{}{}:
		return func() { <-queue }, nil
	case <-gone:
		return nil, ErrGaveUp
	}
}
