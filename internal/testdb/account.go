package testdb

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
)

// account is whom a server runs as. The zero value means as ourselves.
type account struct {
	drop     bool // give up root for uid and gid
	uid, gid uint32
}

// serverAccount returns whom to run a server as: the named user when we are
// root, since neither server runs as root, and otherwise ourselves.
func serverAccount(name, install string) (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		return account{}, &MissingError{What: "the user " + name, Install: install}
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("reading the user id of %s: %w", name, err)
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("reading the group id of %s: %w", name, err)
	}
	return account{drop: true, uid: uint32(uid), gid: uint32(gid)}, nil
}

// own hands paths over to the account, where it is not ourselves.
func (a account) own(paths ...string) error {
	if !a.drop {
		return nil
	}
	for _, p := range paths {
		if err := os.Chown(p, int(a.uid), int(a.gid)); err != nil {
			return fmt.Errorf("handing %s over to the server's user: %w", p, err)
		}
	}
	return nil
}

// tempRoot returns the directory to make private directories in: the usual
// one, unless the account could not reach into it, or a unix socket's path in
// it would be too long (108 bytes with the terminating zero).
func (a account) tempRoot() string {
	dir := os.TempDir()
	if len(dir) > 60 || (a.drop && !searchable(dir)) {
		return "/tmp"
	}
	return dir
}

// searchable reports whether every user may pass through dir and its parents.
func searchable(dir string) bool {
	for {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm()&0o001 == 0 {
			return false
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return true
		}
		dir = parent
	}
}
