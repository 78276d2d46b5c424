package postgresgate

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/housetest"
)

const page = "../../docs/gates/postgres.md"

var acts = map[string]sallyport.Act{"statement": &sallyport.Statement{Kind: "select"}, "logon": &sallyport.Logon{}}

// meant is the acts that the page's words are about.
var meant = map[string][]string{"": {"statement", "logon"}, "a statement": {"statement"}, "a login": {"logon"}}

// never is what no postgres door gives: a reason.
var never = []string{
	"rule",    // no refusal
	"upgrade", // of http
}

func TestPageHasEveryReason(t *testing.T) {
	codes := map[string]sallyport.ReasonCode{}
	var documented, given []string
	for _, code := range sallyport.ReasonCodes() {
		codes[code.String()] = code
		for act := range acts {
			if !slices.Contains(never, code.String()) {
				given = append(given, code.String()+" "+act)
			}
		}
	}
	for _, row := range housetest.Table(t, page, "| reason | of |") {
		if meant[row[1]] == nil {
			t.Errorf("%s: the test does not know what %q is about", page, row[1])
		}
		for _, reason := range row.Codes(0) {
			for _, act := range meant[row[1]] {
				documented = append(documented, reason+" "+act)
				if got := refusal(sallyport.Reason{Code: codes[reason]}, acts[act], sallyport.ID{}).Code; got != row[2] {
					t.Errorf("%s: %s of %s is %s, the page says %s", page, reason, act, got, row[2])
				}
			}
		}
	}
	housetest.WantSame(t, page+"'s reasons", given, documented)
}

// TestPageHasEveryError looks in the code for the errors that are not the
// reason's own.
func TestPageHasEveryError(t *testing.T) {
	var documented, given []string
	for _, row := range housetest.Table(t, page, "| SQLSTATE | where |") {
		documented = append(documented, row[0])
	}
	b, err := os.ReadFile("../../wire/postgres/codes.go")
	if err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for _, m := range regexp.MustCompile(`(Code\w+) += "(\w{5})"`).FindAllStringSubmatch(string(b), -1) {
		states[m[1]] = m[2]
	}
	for _, name := range ownErrors(t) {
		given = append(given, states[name])
	}
	housetest.WantSame(t, page+"'s errors of their own", given, documented)
}

// ownErrors is the names of the SQLSTATEs that the package sends, but for those
// of refuse.go.
func ownErrors(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "refuse.go" {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			var sent []ast.Expr
			switch n := n.(type) {
			case *ast.CallExpr:
				sent = n.Args
			case *ast.AssignStmt:
				sent = n.Rhs
			}
			for _, e := range sent {
				if of, ok := e.(*ast.SelectorExpr); ok && strings.HasPrefix(of.Sel.Name, "Code") && of.Sel.Name != "Code" {
					names = append(names, of.Sel.Name)
				}
			}
			return true
		})
	}
	return names
}
