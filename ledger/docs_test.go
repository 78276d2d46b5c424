package ledger

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sallyport/sallyport/internal/housetest"
)

const page = "../docs/ledger-format.md"

// TestPageHasEveryField compares the names of an entry's JSON with the page.
// What is within an object or a list of objects stands there in the meaning.
func TestPageHasEveryField(t *testing.T) {
	var documented []string
	for _, row := range housetest.Table(t, page, "| field | type |") {
		for _, name := range row.Codes(0) {
			within := row.Codes(2)
			if kind := row[1]; kind != "object" && kind != "list" || len(within) == 0 {
				documented = append(documented, name)
				continue
			}
			for _, under := range within {
				documented = append(documented, name+"."+under)
			}
		}
	}
	housetest.WantSame(t, page+"'s fields", jsonNames(reflect.TypeFor[Entry](), ""), documented)
}

// jsonNames is the JSON name of each field of a struct that is no struct
// itself, with a dot between levels.
func jsonNames(of reflect.Type, prefix string) (names []string) {
	for i := range of.NumField() {
		f := of.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && inner != reflect.TypeFor[time.Time]() {
			names = append(names, jsonNames(inner, prefix+name+".")...)
			continue
		}
		names = append(names, prefix+name)
	}
	return names
}

// TestEveryTypeIsListed reads from the files which types of entry there are,
// and wants each in Types and on the page.
func TestEveryTypeIsListed(t *testing.T) {
	var listed, documented []string
	for _, of := range Types() {
		listed = append(listed, string(of))
	}
	for _, row := range housetest.Table(t, page, "| `type` | what it records |") {
		documented = append(documented, row.Codes(0)...)
	}
	housetest.WantSame(t, page+"'s types", listed, documented)
	housetest.WantSame(t, "Types", declaredTypes(t), listed)
}

// declaredTypes is the values of the package's constants of the type Type.
func declaredTypes(t *testing.T) (values []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if of, ok := spec.Type.(*ast.Ident); !ok || of.Name != "Type" {
				return true
			}
			for _, v := range spec.Values {
				if literal, ok := v.(*ast.BasicLit); ok {
					value, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					values = append(values, value)
				}
			}
			return true
		})
	}
	return values
}
