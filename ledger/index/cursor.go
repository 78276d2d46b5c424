package index

import (
	"cmp"
	"fmt"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger/find"
)

// Hit is an entry that a query found.
type Hit struct {
	Index uint64 // its place in the log
	Time  time.Time
	ID    sallyport.ID // zero for an event
}

// Cursor is a place in the order of hits: time, then ID, then place in the
// log, the newest first. The zero Cursor is before all of them.
type Cursor struct {
	moment uint64
	id     sallyport.ID
	index  uint64
}

// Cursor is the place of the hit.
func (h Hit) Cursor() Cursor { return Cursor{find.Moment(h.Time), h.ID, h.Index} }

// IsZero tells whether the cursor is before all hits.
func (c Cursor) IsZero() bool { return c == Cursor{} }

// compare is less than 0 where c is older than o.
func (c Cursor) compare(o Cursor) int {
	return cmp.Or(cmp.Compare(c.moment, o.moment), cmp.Compare(string(c.id[:]), string(o.id[:])), cmp.Compare(c.index, o.index))
}

// String is a form for links that ParseCursor reads; "" for the zero Cursor.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	return fmt.Sprintf("%016x.%s.%x", c.moment, c.id, c.index)
}

// ParseCursor reads what String wrote.
func ParseCursor(s string) (c Cursor, err error) {
	if s == "" {
		return Cursor{}, nil
	}
	var id string
	if _, err := fmt.Sscanf(s, "%016x.%36s.%x", &c.moment, &id, &c.index); err == nil {
		if c.id, err = sallyport.ParseID(id); err == nil && c.String() == s {
			return c, nil
		}
	}
	return Cursor{}, fmt.Errorf("reading cursor %.80q: it is not one of ours", s)
}

func (c Cursor) hit() Hit {
	return Hit{Index: c.index, Time: find.MomentTime(c.moment), ID: c.id}
}
