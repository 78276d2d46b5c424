package sql

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
)

// cacheShards is how many locks the cache has. A power of two.
const cacheShards = 16

// maxCachedKey is the longest key that is remembered, in bytes: a longer one
// would push out too much else.
const maxCachedKey = 64 << 10

// What an entry takes beside its key and shape, roughly, in bytes: itself, each
// name that its analysis lists, once here and once in what is made of it, and each
// part of its Query.
const (
	entryOverhead = 1024
	nameOverhead  = 160
)

// cache is a bounded map from key to analysis. When a shard is full, entries
// that were not asked for since the hand last passed go first (CLOCK).
type cache struct {
	seed         maphash.Seed
	shards       [cacheShards]shard
	hits, misses atomic.Uint64
}

type shard struct {
	mu                   sync.RWMutex
	entries              map[string]*entry
	ring                 []*entry
	hand                 int
	bytes                int
	maxEntries, maxBytes int
}

type entry struct {
	key      string
	analysis *Analysis
	shape    string
	hash     [16]byte
	memo     atomic.Pointer[any]
	used     atomic.Bool
}

func (e *entry) size() int {
	a := e.analysis
	names := len(a.Tables) + len(a.Databases) + len(a.Columns) + len(a.Functions) + len(a.Variables)
	return 2*len(e.key) + len(e.shape) + entryOverhead + nameOverhead*(names+a.Query.weight())
}

func (c *cache) init(o Options) {
	c.seed = maphash.MakeSeed()
	for i := range c.shards {
		c.shards[i].entries = make(map[string]*entry)
		c.shards[i].maxEntries = max(1, o.CacheEntries/cacheShards)
		c.shards[i].maxBytes = max(2*entryOverhead, o.CacheBytes/cacheShards)
	}
}

func (c *cache) shard(key []byte) *shard {
	return &c.shards[maphash.Bytes(c.seed, key)%cacheShards]
}

func (c *cache) get(key []byte) *entry {
	s := c.shard(key)
	s.mu.RLock()
	e := s.entries[string(key)]
	s.mu.RUnlock()
	if e == nil {
		c.misses.Add(1)
		return nil
	}
	if !e.used.Load() {
		e.used.Store(true)
	}
	c.hits.Add(1)
	return e
}

// peek is get for a second look, which counts neither as a hit nor as a miss.
func (c *cache) peek(key []byte) *entry {
	s := c.shard(key)
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.entries[string(key)]
}

func (c *cache) put(key string, e *entry) {
	s := c.shard([]byte(key))
	e.key = key
	if len(key) > maxCachedKey || e.size() > s.maxBytes {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries[key] != nil {
		return
	}
	for len(s.ring) > 0 && (len(s.ring) >= s.maxEntries || s.bytes+e.size() > s.maxBytes) {
		s.evict()
	}
	s.entries[key] = e
	s.ring = append(s.ring, e)
	s.bytes += e.size()
}

func (s *shard) evict() {
	for {
		if s.hand >= len(s.ring) {
			s.hand = 0
		}
		e := s.ring[s.hand]
		if e.used.Swap(false) {
			s.hand++
			continue
		}
		last := len(s.ring) - 1
		s.ring[s.hand] = s.ring[last]
		s.ring[last] = nil
		s.ring = s.ring[:last]
		delete(s.entries, e.key)
		s.bytes -= e.size()
		return
	}
}

func (c *cache) stats() CacheStats {
	st := CacheStats{Hits: c.hits.Load(), Misses: c.misses.Load()}
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.RLock()
		st.Entries += len(s.ring)
		st.Bytes += s.bytes
		s.mu.RUnlock()
	}
	return st
}
