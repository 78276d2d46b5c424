package postgres

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var randomQueries = flag.Int("random", 2000, "how many queries TestRandomLineages makes")

// randomSQL makes queries over testdata/marked.sql whose columns are all text.
type randomSQL struct {
	*rand.Rand
	alias int
	ctes  []randomSource // in sight
	plain bool           // where windows may not stand
}

// randomSource is something in FROM with columns of text.
type randomSource struct {
	name    string
	columns []string
}

var randomRelations = []randomSource{
	{"users", []string{"k", "email", "name", "card"}}, {"orders", []string{"k", "user_k", "note", "total"}},
	{"visits", []string{"k", "page", "region"}}, {"visits_b", []string{"region", "page", "k"}}, {"people", []string{"k", "nick"}},
	{"staff", []string{"k", "nick", "desk"}}, {"s.secrets", []string{"k", "pin", "email"}}, {`"Odd ""Name"`, []string{"k", `"Camel Case"`, `"select"`}},
	{"mails", []string{"k", "mail"}}, {"folk", []string{"k", "mail", "loud", "label"}}, {"both_sides", []string{"k", "value"}},
	{"used", []string{"k", "email", "note", "pin"}}, {"nested", []string{"k", "c"}}, {"seen", []string{"k", "page", "region"}},
	{"joined", []string{"a", "b"}}, {"odd", []string{`"Camel Case"`, `"Select"`}}, {"deep", []string{"loud", "label"}},
	{"kept", []string{"k", "email", "loud"}}, {"through_functions", []string{"k", "pin", "loud", "full"}},
}

func (r *randomSQL) pick(list ...string) string { return list[r.IntN(len(list))] }

func (r *randomSQL) fresh(prefix string) string {
	r.alias++
	return fmt.Sprintf("%s%d", prefix, r.alias)
}

// item is one item of a FROM, with its alias.
func (r *randomSQL) item(scope []randomSource, depth int) (text string, s randomSource) {
	s.name = r.fresh("t")
	switch n := r.IntN(12); {
	case n < 2 && len(r.ctes) > 0:
		c := r.ctes[r.IntN(len(r.ctes))]
		return c.name + " as " + s.name, randomSource{s.name, c.columns}
	case n < 5 && depth > 0:
		inner, columns := r.query(nil, depth-1, 1+r.IntN(3))
		return r.renamed("("+inner+")", s, columns)
	case n == 5 && depth > 0 && len(scope) > 0:
		inner, columns := r.query(scope, depth-1, 1+r.IntN(3))
		return r.renamed("lateral ("+inner+")", s, columns)
	case n == 6 && len(scope) > 0:
		s.columns = []string{"key", "value"}
		return fmt.Sprintf("jsonb_each_text(jsonb_build_object(%s, %s)) as %s", r.text(scope, 0), r.text(scope, 0), s.name), s
	case n == 7 && len(scope) > 0:
		s.columns = []string{r.fresh("c"), r.fresh("c")}
		return fmt.Sprintf("lateral (values (%s, 'x'), (%s, %s)) as %s (%s)", r.text(scope, 0), r.text(scope, 0), r.text(scope, 0),
			s.name, strings.Join(s.columns, ", ")), s
	case n == 8 && len(scope) > 0:
		s.columns = []string{r.fresh("c")}
		return fmt.Sprintf("unnest(array[%s, %s]::text[]) as %s (%s)", r.text(scope, 0), r.text(scope, 0), s.name, s.columns[0]), s
	}
	rel := randomRelations[r.IntN(len(randomRelations))]
	if r.IntN(3) == 0 {
		return r.renamed(rel.name, s, rel.columns)
	}
	return rel.name + " as " + s.name, randomSource{s.name, rel.columns}
}

// renamed gives some or all columns of a source other names.
func (r *randomSQL) renamed(text string, s randomSource, columns []string) (string, randomSource) {
	s.columns = append([]string(nil), columns...)
	n := r.IntN(len(columns) + 1)
	for i := range n {
		s.columns[i] = r.fresh("c")
	}
	if n == 0 {
		return text + " as " + s.name, s
	}
	return fmt.Sprintf("%s as %s (%s)", text, s.name, strings.Join(s.columns[:n], ", ")), s
}

// column is a column of the scope, mostly with the name of its source.
func (r *randomSQL) column(scope []randomSource) string {
	s := scope[r.IntN(len(scope))]
	c := s.columns[r.IntN(len(s.columns))]
	if r.IntN(8) == 0 {
		return c
	}
	return s.name + "." + c
}

// text is an expression of type text.
func (r *randomSQL) text(scope []randomSource, depth int) string {
	if len(scope) == 0 {
		return "'x'"
	}
	sub := func() string { return r.text(scope, depth-1) }
	if depth <= 0 {
		return r.column(scope)
	}
	whole := scope[r.IntN(len(scope))].name
	switch r.IntN(20) {
	case 0:
		return "coalesce(null, " + sub() + ", " + sub() + ")"
	case 1:
		return "case when " + r.condition(scope, depth-1) + " then " + sub() + " else " + sub() + " end"
	case 2:
		return "case " + sub() + " when " + sub() + " then " + sub() + " end"
	case 3:
		return r.pick("upper", "lower", "initcap", "quote_literal") + "(" + sub() + ")"
	case 4:
		return "(" + sub() + " || " + sub() + ")"
	case 5:
		return "nullif(" + sub() + ", " + sub() + ")"
	case 6:
		return r.pick("greatest", "least", "concat") + "(" + sub() + ", " + sub() + ")"
	case 7:
		inner, _ := r.query(scope, depth-1, 1)
		return "(select * from (" + inner + ") z limit 1)"
	case 8:
		inner, _ := r.query(scope, depth-1, 1)
		return "array(" + inner + ")::text"
	case 9:
		return r.pick("row_to_json", "to_jsonb") + "(" + whole + r.pick("", ".*") + ")::text"
	case 10:
		return whole + r.pick("", ".*") + "::text"
	case 11:
		return "row(" + sub() + ", " + whole + ".*)::text"
	case 12:
		return "(array[" + sub() + ", " + sub() + "])[1]"
	case 13:
		return "jsonb_build_object('a', " + sub() + ") ->> 'a'"
	case 14:
		return "(" + sub() + ")::varchar collate \"C\""
	case 15:
		return "(" + whole + ")." + r.columnIn(scope, whole)
	case 16:
		if r.plain {
			break
		}
		return r.pick("max", "first_value", "lag") + "(" + sub() + ") over (partition by " + sub() + " order by " + sub() + ")"
	}
	return r.column(scope)
}

func (r *randomSQL) columnIn(scope []randomSource, name string) string {
	for _, s := range scope {
		if s.name == name {
			return s.columns[r.IntN(len(s.columns))]
		}
	}
	return "k"
}

func (r *randomSQL) condition(scope []randomSource, depth int) string {
	defer func(plain bool) { r.plain = plain }(r.plain)
	r.plain = true
	switch r.IntN(6) {
	case 0:
		return r.text(scope, depth) + " is not null"
	case 1:
		return r.text(scope, depth) + " <> " + r.text(scope, depth)
	case 2:
		inner, _ := r.query(scope, min(depth, 1), 1)
		return "exists (" + inner + ")"
	case 3:
		return r.text(scope, depth) + " like '%k%'"
	}
	return "true"
}

// from is a FROM clause, and what can be named behind it.
func (r *randomSQL) from(outer []randomSource, depth int) (string, []randomSource) {
	text, first := r.item(outer, depth)
	scope, since := []randomSource{first}, 0 // the last comma
	for range r.IntN(3) {
		next, s := r.item(append(append([]randomSource(nil), outer...), scope...), depth)
		both := append(scope, s)
		left := scope[since+r.IntN(len(scope)-since)]
		sort := r.pick("left", "inner", "inner")
		if strings.HasPrefix(next, randomRelations[0].name) { // may look at nothing to its left
			sort = r.pick("full", "right")
		}
		switch using := common(scope[since:], s); {
		case r.IntN(4) == 0:
			text += ", " + next
			since = len(scope)
		case r.IntN(4) == 0:
			text += " cross join " + next
		case using != "" && r.IntN(2) == 0:
			text += " " + sort + " join " + next + " using (" + using + ")"
		case r.IntN(3) == 0:
			text += " left join " + next + " on " + r.condition(both[since:], 1)
		default:
			text += fmt.Sprintf(" %s join %s on %s.%s = %s.%s", sort, next, left.name, left.columns[0], s.name, s.columns[0])
		}
		scope = both
	}
	return text, scope
}

// common is a column that a source has in common with just one of others.
func common(left []randomSource, s randomSource) string {
	for _, c := range s.columns {
		n := 0
		for _, l := range left {
			for _, x := range l.columns {
				if x == c {
					n++
				}
			}
		}
		if n == 1 {
			return c
		}
	}
	return ""
}

// query is a SELECT of n columns, with their names.
func (r *randomSQL) query(outer []randomSource, depth, n int) (string, []string) {
	visible := len(r.ctes)
	defer func() { r.ctes = r.ctes[:visible] }()
	with := ""
	if depth > 0 && r.IntN(4) == 0 {
		inner, columns := r.query(nil, depth-1, 1+r.IntN(3))
		text, s := r.renamed("", randomSource{name: r.fresh("w")}, columns)
		with = "with " + strings.TrimPrefix(text, " as ") + " as (" + inner + ") "
		r.ctes = append(r.ctes, s)
	}
	if depth > 0 && r.IntN(5) == 0 {
		left, columns := r.query(outer, depth-1, n)
		right, _ := r.query(outer, depth-1, n)
		return with + "(" + left + ") " + r.pick("union", "union all", "except", "intersect") + " (" + right + ")", columns
	}
	from, scope := r.from(outer, depth)
	all := append(append([]randomSource(nil), scope...), outer...)
	var list, names []string
	for range n {
		name := r.fresh("c")
		if r.IntN(3) == 0 {
			name = r.pick("email", "k", "name", "note")
		}
		list, names = append(list, r.text(all, depth)+" as "+name), append(names, name)
	}
	text := with + "select " + r.pick("", "", "", "distinct ") + strings.Join(list, ", ") + " from " + from
	if r.IntN(3) == 0 {
		text += " where " + r.condition(all, 1)
	}
	if r.IntN(4) == 0 {
		text += fmt.Sprintf(" order by %d limit 5", 1+r.IntN(n))
	}
	return text, names
}

// statement is a query that may have stars as well.
func (r *randomSQL) statement() string {
	r.alias, r.ctes = 0, nil
	if r.IntN(4) > 0 {
		text, _ := r.query(nil, 1+r.IntN(2), 1+r.IntN(4))
		return text
	}
	from, scope := r.from(nil, 1+r.IntN(2))
	list := []string{"*", scope[0].name + ".*", scope[len(scope)-1].name, r.text(scope, 2)}
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return "select " + strings.Join(list[:1+r.IntN(len(list))], ", ") + " from " + from + " limit 20"
}

// TestRandomLineages proves the lineages of queries that nobody has thought of.
func TestRandomLineages(t *testing.T) {
	p := newProver(t)
	ask(t, p.conn, "set statement_timeout = '300ms'; set jit = off; set max_parallel_workers_per_gather = 0; analyze")
	r := &randomSQL{Rand: rand.New(rand.NewPCG(16, 17))}
	made := 0
	for ; p.ran < *randomQueries && made < 3**randomQueries; made++ {
		p.prove(t, r.statement())
		if t.Failed() {
			break
		}
	}
	t.Logf("%d of %d queries ran; %d columns known and %d not, %d marks, %d columns that the server describes",
		p.ran, made, p.columnsKnown, p.columnsUnknown, p.marks, p.described)
	if p.ran < *randomQueries || p.columnsUnknown*3 > p.columnsKnown || p.marks < 5*p.ran {
		t.Error("that is too little to prove anything")
	}
}
