package sql

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sync"
)

// What Constants remembers: so many shapes of an app, and so many apps.
const (
	constantShapes = 4096
	constantApps   = 256
)

// Constants remembers with which literals each app first prepared each shape.
// A literal that stands in the app's source is the same each time; one that a
// value was written into the text for is not. It keeps hashes under a key of
// its own and no value, and forgets: each app has a bounded memory, so that
// the shapes of one push out none of another's. It is safe for concurrent use.
type Constants struct {
	seed maphash.Seed
	mu   sync.Mutex
	apps map[string]*constants
}

// NewConstants is a memory that knows nothing.
func NewConstants() *Constants {
	return &Constants{seed: maphash.MakeSeed(), apps: map[string]*constants{}}
}

// Vary notes the literals of st, which was cut from text, and tells whether the
// app has prepared the shape with others before. It can tell nothing of a shape
// that comes for the first time, or for the first time since it was forgotten.
// How often a literal stands in the text, and in which order, does not count:
// lists of rows have one shape whatever their length.
func (c *Constants) Vary(app string, st *Statement, text []byte) bool {
	return c.of(app).vary(st.ShapeHash, c.sum(st.Tokens(), text))
}

// sum is the keyed hash of the set of literals.
func (c *Constants) sum(tokens []Token, text []byte) uint64 {
	var each []uint64
	for _, t := range tokens {
		if t.Kind.Literal() {
			each = append(each, maphash.Bytes(c.seed, t.Text(text)))
		}
	}
	slices.Sort(each)
	var all []byte
	for _, h := range slices.Compact(each) {
		all = binary.LittleEndian.AppendUint64(all, h)
	}
	return maphash.Bytes(c.seed, all)
}

// of is an app's own memory. Apps are the policy's, so one that a policy had
// long ago is all that is ever dropped.
func (c *Constants) of(app string) *constants {
	c.mu.Lock()
	defer c.mu.Unlock()
	own := c.apps[app]
	if own != nil {
		return own
	}
	if len(c.apps) >= constantApps {
		for name := range c.apps {
			delete(c.apps, name)
			break
		}
	}
	own = &constants{at: map[[16]byte]int{}}
	c.apps[app] = own
	return own
}

// constants is one app's memory. When it is full, a shape that has not come
// since the hand last passed is forgotten first (CLOCK).
type constants struct {
	mu   sync.Mutex
	at   map[[16]byte]int // where in ring
	ring []constant
	hand int
}

type constant struct {
	shape    [16]byte
	literals uint64
	used     bool
}

func (c *constants) vary(shape [16]byte, literals uint64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i, known := c.at[shape]; known {
		c.ring[i].used = true
		return c.ring[i].literals != literals
	}
	if len(c.ring) < constantShapes {
		c.at[shape] = len(c.ring)
		c.ring = append(c.ring, constant{shape: shape, literals: literals})
		return false
	}
	for c.ring[c.hand].used {
		c.ring[c.hand].used = false
		c.hand = (c.hand + 1) % len(c.ring)
	}
	delete(c.at, c.ring[c.hand].shape)
	c.at[shape] = c.hand
	c.ring[c.hand] = constant{shape: shape, literals: literals}
	c.hand = (c.hand + 1) % len(c.ring)
	return false
}
