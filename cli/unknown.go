package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/ledger/find"
	"github.com/sallyport/sallyport/ledger/index"
	"github.com/sallyport/sallyport/policy"
)

// maxNames is how many of the newest entries are looked at for the names that
// a ledger has.
const maxNames = 1000

// unknown says of a filter that found nothing which of its doors, apps and
// types there are none of, in the ledger and in the policy, and which is
// nearest. It is a help only: what goes wrong with it is not told.
func (w *where) unknown(ctx context.Context, ix *index.Index, q *find.Query) (notes []string) {
	for _, t := range q.Terms() {
		if field, value, ok := strings.Cut(t.String(), "="); ok && slices.ContainsFunc(find.Fields(), func(f find.Field) bool { return f.Name == field }) {
			notes = append(notes, fmt.Sprintf("this looks for the word %q: did you mean %s:%s?", t.String(), field, value))
		}
		if w.keyless && hashed(&t) {
			notes = append(notes, fmt.Sprintf("the ledger's key cannot be read here, so %s finds nothing that stands as a keyed hash: ask where it can", t.String()))
		}
		field, values, ok := named(&t)
		if !ok {
			continue
		}
		known := slices.Concat(w.names(field), ledgerNames(ctx, ix, t.Columns()[0], field))
		slices.Sort(known)
		known = slices.Compact(known)
		for _, v := range values {
			switch near := policy.Nearest(v, known); {
			case slices.ContainsFunc(known, func(k string) bool { return strings.EqualFold(k, v) }) || inLedger(ctx, ix, field, v):
			case near != "":
				notes = append(notes, fmt.Sprintf("there is no %s %q: did you mean %s:%s?", field, v, field, near))
			case len(known) > 0 && len(known) <= 20:
				notes = append(notes, fmt.Sprintf("there is no %s %q; there are: %s", field, v, strings.Join(known, ", ")))
			default:
				notes = append(notes, fmt.Sprintf("there is no %s %q", field, v))
			}
		}
	}
	return notes
}

// hashed tells whether a term asks by its name for what stands in the ledger
// as a keyed hash.
func hashed(t *find.Term) bool {
	field, list, _ := strings.Cut(t.String(), ":")
	return !t.Not() && (field == "host" || field == "addr") && !strings.ContainsAny(list, "*/") && !strings.HasPrefix(list, "h:")
}

// named is the field and the plain values of a term that asks for a door, an
// app or a type.
func named(t *find.Term) (field string, values []string, ok bool) {
	field, list, _ := strings.Cut(t.String(), ":")
	if t.Not() || !slices.Contains([]string{"door", "app", "type"}, field) || strings.ContainsAny(list, `*"`) {
		return "", nil, false
	}
	return field, strings.Split(list, ","), true
}

// names is what the policy, where the folder was found by it, or the ledger's
// format has of a field's values.
func (w *where) names(field string) (all []string) {
	switch {
	case field == "type":
		for _, t := range ledger.Types() {
			all = append(all, string(t))
		}
	case w.found:
		apps, doors := policy.LoadNames(w.policy, w.p.Source)
		if all = doors; field == "app" {
			all = apps
		}
	}
	return all
}

// ledgerNames is the values that a field has in the newest entries that have
// it.
func ledgerNames(ctx context.Context, ix *index.Index, c find.Column, field string) (all []string) {
	q, err := find.Parse(field+":*", time.Now())
	if err != nil {
		return nil
	}
	page, err := ix.Search(ctx, index.Request{Query: q, Limit: maxNames})
	if err != nil {
		return nil
	}
	for _, hit := range page.Hits {
		if e, err := ix.Entry(hit); err == nil {
			if name := c.Text(e); !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// inLedger tells whether any entry at all has the value.
func inLedger(ctx context.Context, ix *index.Index, field, value string) bool {
	q, err := find.Parse(field+":"+value, time.Now())
	if err != nil {
		return false
	}
	page, err := ix.Search(ctx, index.Request{Query: q, Limit: 1})
	return err != nil || len(page.Hits) > 0
}
