package daemon

import (
	"crypto/sha256"
	"io/fs"
	"maps"
	"sync"

	"github.com/sallyport/sallyport/policy"
)

// fileDigests is what the last load read, by path: what --watch compares with.
type fileDigests struct {
	mu  sync.Mutex
	sum map[string][sha256.Size]byte
}

// read loads the policy and remembers each file that it read. A load that
// fails early has read fewer files, so those of earlier loads stay watched:
// mending one of them has to be noticed.
func (g *gateway) read() (*policy.Policy, policy.Diagnostics) {
	noted := &notingSource{Source: g.o.Source, sum: map[string][sha256.Size]byte{}}
	p, diags := policy.Load(g.o.Policy, g.o.Vocabulary, noted)
	g.files.mu.Lock()
	defer g.files.mu.Unlock()
	if p != nil || g.files.sum == nil {
		g.files.sum = noted.sum
	} else {
		maps.Copy(g.files.sum, noted.sum)
	}
	if p != nil {
		g.fit(p)
	}
	return p, diags
}

// changed tells whether a file is not what the last load read.
func (f *fileDigests) changed(src policy.Source) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for path, was := range f.sum {
		if digest(src, path) != was {
			return true
		}
	}
	return false
}

// digest is of the content, or the zero digest of what cannot be read.
func digest(src policy.Source, path string) [sha256.Size]byte {
	data, _, err := src.File(path)
	if err != nil {
		return [sha256.Size]byte{}
	}
	return sha256.Sum256(data)
}

// notingSource remembers what was read through it.
type notingSource struct {
	policy.Source
	sum map[string][sha256.Size]byte
}

// File reads as the Source below does.
func (s *notingSource) File(path string) ([]byte, fs.FileMode, error) {
	data, mode, err := s.Source.File(path)
	if err != nil {
		s.sum[path] = [sha256.Size]byte{}
	} else {
		s.sum[path] = sha256.Sum256(data)
	}
	return data, mode, err
}
