package housetest

import (
	"slices"
	"strings"
	"testing"
)

// minDoc is how many characters a package's doc comment has at least: one
// sentence that says more than the package's name does.
const minDoc = 60

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for dir, files := range goPackages(t) {
		name, doc := packageDoc(files)
		switch {
		case doc == "":
			t.Errorf("package %s has no doc comment: say what it knows and what it does not", dir)
		case name != "main" && !strings.HasPrefix(doc, "Package "+name+" "):
			t.Errorf("package %s: its doc comment begins %q, not \"Package %s …\"", dir, firstLine(doc), name)
		case len(doc) < minDoc || !strings.Contains(doc, "."):
			t.Errorf("package %s: its doc comment is not a sentence that says what it is for: %q", dir, firstLine(doc))
		}
	}
}

// packageDoc returns the package's name and its one doc comment, that of a
// file that is no test where there is such a file.
func packageDoc(files []goFile) (name, doc string) {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b goFile) int {
		switch {
		case a.test == b.test:
			return strings.Compare(a.path, b.path)
		case a.test:
			return 1
		}
		return -1
	})
	name = files[0].ast.Name.Name
	for _, f := range files {
		if f.ast.Doc != nil && f.ast.Name.Name == name && doc == "" {
			doc = f.ast.Doc.Text()
		}
	}
	return name, doc
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
