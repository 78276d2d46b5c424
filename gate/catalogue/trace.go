package catalogue

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// trace works out a lineage.
func (s *Snapshot) trace(a *sql.Analysis, path []string, given []uint32) *sallyport.Lineage {
	out := &sallyport.Lineage{Catalogue: s.Version()}
	if a.Err != nil {
		out.Unknown = "it was not understood"
		return out
	}
	reached, named := s.reach(a, path)
	out.Named, out.Known = named, true
	var columns map[string]bool
	switch {
	case a.Query != nil:
		l := s.index.Resolve(a.Query, path)
		fill(out, l)
		columns = l.Fields
		open := a.Query.Open()
		out.Stars, out.Unlisted = open.Stars, open.Rows
		reached = append(reached, l.Relations...)
		out.Named = named && !l.Beyond
	case len(a.Tables)+len(a.Databases) > 0:
		doubt(out, "what it does with its tables is not followed")
		if f := s.stranger(a, reached); f != "" {
			doubt(out, "it calls "+f+", it may be, with a row")
			out.Named, out.Code = false, true
		}
	}
	if !out.Known && len(a.Tables) == 0 {
		out.Named = false // of a FETCH, say, no text tells what it reaches
	}
	if name := s.ownRoutine(a, columns); name != "" {
		doubt(out, "it calls "+name+", which is stored code")
		out.Named, out.Code = false, true
	} else if name := s.unnamed(a, reached, given); name != "" {
		doubt(out, "it runs stored code by "+name)
		out.Named, out.Code = false, true
	}
	for _, r := range reached {
		out.Relations = append(out.Relations, sallyport.TableUse{Schema: r.Schema, Name: r.Name})
	}
	slices.SortFunc(out.Relations, func(a, b sallyport.TableUse) int {
		return cmp.Or(strings.Compare(a.Schema, b.Schema), strings.Compare(a.Name, b.Name))
	})
	out.Relations = slices.Compact(out.Relations)
	return out
}

// reach is every relation that a statement names, and those behind views. all is
// false where it may reach others as well.
func (s *Snapshot) reach(a *sql.Analysis, path []string) (reached []lineage.Relation, all bool) {
	names := make([]sql.Name, 0, len(a.Tables))
	for _, t := range a.Tables {
		if made := a.Query != nil && a.Query.Write != nil && a.Query.Write.Made && a.Query.Write.Table == (sql.Name{Schema: t.Schema, Name: t.Name}); !made {
			names = append(names, sql.Name{Schema: t.Schema, Name: t.Name})
		}
	}
	reached, all = s.index.Reach(names, path)
	// A database or a schema as such is all that is in it.
	return reached, all && len(a.Databases) == 0 && !a.Has(sql.DangerDynamicSQL) && !a.Has(sql.DangerStoredCode)
}

// ownRoutine is the first function of a statement that the server may find among
// its users' own, "" for none. A name without a schema may mean one of any, also
// where the server brings a function of that name: which one fits better hangs on
// the types of arguments. columns says of names behind that of a table whether
// they are columns of it.
func (s *Snapshot) ownRoutine(a *sql.Analysis, columns map[string]bool) string {
	for _, f := range a.Functions {
		if s.routines[lastPart(f)] {
			return f
		}
	}
	for f := range fields(a) {
		if !columns[f] && s.routines[strings.ToLower(f)] {
			return f
		}
	}
	for _, f := range a.Fields {
		if s.routines[strings.ToLower(f)] {
			return f
		}
	}
	if a.Has(sql.DangerStoredCode) {
		return "what the server does not bring"
	}
	return ""
}

// stranger is the first name behind a row that no table of the statement has for a
// column, "" for none: a function, then, which the catalogue need not know yet.
func (s *Snapshot) stranger(a *sql.Analysis, reached []lineage.Relation) string {
	for f := range fields(a) {
		if !slices.ContainsFunc(reached, func(r lineage.Relation) bool { return s.index.HasColumn(r, f) }) {
			return f
		}
	}
	if len(a.Fields) > 0 {
		return a.Fields[0]
	}
	return ""
}

// fields are the names behind those of tables where they may be functions.
func fields(a *sql.Analysis) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, c := range a.Columns {
			if a.RowCalls && c.Table != "" && c.Name != "*" && !yield(c.Name) {
				return
			}
		}
	}
}

func lastPart(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// doubt says that what is known is not all.
func doubt(l *sallyport.Lineage, why string) {
	l.Known, l.Unknown = false, cmp.Or(l.Unknown, why)
}

// fill takes over what was worked out.
func fill(out *sallyport.Lineage, l *lineage.Lineage) {
	if l.Unknown != "" {
		doubt(out, l.Unknown)
	}
	for _, c := range l.Columns {
		column := sallyport.ResultColumn{Name: c.Name, Derived: c.Derived, Unknown: c.Unknown}
		for _, o := range c.Origins {
			column.Origins = append(column.Origins, sallyport.Origin(o))
		}
		out.Columns = append(out.Columns, column)
	}
	for _, t := range l.Tests {
		out.Tests = append(out.Tests, sallyport.ColumnTest{Origin: sallyport.Origin(t.Origin), Equal: t.Equal})
	}
	for _, w := range l.Writes {
		out.Writes = append(out.Writes, sallyport.ColumnWrite{To: sallyport.Origin(w.To), From: sallyport.Origin(w.From), Derived: w.Derived})
	}
}
