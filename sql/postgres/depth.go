package postgres

import "github.com/sallyport/sallyport/sql"

// The grammar is a machine with a stack of its own. One that has overflowed
// cannot be used again, and one whose stack has grown copies all of it at each
// parse from then on: 16 KiB for each operator in a chain. So a text is bounded
// before it gets there, far below where a stack ends.
const (
	// maxNesting is how deep the tree of a statement may be, as nesting counts.
	maxNesting = 200
	// parenthesisCost is what a parenthesis, bracket or CASE adds to the depth
	// of the tree: a subquery in it is several nodes.
	parenthesisCost = 3
	// maxRepeated bounds what SET (a, b) = (…) costs: the grammar writes the right
	// side once for each name. A statement of 400 tokens that sets 100 columns so
	// takes 0.1 s, one of 16,000 with 4,000 all of its memory.
	maxRepeated = 1 << 17
)

// level is what is open at a depth of parentheses.
type level struct {
	word     bool // a CASE, which END closes
	joins    int  // joins and set operations: each is a node above those before it
	operands int  // operators since the last comma, AND, OR or clause
}

func (l level) depth() int { return parenthesisCost + l.joins + l.operands }

// tooDeep reports whether the tree of a key's statement may be too deep for the
// grammar: an upper bound from the tokens alone.
func tooDeep(body []byte) bool {
	k := keyTokens{rest: body}
	stack := make([]level, 1, 16)
	below := 0 // of all levels but the last
	for {
		tok := k.next()
		if tok == nil {
			return false
		}
		top := &stack[len(stack)-1]
		id := keyWord(tok)
		switch {
		case id == wCase, tok[0] == '(', tok[0] == '[':
			below += top.depth()
			stack = append(stack, level{word: id == wCase})
		case id == wEnd && top.word, tok[0] == ')' || tok[0] == ']':
			if len(stack) > 1 {
				stack = stack[:len(stack)-1]
				below -= stack[len(stack)-1].depth()
			}
		case id == wUnion, id == wIntersect, id == wExcept:
			top.joins++
			top.operands = 0
		case id == wJoin:
			top.joins++
			top.operands = 0
		case tok[0] == ';' && len(stack) == 1:
			*top = level{} // another statement, which does not stand in this one
		case tok[0] == ',', id == wAnd, id == wOr, id == wSelect, id == wFrom, id == wWhere, id == wHaving,
			id == wWhen, id == wThen, id == wElse, id == wOn, id == wOrder, id == wGroup:
			top.operands = 0
		case tok[0] == '"', tok[0] == '\'', tok[0] == '.', tok[0] == '$', tok[0] < ' ',
			classes[tok[0]]&classDigit != 0, id == wNone && classes[tok[0]]&classStart != 0:
		case id != wNone && words.flags[id]&(wordReserved|wordKeyword) == 0:
		default:
			// Operators, casts, NOT, COLLATE, AT TIME ZONE, IS … and words that
			// are none of these but do not go on for ever either.
			top.operands++
		}
		if below+stack[len(stack)-1].depth() > maxNesting {
			return true
		}
	}
}

// repeats reports whether a statement sets so many columns at once that its tree
// may be too large: its tokens times the items in parentheses that stand behind
// SET or a comma and before `=`.
func repeats(body []byte) bool {
	k := keyTokens{rest: body}
	tokens, names, closed := 0, 0, 0
	var open []int // items of what is open, 0 where they do not count
	begins := false
	for tok := k.next(); tok != nil; tok = k.next() {
		tokens++
		before := closed
		closed = 0
		top := len(open) - 1
		switch c := tok[0]; {
		case c == '(' && begins:
			open = append(open, 1)
		case c == '(', c == '[':
			open = append(open, 0)
		case (c == ')' || c == ']') && top >= 0:
			closed, open = open[top], open[:top]
		case c == ',' && top >= 0 && open[top] > 0:
			open[top]++
		case c == '=' && len(tok) == 1:
			names += before
		}
		begins = tok[0] == ',' || keyWord(tok) == wSet
	}
	return names*tokens > maxRepeated
}

// tooMany reports whether a key has more tokens than the grammar is given.
func tooMany(body []byte) bool {
	if len(body) <= sql.MaxParsed {
		return false // a token has a byte at least
	}
	k := keyTokens{rest: body}
	n := 0
	for k.next() != nil {
		n++
	}
	return n > sql.MaxParsed
}

// checkDepth refuses what is too deep, or too large.
func checkDepth(body []byte) error {
	if tooMany(body) {
		return &sql.Error{Reason: sql.ReasonTooManyTokens, Offset: -1, What: "statement has more tokens without its lists of values than the door parses"}
	}
	if repeats(body) {
		return &sql.Error{Reason: sql.ReasonUnsupported, Offset: -1, What: "statement sets too many columns from one list"}
	}
	if tooDeep(body) {
		return &sql.Error{Reason: sql.ReasonUnsupported, Offset: -1, What: "statement nests too deep"}
	}
	return nil
}
