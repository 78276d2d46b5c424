package mysqlgate

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/internal/housetest"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

const page = "../../docs/gates/mysql.md"

var acts = map[string]sallyport.Act{
	"tables": &sallyport.Statement{Kind: "select", Tables: []sallyport.TableUse{{Name: "users"}}},
	"use":    &sallyport.Statement{Kind: "use", Database: "shop"},
	"show":   &sallyport.Statement{Kind: "show"},
	"logon":  &sallyport.Logon{},
}

// meant is the acts that the page's words are about.
var meant = map[string][]string{
	"":                        {"tables", "use", "show", "logon"},
	"a statement with tables": {"tables"},
	"`USE`, and the database that a login names": {"use"},
	"what else there is":                         {"show", "logon"},
	"a statement":                                {"tables", "use", "show"},
	"a login":                                    {"logon"},
}

// never is what no mysql door gives: a reason, or a reason of an act.
var never = []string{
	"rule",    // no refusal
	"upgrade", // of http
	"row-limit logon", "row-budget logon", "value-budget logon", "body-limit logon",
}

func TestPageHasEveryReason(t *testing.T) {
	codes := map[string]sallyport.ReasonCode{}
	var documented, given []string
	for _, code := range sallyport.ReasonCodes() {
		codes[code.String()] = code
		for act := range acts {
			if of := code.String() + " " + act; !slices.Contains(never, code.String()) && !slices.Contains(never, of) {
				given = append(given, of)
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
				e := refusal(sallyport.Reason{Code: codes[reason]}, acts[act], sallyport.ID{})
				if got, want := fmt.Sprint(e.Code, " ", e.State), row[2]+" "+row[3]; got != want {
					t.Errorf("%s: %s of %s is %s, the page says %s", page, reason, act, got, want)
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
	for _, row := range housetest.Table(t, page, "| error | SQLSTATE |") {
		documented = append(documented, row[0]+" "+row[1])
	}
	numbers := errorNumbers(t)
	for _, name := range ownErrors(t) {
		number := numbers[name]
		given = append(given, fmt.Sprint(number, " ", wire.ErrorCode(number).SQLState()))
	}
	housetest.WantSame(t, page+"'s errors of their own", given, documented)
}

// ownErrors is the names of the codes that the package sends, but for those of
// refuse.go.
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
				if of, ok := e.(*ast.SelectorExpr); ok && strings.HasPrefix(of.Sel.Name, "ER_") {
					names = append(names, of.Sel.Name)
				}
			}
			return true
		})
	}
	return names
}

// errorNumbers is the constants of the codec by their names.
func errorNumbers(t *testing.T) map[string]int {
	t.Helper()
	b, err := os.ReadFile("../../wire/mysql/codes.go")
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]int{}
	for _, m := range errorConstant.FindAllStringSubmatch(string(b), -1) {
		if numbers[m[1]], err = strconv.Atoi(m[2]); err != nil {
			t.Fatal(err)
		}
	}
	return numbers
}

var errorConstant = regexp.MustCompile(`(ER_\w+) +ErrorCode = (\d+)`)
