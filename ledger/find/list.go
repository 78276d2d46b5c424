package find

import (
	"iter"
	"strings"

	"github.com/sallyport/sallyport/ledger"
)

// list is every item of the column, joined so that Items takes them apart.
func (c Column) list(e *ledger.Entry) string {
	switch c {
	case Verbs:
		return join(e.Act.Kinds, itself)
	case Tables:
		return join(e.Act.Tables, itself)
	case Writes:
		return join(e.Act.Writes, itself)
	case Columns:
		return join(e.Act.Columns, func(c ledger.Column) string { return c.Table + "." + c.Name })
	case Dangers:
		return join(e.Act.Danger, itself)
	case InClasses:
		return join(e.In.Classes, itself)
	case OutClasses:
		return join(e.Out.Classes, itself)
	case FoundClasses:
		return join(e.Finds, func(f ledger.Find) string { return f.Class })
	case Findings:
		return join(e.Finds, func(f ledger.Find) string { return f.Code })
	case Reasons:
		return join(e.Reasons, func(r ledger.Reason) string { return r.Code })
	case Rules:
		return join(e.Reasons, func(r ledger.Reason) string { return r.At })
	case RulePaths:
		return join(e.Reasons, func(r ledger.Reason) string { return r.Path })
	case Masks:
		return join(e.Masks, func(m ledger.Mask) string { return m.Where })
	}
	return ""
}

func itself(s string) string { return s }

// join puts items one a line; a line feed or a backslash within one is
// escaped. Empty items are left out: an absent text is no value.
func join[T any](items []T, text func(T) string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return escapeItem(text(items[0]))
	}
	var b strings.Builder
	for _, item := range items {
		if s := text(item); s != "" {
			if b.Len() > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(escapeItem(s))
		}
	}
	return b.String()
}

var (
	itemEscaper   = strings.NewReplacer(`\`, `\\`, "\n", `\n`)
	itemUnescaper = strings.NewReplacer(`\\`, `\`, `\n`, "\n")
)

func escapeItem(s string) string {
	if strings.ContainsAny(s, "\\\n") {
		return itemEscaper.Replace(s)
	}
	return s
}

// Items is every item of the text of a list column.
func Items(joined string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for joined != "" {
			item, rest, _ := strings.Cut(joined, "\n")
			if strings.IndexByte(item, '\\') >= 0 {
				item = itemUnescaper.Replace(item)
			}
			if !yield(item) {
				return
			}
			joined = rest
		}
	}
}
