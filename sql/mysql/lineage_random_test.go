package mysql

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// speaker makes up statements over the world's tables and views.
type speaker struct {
	r     *rand.Rand
	count int // of names made
	left  int // queries that may still be made
	// operand is set where the next query can have no WITH, as MariaDB has it.
	operand bool
}

// inSight is a name that columns can be qualified by, and the columns.
type inSight struct {
	name    string
	columns []string
}

// relations are what random statements read.
var relations = []inSight{
	{"users", []string{"id", "k", "email", "name", "card"}},
	{"orders", []string{"id", "k", "item", "note", "total"}},
	{"notes", []string{"id", "k", "body", "email"}},
	{"v_users", []string{"id", "k", "mail"}}, {"v_mails", []string{"mail", "loud"}}, {"v_both", []string{"c"}},
	{"v_star", []string{"id", "k", "item", "note", "total"}}, {"v_with", []string{"top", "place"}},
	{"v_count", []string{"k", "n", "names"}}, {"v_kept", []string{"mail", "item"}}, {"v_case", []string{"c", "d"}},
}

func (s *speaker) name(letter string) string {
	s.count++
	return fmt.Sprintf("%s%d", letter, s.count)
}

func (s *speaker) pick(list ...string) string { return list[s.r.IntN(len(list))] }

// one in n times.
func (s *speaker) one(n int) bool { return s.r.IntN(n) == 0 }

// source is an item of a FROM and what it brings into sight.
func (s *speaker) source(outer, ctes []inSight) (string, inSight) {
	alias := s.name("s")
	switch {
	case s.left > 0 && s.one(5):
		text, columns := s.query(nil, ctes, 0)
		return "(" + text + ") " + alias, inSight{alias, columns}
	case len(ctes) > 0 && s.one(2):
		c := ctes[s.r.IntN(len(ctes))]
		return c.name + " " + alias, inSight{alias, c.columns}
	}
	t := relations[s.r.IntN(len(relations))]
	if s.one(2) {
		t = relations[s.r.IntN(3)]
	}
	return t.name + " " + alias, inSight{alias, t.columns}
}

// column is a column in sight, mostly by its qualified name.
func (s *speaker) column(seen []inSight) string {
	in := seen[s.r.IntN(len(seen))]
	c := in.columns[s.r.IntN(len(in.columns))]
	if s.one(6) {
		alone := true
		for _, other := range seen {
			alone = alone && (other.name == in.name || !slices.Contains(other.columns, c))
		}
		if alone {
			return c
		}
	}
	return in.name + "." + c
}

// value is an expression that has a value in each row.
func (s *speaker) value(seen, ctes []inSight, depth int) string {
	if depth <= 0 {
		if s.one(6) {
			// The server takes á for a where it compares: the first two stand among
			// the values of a column, and bear no mark.
			return s.pick("'zqáb-1~'", "'zqĝh-1~'", "'x'", "3", "null")
		}
		return s.column(seen)
	}
	v := func() string { return s.value(seen, ctes, depth-1-s.r.IntN(2)) }
	switch s.r.IntN(18) {
	case 0:
		return fmt.Sprintf("concat(%s, %s)", v(), v())
	case 1:
		return fmt.Sprintf("%s(%s)", s.pick("upper", "lower", "reverse", "hex", "trim", "length", "quote"), v())
	case 2:
		return fmt.Sprintf("%s(%s, %s)", s.pick("coalesce", "ifnull", "nullif", "greatest", "least", "nvl", "strcmp", "locate"), v(), v())
	case 3:
		return fmt.Sprintf("if(%s, %s, %s)", s.condition(seen, ctes, depth-1), v(), v())
	case 4:
		return fmt.Sprintf("case when %s then %s else %s end", s.condition(seen, ctes, depth-1), v(), v())
	case 5:
		return fmt.Sprintf("case %s when %s then %s end", v(), v(), v())
	case 6:
		return "(" + v() + ")"
	case 7:
		return fmt.Sprintf("substring(%s, %d, 4)", v(), 1+s.r.IntN(3))
	case 8:
		return fmt.Sprintf("%s collate utf8mb4_bin", s.column(seen))
	case 9:
		return "(" + s.condition(seen, ctes, depth-1) + ")"
	case 10:
		return fmt.Sprintf("right(%s, 1) %s 2", v(), s.pick("+", "*", "div", "-"))
	case 11, 12:
		if s.left > 0 {
			return s.scalar(seen, ctes)
		}
	case 13:
		return fmt.Sprintf("elt(2, %s, %s)", v(), v())
	case 14:
		return fmt.Sprintf("json_object('a', %s)", s.column(seen))
	}
	return v()
}

// scalar is a subquery of one value.
func (s *speaker) scalar(seen, ctes []inSight) string {
	s.left--
	text, in := s.source(nil, ctes)
	all := append(slices.Clip(seen), in)
	own := in.name + "." + in.columns[s.r.IntN(len(in.columns))]
	result := fmt.Sprintf("%s(%s)", s.pick("max", "min", "count", "count", "sum"), s.value(all[len(all)-1:], nil, 1))
	if s.one(3) {
		result = fmt.Sprintf("group_concat(%s order by %s separator ' ')", own, own)
	}
	where := ""
	if s.one(2) {
		where = " where " + s.condition(all, ctes, 1)
	}
	return fmt.Sprintf("(select %s from %s%s)", result, text, where)
}

func (s *speaker) condition(seen, ctes []inSight, depth int) string {
	v := func() string { return s.value(seen, ctes, depth-1) }
	switch s.r.IntN(12) {
	case 0:
		return fmt.Sprintf("%s %s %s", v(), s.pick("=", "<", ">=", "<>", "<=>"), v())
	case 1:
		return fmt.Sprintf("%s like '%%%d%%'", v(), s.r.IntN(4))
	case 2:
		return fmt.Sprintf("%s between 'zq' and %s", v(), v())
	case 3:
		return fmt.Sprintf("%s is %snull", v(), s.pick("", "not "))
	case 4:
		return fmt.Sprintf("%s in (%s, %s)", v(), v(), v())
	case 5:
		return fmt.Sprintf("%s in ('zqab-2', 'zqcd-1', 'zqgh-0')", v())
	case 6:
		if depth > 0 {
			return fmt.Sprintf("(%s %s %s)", s.condition(seen, ctes, depth-1), s.pick("and", "or", "xor"), s.condition(seen, ctes, depth-1))
		}
	case 7:
		if depth > 0 {
			return "not " + s.condition(seen, ctes, 0)
		}
	case 8, 9:
		if s.left > 0 {
			if s.one(2) {
				text, _ := s.query(seen, ctes, 1)
				return "exists (" + text + ")"
			}
			text, columns := s.query(nil, ctes, 1) // in parentheses of its own, for it may have a LIMIT
			return fmt.Sprintf("%s %s (select %s from (%s) %s)", v(), s.pick("in", "not in", "= any", "> all"), columns[0], text, s.name("s"))
		}
	case 10:
		return fmt.Sprintf("length(%s) > 6", v())
	}
	return fmt.Sprintf("right(%s, 1) > %d", v(), s.r.IntN(3))
}

// query is a query of some columns, any number of them for 0, and their names.
func (s *speaker) query(outer, ctes []inSight, n int) (string, []string) {
	s.left--
	if n == 0 {
		n = 1 + s.r.IntN(3)
	}
	with, plain := "", s.operand
	s.operand = false
	if !plain && s.left > 0 && s.one(5) {
		name := s.name("c")
		text, columns := s.query(nil, ctes, 0)
		with = fmt.Sprintf("with %s as (%s) ", name, text)
		if s.one(3) {
			columns = nil
			text, before := s.query(nil, ctes, 0)
			for range before {
				columns = append(columns, s.name("x"))
			}
			with = fmt.Sprintf("with %s (%s) as (%s) ", name, strings.Join(columns, ", "), text)
		}
		ctes = append(slices.Clip(ctes), inSight{name, columns})
	}
	if s.left > 1 && s.one(6) {
		s.operand = true
		a, names := s.query(nil, ctes, n)
		s.operand = true
		b, _ := s.query(nil, ctes, n)
		op := s.pick("union", "union all", "union all", "except", "intersect")
		text := fmt.Sprintf("%s(%s) %s (%s)", with, a, op, b)
		return text + s.end(names), names
	}
	from, seen := s.from(outer, ctes)
	text := with + "select " + s.pick("", "", "", "distinct ")
	var list, names []string
	group := ""
	switch {
	case s.one(5): // groups
		by := s.column(seen)
		name := s.name("x")
		list, names = append(list, by+" "+name), append(names, name)
		group = " group by " + s.pick(by, name, "1")
		for len(list) < n {
			name := s.name("x")
			v := s.value(seen, nil, 1)
			list, names = append(list, fmt.Sprintf(s.pick("max(%s) ", "min(%s) ", "count(%s) ", "count(distinct %s) ", "sum(length(%s)) ")+"%s", v, name)), append(names, name)
		}
		if s.one(3) {
			group += fmt.Sprintf(" having max(%s) like '%%%d%%'", s.column(seen), s.r.IntN(4))
		}
	default:
		for len(list) < n {
			name := s.name("x")
			v := s.value(seen, ctes, s.r.IntN(3))
			if s.one(8) {
				v = fmt.Sprintf("%s over (partition by %s order by %s)", s.pick("row_number()", "rank()", "max("+s.column(seen)+")", "count("+s.column(seen)+")"),
					s.column(seen), s.column(seen))
			}
			list, names = append(list, v+" as "+name), append(names, name)
		}
	}
	text += strings.Join(list, ", ") + " from " + from
	if s.one(3) {
		text += " where " + s.condition(seen, ctes, 2)
	}
	return text + group + s.end(names), names
}

// from is the sources of a query and what is in sight in it.
func (s *speaker) from(outer, ctes []inSight) (string, []inSight) {
	text, in := s.source(outer, ctes)
	seen := append(slices.Clip(outer), in)
	if s.one(3) {
		right, also := s.source(outer, ctes)
		seen = append(seen, also)
		switch common := slices.Contains(in.columns, "k") && slices.Contains(also.columns, "k"); {
		case common && s.one(3):
			text += s.pick(" join ", " left join ", " right join ") + right + " using (k)"
		case s.one(6):
			text += s.pick(" natural join ", " natural left join ", " natural right join ") + right
		case s.one(3):
			text += ", " + right
		default:
			text += s.pick(" join ", " left join ", " right join ") + right + " on " + s.condition(seen[len(outer):], nil, 1)
		}
	}
	return text, seen
}

// end is an ORDER BY over all of the columns, so that the rows that a LIMIT lets
// through are told.
func (s *speaker) end(names []string) string {
	if !s.one(4) {
		return ""
	}
	var by []string
	for i, n := range names {
		by = append(by, s.pick(n, fmt.Sprint(i+1)))
	}
	return " order by " + strings.Join(by, ", ") + s.pick("", " desc", " limit 2", " limit 1 offset 1")
}

var randomStatements = flag.Int("statements", 2000, "how many statements TestRandomLineageAgainstServer makes up")

// TestRandomLineageAgainstServer is TestLineageAgainstServer for statements that
// are made up, a fixed sequence of them.
func TestRandomLineageAgainstServer(t *testing.T) {
	w := newWorld(t)
	w.exec(t, "set session max_statement_time = 5")
	var ran, known, marks, quiet int
	refused := map[string]int{}
	for seed := range uint64(*randomStatements) {
		s := &speaker{r: rand.New(rand.NewPCG(seed, 11)), left: 6}
		text, _ := s.query(nil, nil, 0)
		if s.one(4) {
			text = "select * from (" + text + ") q"
		}
		changed := []int{s.r.IntN(len(marked)), s.r.IntN(len(marked))}
		v, err := w.check(t, text, nil, false, changed)
		if err != nil {
			refused[errorWords(err)]++
			continue
		}
		ran++
		marks += v.marks
		quiet += v.quiet
		if v.known {
			known++
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	t.Logf("%d of %d statements ran, of %d all is known, %d cells bore a mark, %d times other values were claimed to change nothing; refused: %v",
		ran, *randomStatements, known, marks, quiet, refused)
	if ran < *randomStatements*9/10 || known < ran*9/10 || marks < 2**randomStatements || quiet < *randomStatements {
		t.Error("too few to prove anything")
	}
}

// errorWords is the beginning of an error's text.
func errorWords(err error) string {
	text := err.Error()
	return text[:min(len(text), 60)]
}
