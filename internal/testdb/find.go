package testdb

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// MissingError says that a server cannot be started because a program or a
// user is not there, and what to type to change that.
type MissingError struct {
	What    string // such as "mariadbd"
	Install string // the line to type
}

// Error names what is missing and the line to type.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%s is needed by the tests and was not found; type: %s", e.What, e.Install)
}

const (
	installMariaDB  = "apt-get install -y mariadb-server"
	installPostgres = "apt-get install -y postgresql"
)

// serverDirs are where servers live when they are not in PATH; an unprivileged
// user's PATH has no sbin.
var serverDirs = []string{"/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/bin"}

// postgresGlob is where Debian keeps PostgreSQL, one directory a version.
const postgresGlob = "/usr/lib/postgresql/*/bin"

// findTogether returns the path of each of names, all from the first of dirs
// that has every one of them: a server and its initialiser must be of one
// version. Links are left as they are: Debian's psql is a link to a script that
// goes by the name it was called.
func findTogether(dirs []string, names ...string) ([]string, bool) {
	for _, dir := range dirs {
		paths := make([]string, 0, len(names))
		for _, name := range names {
			p, err := exec.LookPath(filepath.Join(dir, name))
			if err == nil {
				paths = append(paths, p)
			}
		}
		if len(paths) == len(names) {
			return paths, true
		}
	}
	return nil, false
}

// findAnywhere returns the path of each of names, wherever each is.
func findAnywhere(dirs []string, names ...string) ([]string, string) {
	paths := make([]string, 0, len(names))
	for _, name := range names {
		found, ok := findTogether(dirs, name)
		if !ok {
			return nil, name
		}
		paths = append(paths, found[0])
	}
	return paths, ""
}

// pathDirs returns the absolute directories of PATH.
func pathDirs() []string {
	dirs := filepath.SplitList(os.Getenv("PATH"))
	return slices.DeleteFunc(dirs, func(d string) bool { return !filepath.IsAbs(d) })
}

// newestFirst returns the directories that match glob, the highest version
// first (15 before 9.6).
func newestFirst(glob string) []string {
	dirs, err := filepath.Glob(glob)
	if err != nil {
		return nil
	}
	version := func(dir string) float64 {
		v, err := strconv.ParseFloat(filepath.Base(filepath.Dir(dir)), 64)
		if err != nil {
			return 0
		}
		return v
	}
	slices.SortFunc(dirs, func(a, b string) int {
		if va, vb := version(a), version(b); va != vb {
			if va > vb {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return dirs
}
