package ledger

import (
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

var errCrash = errors.New("the machine is off")

// memFS is a disk that knows what was synced, and can be switched off at any
// operation, fail one, or be full.
type memFS struct {
	mu      sync.Mutex
	names   map[string]*memFile // as a running system sees them
	durable map[string]*memFile // as they would be after a crash
	dirs    map[string]bool     // value: durable
	ops     int
	crashAt int // 0 never
	crashed bool
	onCrash func() // may be nil
	fail    func(op, name string) error
	room    int // bytes that files may take together; 0 for no bound
}

type memFile struct{ data, synced []byte }

var _ fileSystem = (*memFS)(nil)

func newMemFS() *memFS {
	return &memFS{names: map[string]*memFile{}, durable: map[string]*memFile{}, dirs: map[string]bool{"/": true}}
}

func (m *memFS) op(op, name string) error {
	m.ops++
	if m.ops == m.crashAt {
		m.crashed = true
		if m.onCrash != nil {
			m.onCrash()
		}
	}
	if m.crashed {
		return errCrash
	}
	if m.fail != nil {
		return m.fail(op, name)
	}
	return nil
}

func (m *memFS) Open(name string, flag int) (file, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.op("open", name); err != nil {
		return nil, err
	}
	if _, ok := m.dirs[filepath.Dir(name)]; !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	f, ok := m.names[name]
	switch {
	case !ok && flag&os.O_CREATE == 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case ok && flag&os.O_EXCL != 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrExist}
	case !ok:
		f = new(memFile)
		m.names[name] = f
	case flag&os.O_TRUNC != 0:
		f.data = nil
	}
	return &memHandle{m: m, f: f, name: name}, nil
}

func (m *memFS) ReadFile(name string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.crashed {
		return nil, errCrash
	}
	f, ok := m.names[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return slices.Clone(f.data), nil
}

func (m *memFS) ReadDir(name string) ([]string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.crashed {
		return nil, errCrash
	}
	if _, ok := m.dirs[name]; !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	var names []string
	for path := range m.names {
		if filepath.Dir(path) == name {
			names = append(names, filepath.Base(path))
		}
	}
	for path := range m.dirs {
		if filepath.Dir(path) == name && path != name {
			names = append(names, filepath.Base(path))
		}
	}
	slices.Sort(names)
	return names, nil
}

func (m *memFS) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.op("rename", to); err != nil {
		return err
	}
	m.names[to] = m.names[from]
	delete(m.names, from)
	return nil
}

func (m *memFS) Remove(name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.op("remove", name); err != nil {
		return err
	}
	if _, ok := m.dirs[name]; ok {
		delete(m.dirs, name)
		return nil
	}
	if _, ok := m.names[name]; !ok {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	delete(m.names, name)
	return nil
}

func (m *memFS) Mkdir(name string) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.op("mkdir", name); err != nil {
		return false, err
	}
	if _, ok := m.dirs[name]; ok {
		return false, nil
	}
	if _, ok := m.dirs[filepath.Dir(name)]; !ok {
		return false, &fs.PathError{Op: "mkdir", Path: name, Err: fs.ErrNotExist}
	}
	m.dirs[name] = false
	return true, nil
}

func (m *memFS) SyncDir(dir string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.op("syncdir", dir); err != nil {
		return err
	}
	if _, ok := m.dirs[dir]; !ok {
		return &fs.PathError{Op: "open", Path: dir, Err: fs.ErrNotExist}
	}
	for path, f := range m.names {
		if filepath.Dir(path) == dir {
			m.durable[path] = f
		}
	}
	for path := range m.durable {
		if _, ok := m.names[path]; !ok && filepath.Dir(path) == dir {
			delete(m.durable, path)
		}
	}
	for path := range m.dirs {
		if filepath.Dir(path) == dir {
			m.dirs[path] = true
		}
	}
	return nil
}

func (m *memFS) Lock(string) (io.Closer, error) { return io.NopCloser(nil), nil }

type memHandle struct {
	m    *memFS
	f    *memFile
	name string
	dead bool // a sync failed: nothing done with it counts any more
}

func (h *memHandle) Write(b []byte) (int, error) { return h.write(b, len(h.f.data)) }

func (h *memHandle) WriteAt(b []byte, at int64) (int, error) { return h.write(b, int(at)) }

func (h *memHandle) write(b []byte, at int) (int, error) {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if err := h.m.op("write", h.name); err != nil {
		return 0, err
	}
	grow := max(0, at+len(b)-len(h.f.data))
	if h.m.room > 0 && h.m.used()+grow > h.m.room {
		n := max(0, h.m.room-h.m.used())
		n = min(n, len(b))
		if at == len(h.f.data) {
			h.f.data = append(h.f.data, b[:n]...)
		}
		return n, &fs.PathError{Op: "write", Path: h.name, Err: syscall.ENOSPC}
	}
	h.f.data = append(h.f.data, make([]byte, grow)...)
	copy(h.f.data[at:], b)
	return len(b), nil
}

func (m *memFS) used() int {
	n := 0
	for _, f := range m.names {
		n += len(f.data)
	}
	return n
}

func (h *memHandle) Sync() error {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	if h.dead {
		panic("a descriptor was synced again after a failed sync")
	}
	if err := h.m.op("sync", h.name); err != nil {
		h.dead = true
		return err
	}
	h.f.synced = slices.Clone(h.f.data)
	return nil
}

func (h *memHandle) Close() error { return nil }

// after is the disk that the next start finds: loss 0 is a killed process, of
// which everything is there, 1 a machine that lost all that was not synced,
// and other values one that kept some of it.
func (m *memFS) after(loss uint64) *memFS {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := rand.New(rand.NewPCG(loss, 7))
	next := newMemFS()
	for path := range m.dirs {
		if loss != 1 || m.reachable(path) {
			next.dirs[path] = true
		}
	}
	paths := map[string]bool{}
	for path := range m.names {
		paths[path] = true
	}
	for path := range m.durable {
		paths[path] = true
	}
	for path := range paths {
		f := m.durable[path]
		if loss == 0 || loss > 1 && r.IntN(2) == 0 {
			f = m.names[path]
		}
		if f == nil || !next.hasParents(path) {
			continue
		}
		data := slices.Clone(f.synced)
		switch {
		case loss == 0:
			data = slices.Clone(f.data)
		case loss > 1 && len(f.data) > len(data):
			// Some of what was not synced got there, with holes of zeros.
			more := slices.Clone(f.data[len(data):])
			more = more[:r.IntN(len(more)+1)]
			if hole := len(more) / 3; hole > 0 && r.IntN(2) == 0 {
				at := r.IntN(len(more) - hole + 1)
				clear(more[at : at+hole])
			}
			data = append(data, more...)
		}
		whole := &memFile{data: data, synced: slices.Clone(data)}
		next.names[path], next.durable[path] = whole, whole
	}
	return next
}

// reachable tells whether a directory is there after a crash that loses all
// that was not synced: its own name has to be durable, and those above it.
func (m *memFS) reachable(dir string) bool {
	for d := dir; d != "/"; d = filepath.Dir(d) {
		if !m.dirs[d] {
			return false
		}
	}
	return true
}

func (m *memFS) hasParents(path string) bool {
	for d := filepath.Dir(path); d != "/"; d = filepath.Dir(d) {
		if _, ok := m.dirs[d]; !ok {
			return false
		}
	}
	return true
}

// export writes the files below dir to a real directory, for readers.
func (m *memFS) export(t testing.TB, dir, to string) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := os.MkdirAll(to, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, f := range m.names {
		rel, ok := strings.CutPrefix(path, dir+"/")
		if !ok {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(to, rel), f.data)
	}
}
