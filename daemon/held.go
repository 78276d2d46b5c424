package daemon

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// heldError says that another process writes the ledger.
type heldError struct {
	dir  string
	lock string // the file that it holds
	pid  int    // 0 where it cannot be known
}

// Error says who it is, as far as that is known, and what to do.
func (e *heldError) Error() string {
	who, stop := "another process", "stop it"
	if e.pid > 0 {
		who, stop = fmt.Sprintf("another process (pid %d)", e.pid), fmt.Sprintf("stop it (kill %d)", e.pid)
	}
	return fmt.Sprintf("the ledger %s is taken: %s writes it, and holds %s; %s, have it read the new policy with `sallyport admin reload`, or give this gateway a ledger of its own: `ledger: {path: …}`",
		e.dir, who, e.lock, stop)
}

// held is a *heldError where another process writes the ledger in dir. It is
// asked before anything of the ledger is touched; the ledger's own lock is what
// keeps two writers apart.
func held(dir string) error {
	lock := filepath.Join(dir, "lock")
	f, err := os.Open(lock)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("opening ledger %s: %w", dir, err)
	}
	defer f.Close()
	err = unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return &heldError{dir: dir, lock: lock, pid: holder(f)}
	}
	return err
}

// holder is the process that has locked the file, by Linux's table of locks,
// or 0 where it is not there: in another namespace, or on another system.
func holder(f *os.File) int {
	var file unix.Stat_t
	if unix.Fstat(int(f.Fd()), &file) != nil {
		return 0
	}
	id := fmt.Sprintf("%02x:%02x:%d", unix.Major(uint64(file.Dev)), unix.Minor(uint64(file.Dev)), file.Ino)
	table, err := os.Open("/proc/locks")
	if err != nil {
		return 0
	}
	defer table.Close()
	// 1: FLOCK  ADVISORY  WRITE 1234 fd:01:5678 0 EOF
	for lines := bufio.NewScanner(table); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 6 || words[1] != "FLOCK" || words[5] != id {
			continue
		}
		if pid, err := strconv.Atoi(words[4]); err == nil {
			return max(pid, 0)
		}
	}
	return 0
}
