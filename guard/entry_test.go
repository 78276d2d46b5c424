package guard

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find"
)

// TestEveryActHasItsEntry wants an entry of its own form for each act that the
// root seals: one that nobody thought of would be recorded as nothing.
func TestEveryActHasItsEntry(t *testing.T) {
	g := New(Options{Recorder: legible{&book{}}})
	var tested []string
	for _, tc := range []struct {
		act  sallyport.Act
		want ledger.Act
	}{
		{
			&sallyport.HTTPRequest{Method: "GET", Path: "/colours/7", Route: "/colours/*", Host: "shop.example.com", Proto: "HTTP/2.0", ContentType: "text/csv", Upgrade: "websocket", Status: 200},
			ledger.Act{Kind: "http", Dir: "ingress", Verb: "GET", What: "/colours/*", Rest: "path=/colours/7", Host: "host=shop.example.com", Proto: "HTTP/2.0", Media: "text/csv", Status: 200},
		},
		{
			&sallyport.Statement{
				Protocol: "mysql", Kind: "insert", Kinds: []string{"insert", "select"}, Writes: true, Shape: "INSERT INTO t SELECT f(?)", Error: "1142",
				Tables: []sallyport.TableUse{{Schema: "shop", Name: "t", Write: true}}, Dangers: []string{"stored_code"}, Prepared: true, Params: 1, Affected: 2,
			},
			ledger.Act{
				Kind: "sql", Dir: "egress", Verb: "insert", Kinds: []string{"insert", "select"}, What: "INSERT INTO t SELECT f(?)", Proto: "mysql", Error: "1142",
				Tables: []string{"shop.t"}, Writes: []string{"shop.t"}, Danger: []string{"stored_code"}, Prepared: true, Params: 1, Affected: 2,
			},
		},
		{
			&sallyport.Statement{Protocol: "mysql", Shape: "SELEC alice", Unparsed: "near SELEC"},
			ledger.Act{Kind: "sql", Dir: "ingress", Rest: "shape=SELEC alice", Proto: "mysql"},
		},
		{
			&sallyport.Logon{Protocol: "mysql", User: "alice", Database: "shop", TLS: true, Error: "1045"},
			ledger.Act{Kind: "logon", Dir: "ingress", Rest: "user=alice", Proto: "mysql", Error: "1045"},
		},
		{
			&sallyport.Dial{Host: "api.example.com", Port: 443},
			ledger.Act{Kind: "dial", Dir: "egress", Host: "host=api.example.com"},
		},
		{
			&sallyport.Mail{Recipients: 2, Size: 3},
			ledger.Act{Kind: "mail", Dir: "egress"},
		},
		{
			&sallyport.Object{Name: "day.csv", MediaType: "text/csv", Size: 3, Import: true},
			ledger.Act{Kind: "object", Dir: "ingress", Rest: "name=day.csv", Media: "text/csv"},
		},
		{
			&sallyport.Message{Topic: "orders", Publish: true},
			ledger.Act{Kind: "message", Dir: "egress", Rest: "topic=orders"},
		},
	} {
		tested = append(tested, fmt.Sprintf("%T", tc.act))
		got := g.act(tc.act)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%T (-want +got):\n%s", tc.act, diff)
		}
		q, err := find.Parse("act:"+got.Kind+" dir:"+got.Dir, time.Now())
		if err != nil {
			t.Errorf("%T cannot be found: %v", tc.act, err)
		} else if !q.Match(&ledger.Entry{Act: got}) {
			t.Errorf("%T is not found by %s", tc.act, q)
		}
	}
	for _, name := range sealedActs(t) {
		if !slices.Contains(tested, name) {
			t.Errorf("%s is an act of the root that this test has no entry for", name)
		}
	}
}

// legible is a book whose pseudonyms say what they stand for.
type legible struct{ *book }

func (legible) Pseudonym(kind string, value []byte) string { return kind + "=" + string(value) }

// sealedActs is the types of the root with a method act, as %T writes them.
func sealedActs(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name != "act" || f.Recv == nil {
				continue
			}
			switch of := f.Recv.List[0].Type.(type) {
			case *ast.StarExpr:
				names = append(names, "*sallyport."+of.X.(*ast.Ident).Name)
			case *ast.Ident:
				names = append(names, "sallyport."+of.Name)
			}
		}
	}
	if len(names) == 0 {
		t.Fatal("the root seals no acts: its files were not understood")
	}
	return names
}
