package grants

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
)

// Because is why a right is wanted: a rule, and the word of it that asks. The
// zero position is the login itself.
type Because struct {
	At   sallyport.Position
	Word string
}

// Wanted is a right that the policy needs.
type Wanted struct {
	Right
	Because []Because
}

// Note is what no GRANT says: what has to be done by hand, or cannot be told.
type Note struct {
	At   sallyport.Position
	Text string
}

// Derivation is all that a login needs, in the order in which it is written.
type Derivation struct {
	Rights []Wanted
	Notes  []Note
	owns   []table // what the login may own, since a rule lets it make or change it
	sees   []table // what it has to be shown all columns of
}

// mayOwn tells whether a rule is about making or changing the table.
func (d *Derivation) mayOwn(schema, name string) bool {
	return slices.ContainsFunc(d.owns, func(t table) bool { return t.schema == schema && (t.name == "*" || t.name == name) })
}

// Derive is the least that a login needs for what its rules let it do. Without
// a catalogue `*` is only the schemas that the policy names, and the sequences of
// serial columns are not known; the notes say so.
func Derive(t *Target, l *Login, s Server, c *Catalogue) Derivation {
	d := deriver{server: s, catalogue: c, known: knownSchemas(t), database: t.Database, index: map[Right]int{}, noted: map[Note]bool{}}
	if s.Flavour == Postgres {
		d.want(Right{Privilege: "CONNECT", Level: OnDatabase, Name: t.Database}, Because{At: l.At, Word: "log in"})
	}
	for i := range l.Needs {
		d.rule(&l.Needs[i])
	}
	d.sight(l)
	slices.SortStableFunc(d.out.Rights, func(a, b Wanted) int { return a.compare(b.Right) })
	return d.out
}

type deriver struct {
	server    Server
	catalogue *Catalogue
	known     []string
	database  string
	index     map[Right]int // of out.Rights
	noted     map[Note]bool
	out       Derivation
}

func (d *deriver) want(r Right, why Because) {
	i, ok := d.index[r]
	if !ok {
		i = len(d.out.Rights)
		d.index[r] = i
		d.out.Rights = append(d.out.Rights, Wanted{Right: r})
	}
	if !slices.Contains(d.out.Rights[i].Because, why) {
		d.out.Rights[i].Because = append(d.out.Rights[i].Because, why)
	}
}

func (d *deriver) note(at sallyport.Position, format string, args ...any) {
	n := Note{at, fmt.Sprintf(format, args...)}
	if !d.noted[n] {
		d.noted[n] = true
		d.out.Notes = append(d.out.Notes, n)
	}
}

// rule takes in what one rule lets the login do.
func (d *deriver) rule(n *Need) {
	tables := d.tables(n)
	if len(n.Unkept) > 0 {
		d.note(n.At, "rights cannot keep the rule to %s, since its tables are all of a schema: name the tables", strings.Join(n.Unkept, ", "))
	}
	for _, k := range sql.Kinds() {
		if !n.has(k) {
			continue
		}
		r := d.narrowed(n, k, d.server.requires(k))
		why := Because{n.At, k.String()}
		if r.owner {
			d.note(n.At, "`%s` is for the owner of a table alone: let another login own them and do it, or make this one their owner", k)
		}
		if r.owner || k == sql.KindCreate && len(n.Columns) == 0 {
			d.out.owns = append(d.out.owns, tables...)
		}
		for _, p := range r.database {
			d.want(Right{Privilege: p, Level: OnDatabase, Name: d.database}, why)
		}
		for _, t := range tables {
			d.onTable(n, t, r, why)
		}
	}
	d.compound(n, tables)
	d.dangers(n, tables)
}

// onTable wants what a kind of statement needs on a table and its schema.
func (d *deriver) onTable(n *Need, t table, r requirement, why Because) {
	for _, p := range r.table {
		d.onRelation(n, t, p, why)
	}
	for _, p := range r.schema {
		d.want(Right{Privilege: p, Level: OnSchema, Schema: t.schema}, why)
	}
	if len(r.table)+len(r.schema) > 0 {
		d.enter(t.schema, why)
	}
}

// enter wants the way into a schema, which only PostgreSQL guards.
func (d *deriver) enter(schema string, why Because) {
	if d.server.Flavour == Postgres {
		d.want(Right{Privilege: "USAGE", Level: OnSchema, Schema: schema}, why)
	}
}

// compound wants what statements of several kinds need beyond what each of
// the kinds does.
func (d *deriver) compound(n *Need, tables []table) {
	if d.server.Flavour != Postgres && len(n.Columns) == 0 && n.has(sql.KindCreate) && n.has(sql.KindSelect) {
		for _, t := range tables { // CREATE TABLE … AS SELECT
			d.onRelation(n, t, "INSERT", Because{n.At, "create, select"})
		}
	}
	if d.server.Flavour == Postgres && n.has(sql.KindInsert) {
		d.sequences(n, tables)
	}
}

// dangers wants what statements with a danger need, and says of those that
// reach beyond tables that nothing is granted.
func (d *deriver) dangers(n *Need, tables []table) {
	for _, x := range n.Dangers {
		if text, ok := dangerNotes[x][d.server.Flavour == Postgres]; ok {
			d.note(n.At, "%s", text)
		}
	}
	if n.grants(sql.DangerLockingRead) && n.has(sql.KindSelect) && d.server.Flavour != MariaDB {
		for _, t := range tables { // any column's UPDATE is enough for FOR UPDATE
			d.onRelation(n, t, "UPDATE", Because{n.At, "locking_read"})
		}
	}
	if n.grants(sql.DangerStoredCode) {
		d.storedCode(n, tables)
	}
}

// storedCode wants the right to call what is in the schemas of the rule, and,
// where the rule has such statements, to make and to change it.
func (d *deriver) storedCode(n *Need, tables []table) {
	why := Because{n.At, sql.DangerStoredCode.String()}
	for _, schema := range d.schemas(n, tables) {
		d.enter(schema, why)
		if d.server.Flavour == Postgres {
			d.want(Right{Privilege: "EXECUTE", Level: OnRoutine, Schema: schema, Name: "*"}, why)
			continue
		}
		d.want(Right{Privilege: "EXECUTE", Level: OnSchema, Schema: schema}, why)
		if n.has(sql.KindCreate) {
			d.want(Right{Privilege: "CREATE ROUTINE", Level: OnSchema, Schema: schema}, why)
			d.want(Right{Privilege: "EVENT", Level: OnSchema, Schema: schema}, why)
		}
		if n.has(sql.KindAlter) || n.has(sql.KindDrop) {
			d.want(Right{Privilege: "ALTER ROUTINE", Level: OnSchema, Schema: schema}, why)
		}
	}
	if n.has(sql.KindCreate) && len(n.Columns) == 0 {
		for _, t := range tables {
			d.onRelation(n, t, "TRIGGER", why)
		}
	}
}
