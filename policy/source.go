package policy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// maxFile bounds the policy and every file that it names, in bytes.
const maxFile = 1 << 20

// errTooLarge is what a Source says of a file beyond maxFile.
var errTooLarge = errors.New("larger than 1 MiB")

// errIrregular is what a Source says of what is no file with a content of its
// own.
var errIrregular = errors.New("and a regular file is wanted")

// Source is where Load gets what stands outside of the policy's text.
type Source interface {
	// Env is the environment variable of that name, and whether it is set.
	Env(name string) (string, bool)
	// File reads the file, up to 1 MiB, and says its mode.
	File(path string) ([]byte, fs.FileMode, error)
	// Now is what a key's `expires:` is held against, to warn of it.
	Now() time.Time
}

// StandIn is a Source that can do without secrets, for whoever asks about a
// policy without holding them.
type StandIn interface {
	Source
	// SecretFile is what stands for the content of a secret file that cannot
	// be read; false where it can.
	SecretFile(path string) ([]byte, bool)
}

// System is the Source of this process: its environment, its files and its
// clock.
func System() Source { return system{} }

type system struct{}

func (system) Env(name string) (string, bool) { return os.LookupEnv(name) }

func (system) Now() time.Time { return time.Now() }

func (system) File(path string) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if err := regular(path, info); err != nil {
		return nil, 0, err
	}
	// What has come into its place since must not block either.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, 0, err
	}
	if err := regular(path, info); err != nil {
		return nil, 0, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, 0, err
	}
	if len(data) > maxFile {
		return nil, 0, fmt.Errorf("reading %s: %w", path, errTooLarge)
	}
	return data, info.Mode(), nil
}

// regular refuses what is no file with a content of its own: a pipe or device
// could block the load, or give another content to the next one.
func regular(path string, info fs.FileInfo) error {
	what := "a device or socket"
	switch m := info.Mode(); {
	case m.IsRegular():
		return nil
	case m.IsDir():
		what = "a folder"
	case m&fs.ModeNamedPipe != 0:
		what = "a pipe"
	}
	return fmt.Errorf("reading %s: it is %s, %w", path, what, errIrregular)
}
