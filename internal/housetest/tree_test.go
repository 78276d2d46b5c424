package housetest

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// root is the root of the module, from this package's directory.
const root = "../.."

// modulePath is what our own imports begin with.
const modulePath = "github.com/sallyport/sallyport"

// skippedDirs hold nothing that is written here: git's own files, and what
// make builds and leaves behind.
var skippedDirs = []string{".git", "bin", ".demo", "node_modules"}

// textFiles returns the slash-separated paths, from the root, of all files of
// the tree that hold text.
var textFiles = sync.OnceValues(func() ([]string, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains(skippedDirs, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Contains(b, []byte{0}) {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			files = append(files, filepath.ToSlash(rel))
		}
		return nil
	})
	return files, err
})

func walk(t *testing.T) []string {
	t.Helper()
	files, err := textFiles()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d files were found from %s", len(files), root)
	}
	return files
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// goFile is a parsed Go file: its imports, its package clause and its comments.
type goFile struct {
	path string // from the root
	test bool
	fset *token.FileSet
	ast  *ast.File
}

// goPackages returns the Go files of the tree by directory ("." is the root),
// without those under testdata.
func goPackages(t *testing.T) map[string][]goFile {
	t.Helper()
	packages := map[string][]goFile{}
	for _, file := range walk(t) {
		if !strings.HasSuffix(file, ".go") || slices.Contains(strings.Split(file, "/"), "testdata") {
			continue
		}
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, filepath.Join(root, file), nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			t.Errorf("%v", err)
			continue
		}
		dir := "."
		if i := strings.LastIndexByte(file, '/'); i >= 0 {
			dir = file[:i]
		}
		packages[dir] = append(packages[dir], goFile{path: file, test: strings.HasSuffix(file, "_test.go"), fset: fset, ast: parsed})
	}
	return packages
}
