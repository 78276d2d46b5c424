package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

// Class is a kind of sensitive data, and where it is stored.
type Class struct {
	Name       string
	At         sallyport.Position
	Columns    []string // table.column, schema.table.column; a column may be *
	Masker     Masker   // what makes its values fit to be seen; zero for none
	Predicates Predicates
}

// Masker is a masker that a policy names.
type Masker struct {
	Spec   string // as its maker writes it; "" for none
	Keyed  bool   // it wants the app's masking key
	Single bool   // all values of a column have one mask
}

// Predicates is what a statement may ask of columns whose values it may not see
// in clear: which rows there are tells of them.
type Predicates uint8

const (
	PredicatesDeny     Predicates = iota // the zero value refuses
	PredicatesEquality                   // whether it is equal to a bound parameter
	PredicatesAllow
)

var predicateWords = []string{"deny", "equality", "allow"}

// ClassRule is what becomes of a class at a door.
type ClassRule struct {
	Class  string
	Effect sallyport.Effect
	At     sallyport.Position
}

// A column pattern is
//
//	table.column           of the door's `database:`, or, where the door names
//	                       none, of a table of that name in every one; at a
//	                       postgres door of the schema public
//	schema.table.column
//	table.*, schema.table.*
//
// each name of which may stand in quotes.
type columnPattern struct{ schema, table, column string }

// parseColumn reads a pattern, or says what is wrong and what to write.
func parseColumn(s string) (p columnPattern, what, hint string) {
	const form = "write table.column, schema.table.column or table.*"
	parts, what, hint := nameParts(s)
	switch {
	case what != "":
		return p, what, hint
	case len(parts) == 1:
		return p, "it does not say of which table", form
	case len(parts) > 3:
		return p, "it has too many parts", form + "; " + quoteHint
	}
	for i, x := range parts {
		switch {
		case !x.named():
			return p, "it is no name of a column", form
		case !x.quoted && strings.Contains(x.text, "*") && (i < len(parts)-1 || !x.wild()):
			return p, "only a whole column can be a wildcard", form
		}
	}
	if len(parts) == 3 {
		p.schema = parts[0].text
	}
	p.table, p.column = parts[len(parts)-2].text, parts[len(parts)-1].text
	return p, "", ""
}

// Class is the class of that name, or false where the policy has none.
func (p *Policy) Class(name string) (*Class, bool) {
	for i := range p.Classes {
		if p.Classes[i].Name == name {
			return &p.Classes[i], true
		}
	}
	return nil, false
}

// Classified tells whether a door is told to keep something of a class from
// crossing: it carries data that is worth more than the crossing.
func (d *Door) Classified() bool {
	kept := func(r ClassRule) bool { return r.Effect != sallyport.Allow }
	return slices.ContainsFunc(d.In, kept) || slices.ContainsFunc(d.Out, kept)
}
