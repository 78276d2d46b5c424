package guard

import (
	"maps"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// maxColumns bounds the columns of one entry. Of a statement that uses more, the
// entry has its tables only, with any column of theirs.
const maxColumns = 256

// uses are what a statement does with a column, in the order of their words.
type uses [3]bool

var useWords = [len(uses{})]string{"read", "test", "write"}

const (
	useRead = iota
	useTest
	useWrite
)

func (u uses) String() string {
	var words []string
	for i, is := range u {
		if is {
			words = append(words, useWords[i])
		}
	}
	return strings.Join(words, " ")
}

// columnsOf is every column that a statement uses, or false where that cannot be
// told. A table of which the statement leaves them open has "*".
func columnsOf(s *sallyport.Statement) (all []ledger.Column, traced bool) {
	l := s.Lineage
	if l == nil || s.Unparsed != "" || slices.Contains(s.Dangers, "dynamic_sql") || slices.Contains(s.Dangers, "network") {
		return nil, false
	}
	whole := func(t sallyport.TableUse) bool { return t.Name == "*" } // a database as such
	complete := l.Complete()
	if slices.ContainsFunc(s.Tables, whole) || !complete && (!l.Named || len(s.Dangers) > 0) {
		return nil, false
	}
	of := usesOf(l)
	switch {
	case !complete || l.Stars || len(of) > maxColumns:
		of = anyOf(s, of)
	case l.Unlisted:
		for _, w := range l.Writes {
			leaveOpen(of, w.To)
		}
	}
	if len(of) > maxColumns {
		return nil, false
	}
	for o, u := range of {
		table := sallyport.TableUse{Schema: o.Schema, Name: o.Table}
		all = append(all, ledger.Column{Table: table.String(), Name: o.Column, Use: u.String()})
	}
	slices.SortFunc(all, func(a, b ledger.Column) int {
		return strings.Compare(a.Table+"\x00"+a.Name, b.Table+"\x00"+b.Name)
	})
	return all, true
}

// usesOf is what a lineage does with each column. A value that is copied is read.
func usesOf(l *sallyport.Lineage) map[sallyport.Origin]uses {
	of := map[sallyport.Origin]uses{}
	note := func(o sallyport.Origin, use int) {
		if !o.IsZero() {
			u := of[o]
			u[use] = true
			of[o] = u
		}
	}
	for _, c := range l.Columns {
		for _, o := range c.Origins {
			note(o, useRead)
		}
	}
	for _, t := range l.Tests {
		note(t.Origin, useTest)
	}
	for _, w := range l.Writes {
		note(w.From, useRead)
		note(w.To, useWrite)
	}
	return of
}

// leaveOpen has any column of a table in the place of its columns.
func leaveOpen(of map[sallyport.Origin]uses, o sallyport.Origin) {
	whole := sallyport.Origin{Schema: o.Schema, Table: o.Table, Column: "*"}
	if _, done := of[whole]; done || o.IsZero() {
		return
	}
	maps.DeleteFunc(of, func(x sallyport.Origin, _ uses) bool { return x.Schema == o.Schema && x.Table == o.Table })
	of[whole] = uses{}
}

// anyOf is any column of each table that a statement names or reaches.
func anyOf(s *sallyport.Statement, used map[sallyport.Origin]uses) map[sallyport.Origin]uses {
	of := map[sallyport.Origin]uses{}
	for o := range maps.Keys(used) {
		of[sallyport.Origin{Schema: o.Schema, Table: o.Table, Column: "*"}] = uses{}
	}
	for _, tables := range [...][]sallyport.TableUse{s.Tables, s.Lineage.Relations} {
		for _, t := range tables {
			of[sallyport.Origin{Schema: t.Schema, Table: t.Name, Column: "*"}] = uses{}
		}
	}
	return of
}
