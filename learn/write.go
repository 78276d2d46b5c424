package learn

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/sallyport/sallyport"
)

// Write writes, for each door, the `allow:` that is to take the place of the
// door's own, and in comments what each rule comes from and what is left out.
// The same Book gives the same text. shapes, where not "", is the path of the
// file that the rules of database doors pin their shapes by.
func (b *Book) Write(w io.Writer, shapes string) error {
	out := &writer{Writer: bufio.NewWriter(w), shapes: shapes}
	for _, door := range b.doors() {
		callers, left := b.callersOf(door), b.leftOf(door)
		out.line("# door %s", printable(door))
		if len(callers) > 0 {
			out.line("    allow:")
		} else {
			out.line("      # nothing that a rule could allow")
		}
		for _, who := range callers {
			for _, r := range b.statementRules(who) {
				out.statementRule(who, r, b.door(door).Logins[who.name])
			}
			for _, r := range b.requestRules(who) {
				out.requestRule(who, r)
			}
		}
		for _, l := range left {
			out.line("      # left out, of %s: %s (%d)", whoIs(l.caller), l.why, b.left[l])
		}
	}
	return out.Flush()
}

// Rules is how many rules Write writes.
func (b *Book) Rules() (n int) {
	for _, door := range b.doors() {
		for _, who := range b.callersOf(door) {
			n += len(b.statementRules(who)) + len(b.requestRules(who))
		}
	}
	return n
}

// Shapes are the shapes of all statements that the rules are made of.
func (b *Book) Shapes() map[string]struct{} {
	all := map[string]struct{}{}
	for _, s := range b.statements {
		if s.seen.count > 0 {
			all[s.shape] = struct{}{}
		}
	}
	return all
}

// doors are those that something is known of, in order.
func (b *Book) doors() []string {
	all := map[string]bool{}
	for _, s := range b.statements {
		all[s.door] = all[s.door] || s.seen.count > 0
	}
	for k := range b.requests {
		all[k.door] = true
	}
	for k := range b.left {
		all[k.door] = true
	}
	maps.DeleteFunc(all, func(_ string, some bool) bool { return !some })
	return slices.Sorted(maps.Keys(all))
}

type writer struct {
	*bufio.Writer
	shapes string
}

func (w *writer) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

func (w *writer) statementRule(who caller, r *rule, login string) {
	w.line("      # %s, at most %s", of(r.seen, "statement"), rows(r.most))
	if r.loose > 0 {
		w.line("      # not `prepared: required`: %d came as text or with other literals, mostly: %s", r.loose, begin(r.shape))
	}
	if len(r.extra) > 0 {
		w.line("      # grants besides what was seen: %s", strings.Join(r.extra, ", "))
	}
	if len(r.open) > 0 {
		w.line("      # lists no columns of %s: a statement leaves them open or uses none, or it is a view", strings.Join(r.open, ", "))
	}
	if r.everywhere {
		w.line("      # what writes and names no table is covered by no `tables:`, so this holds on all of them")
	}
	if slices.Equal(r.tables, []string{noTable}) {
		w.line("      # no table is named; `%s` keeps the rule from meaning all of them", noTable)
	}
	name := scalar(who.name)
	if who.kind == sallyport.CallerParty.String() {
		name = "{mtls: " + name + "}" // at a database door nothing else proves who is no app
	}
	rule := []string{"who: " + name, "statements: " + list(r.kinds)}
	if !r.everywhere {
		rule = append(rule, "tables: "+list(r.tables))
	}
	if len(r.columns) > 0 {
		rule = append(rule, "columns: "+list(r.columns))
	}
	if len(r.dangers) > 0 {
		rule = append(rule, "dangers: "+list(r.dangers))
	}
	if r.prepared {
		rule = append(rule, "prepared: required")
	}
	if w.shapes != "" {
		rule = append(rule, "shapes: "+scalar("file:"+w.shapes))
	}
	rule = append(rule, fmt.Sprint("rows: ", r.rows))
	if login != "" {
		rule = append(rule, "login: "+scalar(login))
	}
	w.line("      - {%s}", strings.Join(rule, ", "))
}

func (w *writer) requestRule(who caller, r *rule) {
	w.line("      # %s", of(r.seen, "request"))
	name := "anyone"
	if who.name != "" {
		name = "{key: " + scalar(who.name) + "}"
	}
	w.line("      - {who: %s, methods: %s, paths: %s}", name, list(r.methods), list(r.paths))
}

func of(s span, what string) string {
	const day = "2006-01-02"
	first, last := s.first.UTC().Format(day), s.last.UTC().Format(day)
	if s.count != 1 {
		what += "s"
	}
	if first == last {
		return fmt.Sprintf("%d %s on %s", s.count, what, first)
	}
	return fmt.Sprintf("%d %s from %s to %s", s.count, what, first, last)
}

func rows(n uint64) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

// maxShown is how much of a shape a comment shows, in bytes.
const maxShown = 120

func begin(shape string) string {
	if len(shape) > maxShown {
		shape = strings.ToValidUTF8(shape[:maxShown], "") + "…"
	}
	return printable(shape)
}

// printable is s on one line: a comment ends where the line does.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

func whoIs(c caller) string {
	switch {
	case c.name != "":
		return printable(c.name)
	case c.kind == sallyport.AnyoneParty.String():
		return "anyone"
	}
	return "nobody known"
}

func list(items []string) string {
	out := make([]string, len(items))
	for i, s := range items {
		out[i] = scalar(s)
	}
	return "[" + strings.Join(out, ", ") + "]"
}

// scalar is s as YAML has it in braces: as it is where nothing can take it for
// anything but text, else in quotes.
func scalar(s string) string {
	if bare.MatchString(s) && !slices.Contains(words, strings.ToLower(s)) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

var bare = regexp.MustCompile(`^(file:)?[A-Za-z_/][A-Za-z0-9_./*-]*$`)

// words are what YAML readers take for something else than text.
var words = []string{"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
