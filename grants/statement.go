package grants

import (
	"slices"
	"strings"
)

// group is rights on one object, which one statement grants or revokes.
type group struct {
	rights  []Right
	because []Because
}

// grouped gathers ordered rights by their object.
func grouped(list []Wanted) []group {
	var groups []group
	for _, w := range list {
		last := len(groups) - 1
		if last < 0 || groups[last].rights[0].object() != w.object() {
			groups = append(groups, group{})
			last++
		}
		groups[last].rights = append(groups[last].rights, w.Right)
		for _, b := range w.Because {
			groups[last].explain(b)
		}
	}
	return groups
}

func (g *group) explain(b Because) {
	for _, x := range g.because {
		if x == b {
			return
		}
	}
	g.because = append(g.because, b)
}

// reasons is the rules that a statement comes from: "policy.yaml:12 (select,
// insert), policy.yaml:14 (update)".
func (g *group) reasons() string {
	var order []string
	words := map[string][]string{}
	for _, b := range g.because {
		at := b.At.String()
		if words[at] == nil {
			order = append(order, at)
		}
		words[at] = append(words[at], b.Word)
	}
	for i, at := range order {
		order[i] = at + " (" + strings.Join(words[at], ", ") + ")"
	}
	return strings.Join(order, ", ")
}

// privileges is what stands between GRANT and ON: columns behind their
// privilege.
func (s Server) privileges(rights []Right) string {
	var order []string
	columns := map[string][]string{}
	whole := map[string]bool{}
	for _, r := range rights {
		if columns[r.Privilege] == nil && !whole[r.Privilege] {
			order = append(order, r.Privilege)
		}
		if r.Column == "" {
			whole[r.Privilege] = true
		} else {
			columns[r.Privilege] = append(columns[r.Privilege], s.name(r.Column))
		}
	}
	for i, p := range order {
		if p == "ALL" {
			order[i] = "ALL PRIVILEGES"
		}
		if c := columns[p]; len(c) > 0 && !whole[p] { // the whole table takes in its columns
			order[i] = p + " (" + strings.Join(c, ", ") + ")"
		}
	}
	return strings.Join(order, ", ")
}

// absent tells whether rights are on a table that the server does not have, so
// that it would refuse to grant them. MySQL grants the right to make a table before
// it is there, and whatever stands beside that.
func (s Server) absent(c *Catalogue, rights []Right) bool {
	r := rights[0]
	if c == nil || r.Level != OnTable && r.Level != OnSequence || r.Name == "*" || c.find(r.Schema, r.Name) != nil {
		return false
	}
	return s.Flavour == Postgres || !slices.ContainsFunc(rights, func(r Right) bool { return r.Privilege == "CREATE" })
}

// grant is the statement that gives rights on one object.
func (s Server) grant(rights []Right, to string) string {
	return "GRANT " + s.privileges(rights) + " ON " + s.object(rights[0]) + " TO " + to + ";"
}

// revoke is the statement that takes them.
func (s Server) revoke(rights []Right, from string) string {
	return "REVOKE " + s.privileges(rights) + " ON " + s.object(rights[0]) + " FROM " + from + ";"
}
