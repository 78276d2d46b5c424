package housetest

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// link is a link of Markdown to a file of the project.
var link = regexp.MustCompile(`\]\(([^)#:\s]+)(?:#[^)]*)?\)`)

// TestLinksLead asks that each relative link of a document leads to a file.
func TestLinksLead(t *testing.T) {
	links := 0
	for _, file := range walk(t) {
		if path.Ext(file) != ".md" {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(read(t, file), -1) {
			links++
			to := path.Join(path.Dir(file), m[1])
			if strings.HasPrefix(to, "..") {
				t.Errorf("%s: the link %s leads out of the project", file, m[1])
				continue
			}
			if _, err := os.Stat(filepath.Join(root, to)); err != nil {
				t.Errorf("%s: the link %s leads nowhere", file, m[1])
			}
		}
	}
	if links == 0 {
		t.Fatal("no document has a link")
	}
}
