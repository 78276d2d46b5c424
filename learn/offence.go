package learn

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Offence is a shape of an app that `prepared: required` refuses, or would: it
// came as text, or was put together from values and then prepared.
type Offence struct {
	Door    string       `json:"door"`
	App     string       `json:"app"`
	Shape   string       `json:"shape"`
	Text    uint64       `json:"text,omitzero"`   // how often it came as text
	Varied  uint64       `json:"varied,omitzero"` // how often it was prepared with other literals than before
	Refused uint64       `json:"refused,omitzero"`
	First   time.Time    `json:"first"`
	Last    time.Time    `json:"last"`
	Example sallyport.ID `json:"example"` // the newest
}

// offence is what becomes an Offence.
type offence struct {
	seen                  span
	text, varied, refused uint64
	example               sallyport.ID
}

func (o *offence) add(e *ledger.Entry, once span) {
	if o.seen.count == 0 || !e.Time.Before(o.seen.last) {
		o.example = e.ID
	}
	o.seen.add(once)
	if !e.Act.Prepared {
		o.text++
	} else {
		o.varied++
	}
	if e.Effect == sallyport.Deny.String() {
		o.refused++
	}
}

// offends tells whether `prepared: required` refuses the statement, or would
// where nothing else does. What only steers the session needs not be prepared.
func offends(e *ledger.Entry) bool {
	switch {
	case e.Act.Prepared && !e.Act.Varies:
		return false
	case e.Effect == sallyport.Deny.String():
		return slices.ContainsFunc(e.Reasons, func(r ledger.Reason) bool { return r.Code == sallyport.Unprepared.String() })
	}
	why := leftStatement(e)
	return why == "" || why == failed
}

// Offences are the shapes that `prepared: required` refuses or would, those
// that came most often first.
func (b *Book) Offences() (all []Offence) {
	type key struct{ door, app, shape string }
	at := map[key]int{}
	for _, s := range b.statements {
		o := s.offence
		if o.seen.count == 0 {
			continue
		}
		k := key{s.door, s.name, s.shape}
		i, known := at[k]
		if !known {
			i, at[k] = len(all), len(all)
			all = append(all, Offence{Door: s.door, App: s.name, Shape: s.shape, First: o.seen.first})
		}
		into := &all[i]
		into.Text, into.Varied, into.Refused = into.Text+o.text, into.Varied+o.varied, into.Refused+o.refused
		if o.seen.first.Before(into.First) {
			into.First = o.seen.first
		}
		if o.seen.last.After(into.Last) {
			into.Last, into.Example = o.seen.last, o.example
		}
	}
	slices.SortFunc(all, func(a, b Offence) int {
		return cmp.Or(-cmp.Compare(a.Text+a.Varied, b.Text+b.Varied),
			strings.Compare(a.Door, b.Door), strings.Compare(a.App, b.App), strings.Compare(a.Shape, b.Shape))
	})
	return all
}
