package mysql

import (
	"bytes"
	"strings"

	"github.com/sallyport/sallyport/sql"
)

// splitInto cuts the INTO @x, @y off a query: the grammar does not know it. It
// may stand before FROM or at the end, outside of parentheses; the query may
// stand in some.
func splitInto(body []byte, lead lead) (rest []byte, variables []string, err error) {
	switch lead.words[0] {
	case wSelect, wWith, wTable, wValues:
	default:
		if len(body) < 2 || body[1] != '(' {
			return body, nil, nil
		}
	}
	rest = body
	k := keyTokens{rest: body}
	depth := 0
	for {
		at := len(body) - len(k.rest)
		tok, _ := k.next()
		switch {
		case tok == nil:
			return rest, variables, nil
		case len(tok) == 1 && tok[0] == '(':
			depth++
		case tok[0] == ')':
			depth--
		case keyWord(tok) == wInto:
			list, behind := userVariables(k)
			if list == nil {
				continue // a file
			}
			if depth != 0 || variables != nil {
				return nil, nil, unsupported("INTO where none can stand")
			}
			variables = list
			rest = append(bytes.Clone(body[:at]), behind...)
			k.rest = behind
		}
	}
}

// userVariables reads a list of user variables, and returns it with what stands
// behind it; nil for anything else.
func userVariables(k keyTokens) (list []string, behind []byte) {
	for {
		tok, _ := k.next()
		if len(tok) < 2 || tok[0] != '@' || tok[1] == '@' {
			return nil, nil
		}
		list = append(list, string(bytes.Trim(tok[1:], "`")))
		behind = k.rest
		if tok, _ = k.next(); len(tok) != 1 || tok[0] != ',' {
			return list, behind
		}
	}
}

// into takes in the variables that a query's one row goes into.
func (w *walker) into(variables []string) {
	for _, name := range variables {
		w.addVariable("@" + strings.ToLower(name))
	}
	addDanger(w.a, sql.DangerUserVariable)
	w.a.ResultRows = false
}
