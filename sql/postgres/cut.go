package postgres

import "github.com/sallyport/sallyport/sql"

var _ sql.Cutter = (*dialect)(nil)

// Cut implements sql.Cutter. A semicolon in parentheses is one of the actions of
// a rule. One between BEGIN ATOMIC and END is part of a body, and what it would
// cut off is in no grammar; Analysis.Statements, which the grammar counts, tells
// of any other that is no end.
func (*dialect) Cut(sc *sql.Scan, text []byte) ([]sql.Part, error) {
	depth := 0
	seen := 0
	return sql.CutAt(sc.Tokens, func(i int) bool {
		for ; seen < i; seen++ {
			switch t := sc.Tokens[seen]; {
			case t.Kind != sql.TokenOperator || t.End != t.Start+1:
			case text[t.Start] == '(':
				depth++
			case text[t.Start] == ')':
				depth--
			}
		}
		return depth == 0
	}), nil
}
