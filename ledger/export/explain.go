package export

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport/ledger"
)

// Explain writes all that the ledger holds of one crossing, for a person:
// first the verdict as a sentence, then the facts. The entries are those of
// one ID, an admission and an outcome, or either.
func Explain(w io.Writer, st Style, entries []Numbered) error {
	if len(entries) == 0 {
		return errors.New("explaining a crossing: there is no entry of it")
	}
	entries = slices.Clone(entries)
	slices.SortFunc(entries, func(a, b Numbered) int { return cmp.Compare(a.Index, b.Index) })
	e := entries[len(entries)-1].Entry
	for _, n := range entries {
		if n.Entry.Type == ledger.Crossed {
			e = n.Entry
		}
	}
	x := &account{st: st}
	x.sentence(e)
	x.facts(e)
	x.reasons(e)
	x.ledger(entries, e)
	_, err := io.WriteString(w, x.b.String())
	return err
}

type account struct {
	st Style
	b  strings.Builder
}

// row is one fact; words that are empty are left out, and so is a fact without
// any.
func (x *account) row(name string, words ...string) {
	var some []string
	for _, w := range words {
		if w != "" {
			some = append(some, Printable(w))
		}
	}
	if len(some) == 0 {
		return
	}
	const indent = 12
	for i, line := range x.wrap(strings.Join(some, " "), x.st.width()-indent) {
		label := ""
		if i == 0 {
			label = name
		}
		x.b.WriteString(strings.TrimRight("  "+x.st.paint(dim, x.st.fit(label, indent-3))+" "+line, " ") + "\n")
	}
}

// wrap cuts a text into lines at spaces where there are some.
func (x *account) wrap(s string, width int) (lines []string) {
	for {
		used, cut, space := 0, len(s), 0
		for i, r := range s {
			if used += cell(r); used > width {
				cut = i
				break
			}
			if r == ' ' {
				space = i
			}
		}
		if cut == len(s) {
			return append(lines, s)
		}
		if space > 0 {
			cut = space
		}
		lines = append(lines, s[:cut])
		s = strings.TrimLeft(s[cut:], " ")
	}
}

func (x *account) sentence(e *ledger.Entry) {
	sign, colour := x.st.verdict(e.Effect, e.Would)
	verb := map[string]string{"deny": "Denied", "mask": "Let through masked", "allow": "Allowed"}[e.Effect]
	switch {
	case e.Type == ledger.Admitted:
		sign, colour, verb = x.st.mark("→", ">"), dim, "Begun"
	case e.Type != ledger.Crossed && e.Type != ledger.Flood:
		sign, colour, verb = x.st.mark("●", "*"), bold, "Event "+Printable(string(e.Type))
	}
	sign, _, _ = strings.Cut(sign, " ")
	head := x.st.paint(colour, sign+" "+verb)
	if e.Door != "" {
		head += " at door " + Printable(e.Door)
	}
	if why := why(e); why != "" {
		head += ": " + why
	}
	x.b.WriteString(head + "\n")
	if e.Type == ledger.Admitted {
		x.b.WriteString("  No outcome is recorded yet.\n")
	}
	if e.Note != "" {
		x.b.WriteString("  " + Printable(e.Note) + "\n")
	}
	if refusedWhole(e) {
		x.b.WriteString("  Nothing passed, either way.\n")
	}
	x.b.WriteByte('\n')
}

func (x *account) facts(e *ledger.Entry) {
	a := &e.Act
	took := ""
	if e.Nanos > 0 {
		took = "took " + time.Duration(e.Nanos).Round(time.Duration(max(1, e.Nanos/1000))).String()
	}
	x.row("when", e.Time.In(x.st.zone()).Format("Mon 2006-01-02 15:04:05.000 MST")+suffix(", ", took))
	x.row("app", e.App)
	x.row("from", x.party(e.From))
	x.row("to", x.party(e.To))
	x.row("act", a.Dir, a.Kind, a.Verb, paren(a.Kinds), a.Proto)
	if a.Kind == "sql" {
		how := "sent as text"
		if a.Prepared {
			how = "prepared, " + some(uint64(max(a.Params, 0)), "parameter")
			if a.Varies {
				how += ", with other literals in its text than before"
			}
		}
		x.row("shape", a.What)
		x.row("", how)
	} else {
		x.row("what", a.What)
	}
	x.row("tables", strings.Join(a.Tables, ", "))
	x.row("writes", strings.Join(a.Writes, ", "))
	x.row("columns", columns(a.Columns))
	x.row("dangers", strings.Join(a.Danger, ", "))
	x.row("host", a.Host)
	x.row("hashed", a.Rest)
	x.row("media", a.Media)
	if a.Status > 0 {
		x.row("status", fmt.Sprint(a.Status))
	}
	x.row("error", a.Error)
	if e.Type == ledger.Crossed && !refusedWhole(e) {
		x.row(x.st.direction("ingress")+" in", flow(e.In))
		x.row(x.st.direction("egress")+" out", flow(e.Out))
	}
	if a.Affected > 0 {
		x.row("changed", some(a.Affected, "row"))
	}
	if e.Count > 0 {
		x.row("count", grouped(e.Count))
	}
	if s := e.SQL; s != nil {
		x.row("sql state", pairs("database", s.Database, "role", s.Role, "sql_mode", s.Mode, "charset", s.Charset, "server", s.Server, "catalogue", s.Catalogue))
	}
}

func (x *account) reasons(e *ledger.Entry) {
	for i, r := range e.Reasons {
		label := ""
		if i == 0 {
			label = "because"
		}
		x.row(label, r.Code, suffix("at ", r.At), r.Path, suffix(x.st.mark("— ", "- "), r.Note))
	}
	if e.Would != "" && e.Would != e.Effect {
		x.row("enforced", "would "+e.Would)
	}
	for _, m := range e.Masks {
		x.row("masked", m.Where, "by", m.Masker)
	}
	for _, v := range e.Values {
		x.row("values", some(v.Count, "new value"), suffix("of class ", v.Class))
	}
	for _, f := range e.Finds {
		times := ""
		if f.Count > 1 {
			times = some(f.Count, "time")
		}
		x.row("found", f.By+":", f.Code, suffix("in ", f.Where), suffix("class ", f.Class), times)
	}
}

func (x *account) ledger(entries []Numbered, e *ledger.Entry) {
	if !e.Cause.ID.IsZero() {
		x.row("cause", e.Cause.ID.String(), paren([]string{e.Cause.How}))
	}
	x.row("id", identity(e.ID))
	x.row("session", identity(e.Session))
	x.row("policy", e.Policy)
	for i, n := range entries {
		label := ""
		if i == 0 {
			label = "ledger"
		}
		state := "no checkpoint covers it yet"
		if n.Sealed {
			state = "sealed"
		}
		x.row(label, fmt.Sprintf("entry %d, %s, %s", n.Index, n.Entry.Type, state))
	}
}

// refusedWhole tells whether nothing had passed when it was refused.
func refusedWhole(e *ledger.Entry) bool {
	return e.Effect == "deny" && e.Type == ledger.Crossed && nothing(e.In) && nothing(e.Out)
}

func nothing(f ledger.Flow) bool { return f.Bytes == 0 && f.Rows == 0 }

func (x *account) party(p ledger.Peer) string {
	var words []string
	if p.Kind != "" && p.Kind != p.Name {
		words = append(words, p.Kind)
	}
	words = append(words, p.Name, suffix("at ", p.Addr), suffix("over TLS ", p.TLS))
	switch p.Proof {
	case "":
	case "none":
		words = append(words, "(unproven)")
	default:
		words = append(words, "(proven by "+p.Proof+")")
	}
	return strings.Join(slices.DeleteFunc(words, func(s string) bool { return s == "" }), " ")
}

func flow(f ledger.Flow) string {
	s := size(f.Bytes)
	if f.Rows > 0 {
		s = some(f.Rows, "row") + ", " + s
	}
	return s + suffix(", classes ", strings.Join(f.Classes, ", "))
}

func suffix(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func paren(words []string) string {
	if s := strings.Join(words, ", "); s != "" {
		return "(" + s + ")"
	}
	return ""
}

func pairs(of ...string) string {
	var all []string
	for p := range slices.Chunk(of, 2) {
		if p[1] != "" {
			all = append(all, p[0]+" "+p[1])
		}
	}
	return strings.Join(all, ", ")
}

// columns are those of a statement, each with what it is used for.
func columns(list []ledger.Column) string {
	all := make([]string, len(list))
	for i, c := range list {
		if all[i] = c.Table + "." + c.Name; c.Use != "" {
			all[i] += " (" + c.Use + ")"
		}
	}
	return strings.Join(all, ", ")
}
