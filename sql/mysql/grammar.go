package mysql

import (
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/pingcap/tidb/pkg/parser"
	"github.com/pingcap/tidb/pkg/parser/ast"
	pmysql "github.com/pingcap/tidb/pkg/parser/mysql"
	_ "github.com/pingcap/tidb/pkg/parser/test_driver" // the values of literals, which the parser needs

	"github.com/sallyport/sallyport/sql"
)

// maxJoins is how often JOIN may stand in a statement: the grammar's time grows
// with its square. Servers take 61 tables in one SELECT.
const maxJoins = 4096

// parsers are kept, since a parser holds large tables; one serves one
// goroutine at a time.
var parsers = sync.Pool{New: func() any { return parser.New() }}

// parse parses one statement. A panic of the grammar is an error like others,
// and its parser is thrown away.
func parse(text []byte, flags byte) (stmt ast.StmtNode, err error) {
	p := parsers.Get().(*parser.Parser)
	defer func() {
		if r := recover(); r != nil {
			stmt, err = nil, unsupported("the grammar broke down on this statement")
			return
		}
		parsers.Put(p)
	}()
	var mode pmysql.SQLMode
	if flags&keyPipes != 0 {
		mode |= pmysql.ModePipesAsConcat
	}
	if flags&keyHighNot != 0 {
		mode |= pmysql.ModeHighNotPrecedence
	}
	p.SetSQLMode(mode)
	p.SetParserConfig(parser.ParserConfig{EnableWindowFunction: true, EnableStrictDoubleTypeCheck: false, SkipPositionRecording: true})
	stmts, _, perr := p.ParseSQL(string(text))
	if perr != nil {
		return nil, &sql.Error{Reason: sql.ReasonSyntax, Offset: -1, What: "statement is not in the grammar" + near(perr)}
	}
	if len(stmts) != 1 {
		return nil, &sql.Error{Reason: sql.ReasonMulti, Offset: -1, What: "more than one statement"}
	}
	return stmts[0], nil
}

// near quotes the first words at which the grammar gave up. They are of the
// text with the stand-ins, so no literal is among them.
func near(err error) string {
	_, rest, ok := strings.Cut(err.Error(), "near \"")
	if !ok {
		return ""
	}
	rest = strings.TrimSuffix(strings.TrimSpace(rest), "\"")
	if i := strings.Index(rest, "\" \n"); i >= 0 {
		rest = rest[:i]
	}
	if len(rest) > 32 {
		rest = strings.ToValidUTF8(rest[:32], "") + "…"
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
	flags, body := key[0], key[1:]
	if a := storedCode(body, flags); a != nil {
		scanDangers(a, body)
		return a, shape
	}
	if flags&keyMulti != 0 {
		a = refused(&sql.Error{Reason: sql.ReasonMulti, Offset: -1, What: "more than one statement"}, "")
		a.MultiStatement = true
		return a, shape
	}
	if len(body) == 0 {
		return refused(&sql.Error{Reason: sql.ReasonEmpty, Offset: -1, What: "empty statement"}, ""), shape
	}
	lead := leadOf(body)
	if a := lead.special(); a != nil {
		scanDangers(a, body)
		return a, shape
	}
	w := &walker{a: new(sql.Analysis), flags: flags}
	err := w.analyze(body, flags, lead)
	if err != nil {
		a = refused(err, lead.detail())
		scanDangers(a, body)
		return a, shape
	}
	scanDangers(w.a, body)
	if w.storedNames(body) && w.a.Query != nil {
		w.a.Query = opaque("a stored function of the name of a native one")
	}
	w.finish()
	return w.a, shape
}

// tooMany reports whether a key has more tokens than the grammar is given.
func tooMany(body []byte) bool {
	if len(body) <= sql.MaxParsed {
		return false // a token has a byte at least
	}
	k := keyTokens{rest: body}
	n := 0
	for tok, _ := k.next(); tok != nil; tok, _ = k.next() {
		n++
	}
	return n > sql.MaxParsed
}

func (w *walker) analyze(body []byte, flags byte, lead lead) error {
	if tooMany(body) {
		return &sql.Error{Reason: sql.ReasonTooManyTokens, Offset: -1, What: "statement has more tokens without its lists of values than the door parses"}
	}
	if bytes.Count(body, []byte(" join")) > maxJoins {
		return unsupported("more than %d joins", maxJoins)
	}
	main, returning, err := splitReturning(body, lead)
	if err != nil {
		return err
	}
	main, variables, err := splitInto(main, lead)
	if err != nil {
		return err
	}
	main, after := translate(main, flags, lead)
	stmt, err := parse(lead.rewrite(grammarText(main)), flags)
	if err != nil {
		return err
	}
	w.statement(stmt)
	if variables != nil {
		w.into(variables)
	}
	var list *ast.FieldList
	if w.err == nil && returning != nil {
		list, err = w.returning(returning, flags)
	}
	if w.err != nil {
		return w.err
	}
	if err == nil {
		w.a.Query = queryOf(stmt, list, flags)
		if variables != nil {
			w.a.Query = elsewhere(w.a.Query)
		}
	}
	for _, f := range after {
		f(w)
	}
	return err
}

// splitReturning cuts MariaDB's RETURNING list off an INSERT, REPLACE or
// DELETE: the grammar does not know it.
func splitReturning(body []byte, lead lead) (main, list []byte, err error) {
	k := keyTokens{rest: body}
	depth := 0
	for {
		at := len(body) - len(k.rest)
		tok, _ := k.next()
		if tok == nil {
			return body, list, nil
		}
		switch {
		case tok[0] == '(' && len(tok) == 1:
			depth++
		case tok[0] == ')':
			depth--
		case keyWord(tok) == wReturning:
			switch lead.words[0] {
			case wInsert, wReplace, wDelete:
			default:
				return nil, nil, unsupported("RETURNING where none can stand")
			}
			if depth != 0 || len(k.rest) == 0 || bytes.Contains(k.rest, []byte(" returning")) {
				return nil, nil, unsupported("RETURNING where none can stand")
			}
			return body[:at], k.rest, nil
		}
	}
}

// returning takes in the select list behind RETURNING. It reads rows of the
// table that is written, for which the server asks the SELECT right.
func (w *walker) returning(list []byte, flags byte) (*ast.FieldList, error) {
	text := append([]byte("select"), grammarText(list)...)
	stmt, err := parse(append(text, " from dual"...), flags)
	if err != nil {
		return nil, err
	}
	sel, ok := stmt.(*ast.SelectStmt)
	if !ok || sel.Where != nil || sel.GroupBy != nil || sel.OrderBy != nil || sel.Limit != nil ||
		sel.SelectIntoOpt != nil || sel.LockInfo != nil || sel.Having != nil || sel.With != nil || sel.Distinct {
		return nil, unsupported("RETURNING with more than a list")
	}
	for i := range w.a.Tables {
		if w.a.Tables[i].Access&sql.Write != 0 {
			w.a.Tables[i].Access |= sql.Read
		}
	}
	w.access = sql.Read
	w.child(sel.Fields)
	w.kind(sql.KindSelect)
	w.a.ResultRows = true
	return sel.Fields, nil
}

// scanDangers notes what can be told from the tokens alone, also for
// statements that were not understood.
func scanDangers(a *sql.Analysis, body []byte) {
	k := keyTokens{rest: body}
	into := false
	for {
		tok, _ := k.next()
		if tok == nil {
			return
		}
		word := keyWord(tok)
		switch {
		case tok[0] == tagHint:
			addDanger(a, sql.DangerHint)
		case into && (word == wOutfile || word == wDumpfile):
			addDanger(a, sql.DangerFile)
		case into && tok[0] == '@':
			addDanger(a, sql.DangerIntoVariable)
		}
		if tok[0] == '@' && len(tok) > 1 && tok[1] != '@' && a.Err != nil {
			addDanger(a, sql.DangerUserVariable)
		}
		into = word == wInto
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
