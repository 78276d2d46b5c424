package learn

import (
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// maxSeen bounds how many statements and requests that differ a Book tells
// apart. What comes beyond is counted as left out.
const maxSeen = 100_000

// Door is what has to be known of a door beside its entries. The zero Door is
// one that no policy tells of.
type Door struct {
	Database string            // `database:`: what unqualified tables are in
	Logins   map[string]string // the login that the rules of an app name
}

// Book is what was seen. It is not safe for concurrent use.
type Book struct {
	door       func(name string) Door
	statements map[statementKey]*statement
	requests   map[requestKey]*request
	left       map[leftKey]uint64
}

// NewBook is an empty Book; door tells what the policy says of a door.
func NewBook(door func(name string) Door) *Book {
	return &Book{
		door: door, statements: map[statementKey]*statement{}, requests: map[requestKey]*request{}, left: map[leftKey]uint64{},
	}
}

// span is how often, and from when to when.
type span struct {
	count       uint64
	first, last time.Time
}

func (s *span) add(o span) {
	if s.count == 0 || o.first.Before(s.first) {
		s.first = o.first
	}
	if o.last.After(s.last) {
		s.last = o.last
	}
	s.count += o.count
}

// caller is who came, at which door.
type caller struct{ door, kind, name string }

// statement is one shape of an app as it was seen: every crossing of it touched
// the same tables.
type statement struct {
	caller
	use
	proto   string
	shape   string
	seen    span   // those that passed in order
	text    uint64 // of seen, those that came as text
	varied  uint64 // of seen, those that had been prepared with other literals before
	rows    uint64 // the most that one brought or changed
	columns columns
	offence offence
}

// use is what a statement does, as rules speak of it. Each list is in order and
// holds nothing twice.
type use struct {
	kinds, tables, written, dangers []string
	changes                         bool // it changes data or the server
}

type statementKey struct {
	caller
	proto, shape, kinds, tables, written, dangers string
	changes                                       bool
}

// Add takes an entry in. Entries that are no crossing of a statement or request
// are passed over.
func (b *Book) Add(e *ledger.Entry) {
	switch {
	case e.Type == ledger.Flood && e.Count > 0 && (e.Act.Kind == "sql" || e.Act.Kind == "http"):
		b.leave(callerOf(e), refused, e.Count)
	case e.Type != ledger.Crossed:
	case e.Act.Kind == "sql":
		b.statement(e)
	case e.Act.Kind == "http":
		b.request(e)
	}
}

func callerOf(e *ledger.Entry) caller { return caller{e.Door, e.From.Kind, e.From.Name} }

func (b *Book) statement(e *ledger.Entry) {
	who := callerOf(e)
	why := leftStatement(e)
	offends := offends(e)
	if why != "" && !offends {
		b.leave(who, why, 1)
		return
	}
	u, named := b.useOf(e)
	if !named {
		b.leave(who, unnamable, 1)
		return
	}
	key := statementKey{who, e.Act.Proto, e.Act.What, join(u.kinds), join(u.tables), join(u.written), join(u.dangers), u.changes}
	s := b.statements[key]
	if s == nil {
		if len(b.statements) >= maxSeen {
			b.leave(who, tooMany, 1)
			return
		}
		s = &statement{caller: who, use: u, proto: e.Act.Proto, shape: e.Act.What}
		b.statements[key] = s
	}
	once := span{1, e.Time, e.Time}
	if offends {
		s.offence.add(e, once)
	}
	if why != "" {
		b.leave(who, why, 1)
		return
	}
	s.seen.add(once)
	s.columns.add(e, b.namer(e))
	s.rows = max(s.rows, e.In.Rows)
	if u.changes {
		s.rows = max(s.rows, e.Act.Affected)
	}
	if !e.Act.Prepared {
		s.text++
	} else if e.Act.Varies {
		s.varied++
	}
}

// namer names a table of an entry as a rule of the door does; false where none can.
func (b *Book) namer(e *ledger.Entry) func(table string) (string, bool) {
	door, session := b.door(e.Door), ""
	if e.SQL != nil {
		session = e.SQL.Database
	}
	return func(table string) (string, bool) { return nameOf(table, e.Act.Proto, session, door.Database) }
}

// useOf is what a statement does, its tables as a rule of the door names them.
// It is false where a rule cannot name one.
func (b *Book) useOf(e *ledger.Entry) (use, bool) {
	of := b.namer(e)
	name := func(tables []string) ([]string, bool) {
		var out []string
		for _, t := range tables {
			n, ok := of(t)
			if !ok {
				return nil, false
			}
			out = append(out, n)
		}
		return inOrder(out), true
	}
	u := use{kinds: inOrder(append([]string{e.Act.Verb}, e.Act.Kinds...)), dangers: inOrder(e.Act.Danger), changes: e.Act.Dir == sallyport.Egress.String()}
	var ok, okToo bool
	u.tables, ok = name(e.Act.Tables)
	u.written, okToo = name(e.Act.Writes)
	return u, ok && okToo
}

func inOrder(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}

func join(list []string) string { return strings.Join(list, "\x00") }
