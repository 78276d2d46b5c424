package postgres

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"github.com/sallyport/sallyport/sql"
)

// madeType takes in a type on which stored code hangs. A domain's conditions are
// read: most compute nothing but what the server itself can.
func (b *CatalogueBuilder) madeType(text []string) error {
	if b.made == nil {
		b.made = map[string]sql.Name{}
	}
	t := sql.MadeType{Name: sql.Name{Schema: text[1], Name: text[2]}, Runs: text[3] == "t", Everywhere: text[4] == "t"}
	t.Checks = text[5] != "" && !plainCondition(text[5], b.version)
	b.conditions = append(b.conditions, text[5])
	b.made[text[0]] = t.Name
	b.code.Types = append(b.code.Types, t)
	return nil
}

// plainCondition tells whether a condition runs nothing but functions and
// operators of the server's own that compute.
func plainCondition(condition, version string) bool {
	a := understood("SELECT FROM x WHERE "+condition, version)
	if a == nil || a.Query == nil || len(a.Dangers) > 0 || len(a.Tables) != 1 {
		return false
	}
	for _, t := range a.Query.Tests {
		if t.Expr.Opaque != "" || len(t.Expr.Queries) > 0 {
			return false
		}
	}
	made := func(t sql.Name) bool { return t.Schema != "" && t.Schema != "pg_catalog" }
	return a.Query.Opaque == "" && !slices.ContainsFunc(a.Types, made)
}

func (b *CatalogueBuilder) holder(text []string) error {
	oid, err := strconv.ParseUint(text[0], 10, 32)
	if err != nil {
		return errRow
	}
	if of, ok := b.made[text[2]]; ok {
		b.code.Holders = append(b.code.Holders, sql.Holder{OID: uint32(oid), Name: text[1], Of: of})
	}
	return nil
}

func (b *CatalogueBuilder) operator(text []string) error {
	o := sql.MadeOperator{Schema: text[0], Name: text[1], Prefix: text[2] == "t", Alone: text[5] == "t"}
	for _, id := range text[3:5] {
		if t, ok := b.made[id]; ok && !slices.Contains(o.Types, t) {
			o.Types = append(o.Types, t)
		}
	}
	b.code.Operators = append(b.code.Operators, o)
	return nil
}

func (b *CatalogueBuilder) cast(text []string) error {
	b.code.Casts = append(b.code.Casts, sql.MadeCast{
		From: sql.Name{Schema: text[0], Name: text[1]}, To: sql.Name{Schema: text[2], Name: text[3]},
		Implicit: text[4] == "i", Assigned: text[4] == "a", Runs: text[5] == "t",
	})
	return nil
}

// codeRow takes in a row of one of codeQueries.
func (b *CatalogueBuilder) codeRow(i int, text []string) error {
	if b.codeRows++; b.codeRows > maxCode {
		return fmt.Errorf("the catalogue has more than %d types, operators and casts that run stored code", maxCode)
	}
	switch i {
	case askTypes:
		return b.madeType(text)
	case askHolders:
		return b.holder(text)
	case askOperators:
		return b.operator(text)
	}
	return b.cast(text)
}

// maxCode bounds what runs stored code without being called.
const maxCode = 100_000

// sortCode puts what runs stored code into an order that hangs on it alone.
func (b *CatalogueBuilder) sortCode() {
	c := &b.code
	slices.SortFunc(c.Types, func(x, y sql.MadeType) int { return compareNames(x.Name, y.Name) })
	slices.SortFunc(c.Holders, func(x, y sql.Holder) int { return cmp.Or(cmp.Compare(x.OID, y.OID), compareNames(x.Of, y.Of)) })
	slices.SortFunc(c.Operators, func(x, y sql.MadeOperator) int {
		return cmp.Compare(fmt.Sprintf("%#v", x), fmt.Sprintf("%#v", y))
	})
	slices.SortFunc(c.Casts, func(x, y sql.MadeCast) int { return cmp.Compare(fmt.Sprintf("%#v", x), fmt.Sprintf("%#v", y)) })
	slices.Sort(b.conditions)
}

// digestCode is a text of all of it.
func (b *CatalogueBuilder) digestCode() string { return fmt.Sprintf("%#v %q", b.code, b.conditions) }
