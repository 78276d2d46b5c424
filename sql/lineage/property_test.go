package lineage

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/sallyport/sallyport/sql"
)

// maker makes up queries over the shop's tables. Its choices come from a source
// of numbers, so that a fuzzer can drive it.
type maker struct {
	next  func(n int) int
	count int // of names made
	left  int // queries that may still be made
	wild  bool
}

// inSight is a name that columns can be qualified by, and the columns.
type inSight struct {
	name    string
	columns []string
}

func (m *maker) name() string {
	m.count++
	return fmt.Sprintf("n%d", m.count)
}

// source is a source and what it brings into sight.
func (m *maker) source(outer []inSight, ctes []inSight) (sql.Source, inSight) {
	alias := m.name()
	switch k := m.next(6); {
	case k == 0 && m.left > 0:
		q, columns := m.query(nil, ctes)
		s := derived(q, alias)
		if m.next(3) == 0 {
			q, columns = m.query(outer, ctes)
			s = derived(q, alias)
			s.Lateral = true
		}
		return s, inSight{alias, columns}
	case k == 1 && len(ctes) > 0:
		c := ctes[m.next(len(ctes))]
		return table(c.name, alias), inSight{alias, c.columns}
	case k == 2 && m.wild:
		return table([]string{"nowhere", "opaque", "ring", "strange", "narrow"}[m.next(5)], alias), inSight{alias, []string{"a"}}
	}
	t := []inSight{
		{"users", []string{"id", "email", "card"}}, {"orders", []string{"id", "user_id", "total"}},
		{"people", []string{"id", "mail"}}, {"folk", []string{"mail", "twice"}},
	}[m.next(4)]
	return table(t.name, alias), inSight{alias, t.columns}
}

func (m *maker) expr(seen []inSight, ctes []inSight) sql.Expr {
	var e sql.Expr
	for range 1 + m.next(2) {
		if len(seen) == 0 {
			break
		}
		s := seen[m.next(len(seen))]
		name := s.name + "." + s.columns[m.next(len(s.columns))]
		if m.wild && m.next(8) == 0 {
			name = []string{"nothing", "id", s.name + ".*", "far.away"}[m.next(4)]
		}
		e.Refs = append(e.Refs, ref(sql.Use(m.next(5)), name))
	}
	if m.left > 0 && m.next(6) == 0 {
		q, _ := m.query(seen, ctes)
		e.Queries = append(e.Queries, sql.Subquery{Query: q, Use: sql.Use(m.next(5))})
	}
	if m.wild && m.next(20) == 0 {
		e.Opaque = "opaque"
	}
	return e
}

// query is a query of up to three columns, and their names.
func (m *maker) query(outer []inSight, ctes []inSight) (*sql.Query, []string) {
	m.left--
	q := &sql.Query{Distinct: m.next(6) == 0}
	if m.left > 0 && m.next(4) == 0 {
		name := m.name()
		as, columns := m.query(outer, ctes)
		q.With = append(q.With, sql.CTE{Name: name, Query: as})
		ctes = append(slices.Clip(ctes), inSight{name, columns})
		q.Recursive = m.wild && m.next(2) == 0
	}
	if m.left > 1 && m.next(6) == 0 {
		a, names := m.query(outer, ctes)
		b, others := m.query(outer, ctes)
		if len(names) == len(others) || m.wild {
			q.Operands = []*sql.Query{a, b}
			return q, names
		}
	}
	seen := slices.Clip(outer)
	for range 1 + m.next(2) {
		s, in := m.source(seen, ctes)
		if m.next(3) == 0 {
			right, also := m.source(append(slices.Clip(seen), in), ctes)
			j := &sql.Join{Left: s, Right: right}
			seen = append(seen, also)
			if m.next(2) == 0 {
				on := m.expr(append(slices.Clip(seen), in), ctes)
				j.On = &on
			} else {
				j.Natural = m.next(3) == 0
			}
			s = sql.Source{Join: j}
		}
		seen = append(seen, in)
		q.From = append(q.From, s)
	}
	var names []string
	for range 1 + m.next(3) {
		name := m.name()
		q.Outputs = append(q.Outputs, sql.Output{Name: name, Expr: m.expr(seen, ctes)})
		names = append(names, name)
	}
	if m.wild && m.next(8) == 0 {
		q.Outputs = append(q.Outputs, star())
	}
	for range m.next(3) {
		q.Tests = append(q.Tests, sql.Test{Expr: m.expr(seen, ctes), Outputs: m.next(2) == 0, Ordinal: m.next(2) * m.next(4)})
	}
	if m.wild && m.left > 0 && m.next(8) == 0 {
		source, _ := m.query(nil, ctes)
		q.Write = &sql.Writing{Table: sql.Name{Name: []string{"users", "people", "ruled", "nowhere", ""}[m.next(5)]}, Source: source,
			Made: m.next(3) == 0, SourceJoined: m.next(2) == 0, Set: []sql.Assignment{{Column: ref(0, "email"), Value: m.expr(seen, ctes)}}}
	}
	return q, names
}

func random(seed uint64) *maker {
	r := rand.New(rand.NewPCG(seed, 7))
	return &maker{next: func(n int) int { return r.IntN(n) }, left: 12}
}

// TestWaysRoundASelect: what is put around a query, or beside it, changes
// nothing of where its values come from.
func TestWaysRoundASelect(t *testing.T) {
	x := NewIndex(shop(), Options{})
	known := 0
	for seed := range uint64(4000) {
		q, names := random(seed).query(nil, nil)
		plain := x.Resolve(q, public)
		if plain.Unknown == "" {
			known++
		}
		var again []sql.Output
		for _, n := range names {
			again = append(again, col("d."+n))
		}
		byName := sel(derived(q, "d"))
		byName.Outputs = again
		asView := shop()
		asView.Relations = append(asView.Relations, sql.Relation{Schema: "public", Name: "v", Kind: sql.RelationView, Columns: names, Query: q, Path: public})
		for what, l := range map[string]*Lineage{
			"SELECT * FROM (…)":     x.Resolve(sel(star(), derived(q, "d")), public),
			"SELECT … FROM (…)":     x.Resolve(byName, public),
			"WITH":                  x.Resolve(with(sel(star(), table("c")), "c", q), public),
			"WITH RECURSIVE":        x.Resolve(recursive(with(sel(star(), table("c")), "c", q)), public),
			"an unused WITH":        x.Resolve(with(sel(star(), derived(q, "d")), "unused", sel(col("id"), table("orders"))), public),
			"LATERAL":               x.Resolve(sel(star("d"), table("orders", "o"), sql.Source{Query: q, Alias: "d", Lateral: true}), public),
			"a UNION with itself":   x.Resolve(union(q, q), public),
			"a view":                NewIndex(asView, Options{}).Resolve(sel(star(), table("v")), public),
			"again, views are kept": x.Resolve(q, public),
		} {
			if !slices.EqualFunc(l.Columns, plain.Columns, func(a, b Column) bool {
				return a.Derived == b.Derived && (a.Unknown == "") == (b.Unknown == "") && slices.Equal(a.Origins, b.Origins)
			}) {
				t.Fatalf("seed %d, %s:\n got %s\nwant %s", seed, what, told(l), told(plain))
			}
			if what != "a view" && what != "LATERAL" && !slices.Equal(l.Tests, plain.Tests) {
				t.Fatalf("seed %d, %s tests\n%v, want\n%v", seed, what, l.Tests, plain.Tests)
			}
		}
	}
	if known < 3000 {
		t.Errorf("only %d of the queries are understood", known)
	}
}

// TestBounds: what would come to more than is followed is unknown, soon.
func TestBounds(t *testing.T) {
	c := shop()
	wide := sql.Relation{Schema: "public", Name: "wide", Kind: sql.RelationTable}
	for i := range 1000 {
		wide.Columns = append(wide.Columns, fmt.Sprint("c", i))
	}
	c.Relations = append(c.Relations, wide)
	for i := range 40 {
		below := "users"
		if i > 0 {
			below = fmt.Sprint("v", i-1)
		}
		c.Relations = append(c.Relations, sql.Relation{Schema: "public", Name: fmt.Sprint("v", i), Kind: sql.RelationView,
			Columns: []string{"id"}, Path: public, Query: sel(col("id"), table(below))})
	}
	x := NewIndex(c, Options{})
	many := sel(star())
	for i := range 200 {
		many.From = append(many.From, table("wide", fmt.Sprint("w", i)))
	}
	deep := sel(star(), table("users"))
	for range 100 {
		deep = sel(star(), derived(deep, "d"))
	}
	doubling := sel(call("x", "wide.*"), table("wide"))
	for range 40 {
		doubling = sel(sub(doubling, "a"), sub(doubling, "b"))
		doubling.Outputs = doubling.Outputs[:1]
		doubling.Tests = []sql.Test{{Expr: doubling.Outputs[0].Expr}}
	}
	for what, q := range map[string]*sql.Query{
		"many columns": many, "deep": deep, "doubling": doubling, "views in views": sel(star(), table("v39")),
	} {
		l := x.Resolve(q, public)
		if l.Unknown == "" && slices.ContainsFunc(l.Columns, func(c Column) bool { return c.Unknown == "" }) {
			t.Errorf("%s: %d columns are known", what, len(l.Columns))
		}
	}
	if l := x.Resolve(sel(star(), table("v20")), public); told(l) != "id=users.id" {
		t.Errorf("views in views: %s", told(l))
	}
}

// FuzzResolve: whatever a dialect makes, resolving ends, within bounds.
func FuzzResolve(f *testing.F) {
	f.Add([]byte("a SELECT of some kind"))
	f.Add([]byte{0, 1, 2, 3, 250, 0, 0, 1, 1, 5, 7, 3, 2, 2, 2, 2, 1, 0})
	x := NewIndex(shop(), Options{FoldColumns: true})
	f.Fuzz(func(t *testing.T, b []byte) {
		m := &maker{left: 30, wild: true, next: func(n int) int {
			if len(b) == 0 {
				return 0
			}
			k := int(b[0]) % n
			b = b[1:]
			return k
		}}
		q, _ := m.query(nil, nil)
		l := x.Resolve(q, public)
		total := 0
		for _, c := range l.Columns {
			if !slices.IsSortedFunc(c.Origins, compareOrigins) {
				t.Errorf("origins out of order: %v", c.Origins)
			}
			total += len(c.Origins)
		}
		if total > maxWork {
			t.Errorf("%d origins", total)
		}
	})
}
