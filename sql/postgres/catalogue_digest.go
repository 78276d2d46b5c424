package postgres

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strconv"

	"github.com/sallyport/sallyport/sql"
)

func compareNames(a, b sql.Name) int {
	return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
}

// sort puts everything into an order that hangs on the content alone.
func (b *CatalogueBuilder) sort() {
	slices.SortFunc(b.relations, func(x, y relationRow) int {
		return compareNames(sql.Name{Schema: x.Schema, Name: x.Name}, sql.Name{Schema: y.Schema, Name: y.Name})
	})
	slices.SortFunc(b.routines, func(x, y routineRow) int {
		return cmp.Or(cmp.Compare(x.Schema, y.Schema), cmp.Compare(x.Name, y.Name), cmp.Compare(x.language, y.language),
			cmp.Compare(x.body, y.body), cmp.Compare(strconv.FormatBool(x.Definer), strconv.FormatBool(y.Definer)))
	})
}

// digest is the catalogue's version: the first half of the SHA-256 of all that
// it says, in order, each text with its length in front. What a definition means
// hangs on the server's version as well.
func (b *CatalogueBuilder) digest() string {
	h := sha256.New()
	text := func(list ...string) {
		for _, s := range list {
			io.WriteString(h, strconv.Itoa(len(s))+":"+s)
		}
	}
	flags := func(list ...bool) {
		for _, f := range list {
			text(strconv.FormatBool(f))
		}
	}
	text(strconv.Itoa(majorVersion(&sql.Session{Version: b.version})), strconv.Itoa(len(b.relations)))
	for i := range b.relations {
		r := &b.relations[i]
		text(r.Schema, r.Name, strconv.Itoa(int(r.Kind)), r.view, strconv.Itoa(len(r.Columns)))
		text(r.Columns...)
		text(strconv.Itoa(len(r.Parents)))
		for _, p := range r.Parents {
			text(p.Schema, p.Name)
		}
		flags(r.Triggers, r.Rules, r.Filled, r.Coded)
		text(strconv.Itoa(len(r.computed)))
		for _, x := range r.computed {
			text(x.name, x.expression)
			flags(x.coded)
		}
		text(strconv.Itoa(len(r.Types)))
		for _, t := range r.Types {
			text(t.Schema, t.Name)
		}
	}
	for i := range b.routines {
		r := &b.routines[i]
		text(r.Schema, r.Name, r.language, r.body)
		flags(r.Definer)
	}
	text(b.digestCode())
	return hex.EncodeToString(h.Sum(nil)[:16])
}
