package housetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"testing"
)

// TestNoFunctionIsDead asks for each exported function that something else
// names it: linters look at unexported ones only, since a library's may have
// callers elsewhere, and here are none. Methods may be there for an interface.
func TestNoFunctionIsDead(t *testing.T) {
	declared, named := map[string]string{}, map[string]bool{}
	for _, files := range goPackages(t) {
		for _, f := range files {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, f.path), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			own := map[*ast.Ident]bool{}
			for _, d := range parsed.Decls {
				if fn, ok := d.(*ast.FuncDecl); ok {
					own[fn.Name] = true
					if fn.Recv == nil && fn.Name.IsExported() && !f.test {
						declared[fn.Name.Name] = f.path
					}
				}
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok && !own[id] {
					named[id.Name] = true
				}
				return true
			})
		}
	}
	for name, file := range declared {
		if !named[name] {
			t.Errorf("%s: nothing calls %s", file, name)
		}
	}
}
