package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	pg "github.com/pganalyze/pg_query_go/v6"
	"github.com/tetratelabs/wazero"
	pgquery "github.com/wasilibs/go-pgquery"
	"github.com/wasilibs/go-pgquery/parser"

	"github.com/sallyport/sallyport/sql"
)

// shortText is the longest text, in bytes, that goes to the grammar by the lane
// for short ones.
const shortText = 8 << 10

// The grammar is a machine that serves one statement at a time, and each that
// works beside another is compiled anew and keeps its memory. So there are two:
// long statements do not hold up short ones.
var (
	shortLane, longLane sync.Mutex
	broken              atomic.Bool
	warm                sync.Once
)

// settle makes a first machine, an empty one: the runtime of machines looks for
// its own version then and keeps it in a variable that nothing guards, which two
// lanes must not do at once.
var settle = sync.OnceFunc(func() {
	ctx := context.Background()
	wazero.NewRuntime(ctx).Close(ctx)
})

// Warm compiles the grammar, which takes two seconds or more, once a process.
// Whoever opens a door calls it, so that no statement has to wait.
//
// Each machine takes some 230 MiB while it is compiled, nearly all of it garbage
// afterwards. It goes back to the system at once: by itself the runtime would
// keep it until the heap is as large again.
func Warm() {
	warm.Do(func() {
		var wg sync.WaitGroup
		for _, lane := range []*sync.Mutex{&shortLane, &longLane} {
			lane.Lock()
			wg.Go(func() {
				defer lane.Unlock()
				parseGuarded("select 1")
			})
		}
		wg.Wait()
		debug.FreeOSMemory()
	})
}

// parse gives a text to the grammar. It must have been found shallow enough.
func parse(text []byte) (*pg.ParseResult, error) {
	lane := &shortLane
	if len(text) > shortText {
		lane = &longLane
	}
	lane.Lock()
	tree, err := parseGuarded(string(text))
	lane.Unlock()
	var e *parser.Error
	switch {
	case errors.As(err, &e):
		return nil, &sql.Error{Reason: sql.ReasonSyntax, Offset: -1, What: "statement is not in the grammar" + near(string(text), e.Cursorpos)}
	case err != nil:
		return nil, unsupported("the grammar broke down on this statement")
	}
	return tree, nil
}

// parseGuarded parses. A machine that breaks down may answer anything from then
// on, and goes back to where it came from: nothing is parsed any more.
func parseGuarded(text string) (tree *pg.ParseResult, err error) {
	if broken.Load() {
		return nil, errBroken
	}
	defer func() {
		if r := recover(); r != nil {
			broken.Store(true)
			tree, err = nil, errBroken
		}
	}()
	settle()
	return pgquery.Parse(text)
}

var errBroken = errors.New("the grammar has broken down and answers no more")

// near quotes the first words at which the grammar gave up. They are of the
// text with the stand-ins, so no literal is among them.
func near(text string, at int) string {
	if at < 1 || at > len(text) {
		return ""
	}
	rest := text[at-1:]
	if len(rest) > 32 {
		n := 32
		for n > 0 && rest[n]&0xc0 == 0x80 {
			n--
		}
		rest = rest[:n] + "…"
	}
	return fmt.Sprintf(", near %q", rest)
}

func unsupported(format string, args ...any) *sql.Error {
	return &sql.Error{Reason: sql.ReasonUnsupported, Offset: -1, What: fmt.Sprintf(format, args...)}
}

func refused(e error, detail string) *sql.Analysis {
	return &sql.Analysis{Kinds: []sql.Kind{sql.KindUnknown}, Detail: detail, Err: e}
}

// Analyze implements sql.Dialect.
func (*dialect) Analyze(key []byte) (a *sql.Analysis, shape string) {
	shape = renderShape(key)
	defer func() {
		if r := recover(); r != nil {
			a = refused(unsupported("the analysis broke down on this statement"), "")
		}
	}()
	body := key[1:]
	a, err := analyze(body, int(key[0]&^keyBase))
	if err != nil {
		statements := 0
		if a != nil {
			statements = a.Statements
		}
		a = refused(err, firstWord(body))
		a.MultiStatement, a.Statements = statements > 1, statements
	}
	scanHints(a, body)
	return a, shape
}

func analyze(body []byte, major int) (*sql.Analysis, error) {
	if err := checkDepth(body); err != nil {
		return nil, err
	}
	text := grammarText(body)
	if len(text) == 0 {
		// Clients ask so whether the server is there.
		return &sql.Analysis{Kind: sql.KindSelect, Kinds: []sql.Kind{sql.KindSelect}, Detail: "empty", Session: true}, nil
	}
	tree, err := parse(text)
	if err != nil {
		return nil, err
	}
	switch len(tree.Stmts) {
	case 0:
		return &sql.Analysis{Kind: sql.KindSelect, Kinds: []sql.Kind{sql.KindSelect}, Detail: "empty", Session: true}, nil
	case 1:
	default:
		return &sql.Analysis{Statements: len(tree.Stmts)}, &sql.Error{Reason: sql.ReasonMulti, Offset: -1, What: "more than one statement"}
	}
	w := &walker{a: &sql.Analysis{RowCalls: true}, major: major}
	w.statement(tree.Stmts[0].Stmt)
	if w.err != nil {
		return nil, w.err
	}
	w.finish()
	w.a.Query = queryOf(tree.Stmts[0].Stmt, text, major)
	return w.a, nil
}

// firstWord names a statement that was not understood.
func firstWord(body []byte) string {
	k := keyTokens{rest: body}
	if tok := k.next(); keyWord(tok) != wNone && words.flags[keyWord(tok)]&wordKeyword != 0 {
		return string(tok)
	}
	return ""
}

// scanHints notes a hint, also in statements that were not understood.
func scanHints(a *sql.Analysis, body []byte) {
	k := keyTokens{rest: body}
	for tok := k.next(); tok != nil; tok = k.next() {
		if tok[0] == tagHint {
			addDanger(a, sql.DangerHint)
			return
		}
	}
}

func addDanger(a *sql.Analysis, d sql.Danger) {
	for i, x := range a.Dangers {
		if x == d {
			return
		}
		if x > d {
			a.Dangers = append(a.Dangers[:i], append([]sql.Danger{d}, a.Dangers[i:]...)...)
			return
		}
	}
	a.Dangers = append(a.Dangers, d)
}
