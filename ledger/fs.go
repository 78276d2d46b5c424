package ledger

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// fileSystem is what the writer needs of a disk. Tests put one in its place
// that fails or forgets what was not synced.
type fileSystem interface {
	// Open opens for writing; flag is of the os package.
	Open(name string, flag int) (file, error)
	ReadFile(name string) ([]byte, error)
	// ReadDir gives sorted names; fs.ErrNotExist where there is no directory.
	ReadDir(name string) ([]string, error)
	Rename(from, to string) error
	Remove(name string) error
	// Mkdir makes one directory and tells whether it was not there before.
	Mkdir(name string) (made bool, err error)
	// SyncDir makes the names in a directory durable.
	SyncDir(name string) error
	// Lock takes the file for this process alone, until it is closed.
	Lock(name string) (io.Closer, error)
}

type file interface {
	io.Writer
	io.WriterAt
	io.Closer
	Sync() error
}

// osFS is the disk. Files are for their owner alone, as the ledger names who
// did what.
type osFS struct{}

var _ fileSystem = osFS{}

func (osFS) Open(name string, flag int) (file, error) {
	f, err := os.OpenFile(name, flag, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (osFS) ReadFile(name string) ([]byte, error) { return os.ReadFile(name) }
func (osFS) Rename(from, to string) error         { return os.Rename(from, to) }
func (osFS) Remove(name string) error             { return os.Remove(name) }

func (osFS) ReadDir(name string) ([]string, error) {
	list, err := os.ReadDir(name)
	names := make([]string, len(list))
	for i, e := range list {
		names[i] = e.Name()
	}
	return names, err
}

func (osFS) Mkdir(name string) (bool, error) {
	err := os.Mkdir(name, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	return err == nil, err
}

func (osFS) SyncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (osFS) Lock(name string) (io.Closer, error) {
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another process writes this log: %w", err)
	}
	return f, nil
}

// writeFile puts a file in place whole: temporary file, sync, rename. The name
// is durable only after SyncDir of its directory. A descriptor whose sync
// failed is never used again: the file is given up.
func writeFile(disk fileSystem, name string, data []byte) error {
	temp := name + tempSuffix
	f, err := disk.Open(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = disk.Rename(temp, name)
	}
	if err != nil {
		disk.Remove(temp) // it holds nothing that is not held elsewhere
	}
	return err
}

// dirSet is directories whose names have to be made durable.
type dirSet map[string]bool

// sync makes them durable. What is not there any more has no names to lose.
func (d dirSet) sync(disk fileSystem) error {
	for name := range d {
		if err := disk.SyncDir(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// mkdirs makes a directory below base and notes each directory whose names
// changed.
func mkdirs(disk fileSystem, base, dir string, touched dirSet) error {
	if dir == base {
		return nil
	}
	made, err := disk.Mkdir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := mkdirs(disk, base, filepath.Dir(dir), touched); err != nil {
			return err
		}
		made, err = disk.Mkdir(dir)
	}
	if made {
		touched[filepath.Dir(dir)] = true
	}
	return err
}

// readBounded reads a file of at most max bytes.
func readBounded(name string, max int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > max {
		return nil, fmt.Errorf("reading %s: more than %d bytes", name, max)
	}
	return b, nil
}
