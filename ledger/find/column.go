package find

import (
	"math"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Column is one thing that a query can look at in an entry. The set is closed.
// Texts, numbers and identities are read by Text, Number and ID; asking a
// column for what it is not gives the zero value.
type Column uint8

const (
	Time Column = iota // numbers: see Moment

	Nanos
	Status
	InBytes
	OutBytes
	InRows
	OutRows
	Count
	Params
	Affected

	ID // identities
	Session
	Cause

	Type // texts
	CauseHow
	App
	Door
	From // the name, or the kind where there is no name
	FromKind
	FromAddr
	FromProof
	FromTLS
	To
	ToKind
	ToAddr
	ActKind
	Dir
	Verb
	Route // what an HTTP request did
	Shape // what a statement did
	What  // what any other act did
	Host
	Proto
	Media
	Prepared
	Varies
	Verdict
	Would
	Failure // the error code
	Policy
	Note

	Verbs // lists: texts that hold several, see List
	Tables
	Writes
	Columns // TABLE.NAME, those of a statement
	Dangers
	InClasses
	OutClasses
	FoundClasses
	Findings
	Reasons
	Rules
	RulePaths
	Masks

	NumColumns // how many columns there are; itself none
)

// Kind says how a column is read.
type Kind uint8

const (
	IsText Kind = iota
	IsNumber
	IsID
	IsList
)

// Kind says how the column is read.
func (c Column) Kind() Kind {
	switch {
	case c < ID:
		return IsNumber
	case c < Type:
		return IsID
	case c < Verbs:
		return IsText
	}
	return IsList
}

var columnNames = [NumColumns]string{
	Time: "time", Nanos: "ns", Status: "status", InBytes: "in_bytes", OutBytes: "out_bytes", InRows: "in_rows",
	OutRows: "out_rows", Count: "count", Params: "params", Affected: "affected",
	ID: "id", Session: "session", Cause: "cause",
	Type: "type", CauseHow: "cause_how", App: "app", Door: "door", From: "from_name", FromKind: "from_kind",
	FromAddr: "from_addr", FromProof: "from_proof", FromTLS: "from_tls", To: "to_name", ToKind: "to_kind", ToAddr: "to_addr",
	ActKind: "act", Dir: "dir", Verb: "verb", Route: "route", Shape: "shape", What: "what", Host: "host",
	Proto: "proto", Media: "media", Prepared: "prepared", Varies: "varies", Verdict: "verdict", Would: "would", Failure: "error",
	Policy: "policy", Note: "note",
	Verbs: "verbs", Tables: "tables", Writes: "writes", Columns: "columns", Dangers: "dangers", InClasses: "in_classes", OutClasses: "out_classes",
	FoundClasses: "found_classes", Findings: "findings", Reasons: "reasons", Rules: "rules",
	RulePaths: "rule_paths", Masks: "masks",
}

// String is the column's name in files: lower case with underscores.
func (c Column) String() string {
	if c >= NumColumns {
		return "none"
	}
	return columnNames[c]
}

// Moment is the order-keeping number for t: nanoseconds since 1970, shifted so
// that earlier is smaller without a sign. Times outside of 1678 to 2262 become
// the nearest that can be told.
func Moment(t time.Time) uint64 {
	ns := t.UnixNano()
	switch s := t.Unix(); {
	case s < math.MinInt64/int64(time.Second):
		ns = math.MinInt64
	case s >= math.MaxInt64/int64(time.Second):
		ns = math.MaxInt64
	}
	return uint64(ns) ^ 1<<63
}

// MomentTime is the time, in UTC, that Moment gave m for.
func MomentTime(m uint64) time.Time {
	return time.Unix(0, int64(m^1<<63)).UTC()
}

// Number is the column's number in e; negative ones count as 0, Time is a
// Moment.
func (c Column) Number(e *ledger.Entry) uint64 {
	switch c {
	case Time:
		return Moment(e.Time)
	case Nanos:
		return uint64(max(e.Nanos, 0))
	case Status:
		return uint64(max(e.Act.Status, 0))
	case InBytes:
		return e.In.Bytes
	case OutBytes:
		return e.Out.Bytes
	case InRows:
		return e.In.Rows
	case OutRows:
		return e.Out.Rows
	case Count:
		return e.Count
	case Params:
		return uint64(max(e.Act.Params, 0))
	case Affected:
		return e.Act.Affected
	}
	return 0
}

// ID is the column's identity in e, zero where it has none.
func (c Column) ID(e *ledger.Entry) sallyport.ID {
	switch c {
	case ID:
		return e.ID
	case Session:
		return e.Session
	case Cause:
		return e.Cause.ID
	}
	return sallyport.ID{}
}

// Text is the column's text in e, "" where it has none. For a list it is all
// items in one text, see Items.
func (c Column) Text(e *ledger.Entry) string {
	if c >= Verbs {
		return c.list(e)
	}
	switch c {
	case Type:
		return string(e.Type)
	case CauseHow:
		return e.Cause.How
	case App:
		return e.App
	case Door:
		return e.Door
	case From:
		return named(e.From)
	case FromKind:
		return e.From.Kind
	case FromAddr:
		return e.From.Addr
	case FromProof:
		return e.From.Proof
	case FromTLS:
		return e.From.TLS
	case To:
		return named(e.To)
	case ToKind:
		return e.To.Kind
	case ToAddr:
		return e.To.Addr
	case Verdict:
		return e.Effect
	case Would:
		return e.Would
	case Policy:
		return e.Policy
	case Note:
		return e.Note
	}
	return c.act(&e.Act)
}

func (c Column) act(a *ledger.Act) string {
	switch c {
	case ActKind:
		return a.Kind
	case Dir:
		return a.Dir
	case Verb:
		return a.Verb
	case Route, Shape, What:
		if c == whatOf(a.Kind) {
			return a.What
		}
	case Host:
		return a.Host
	case Proto:
		return a.Proto
	case Media:
		return a.Media
	case Failure:
		return a.Error
	case Prepared:
		return ofStatement(a, a.Prepared)
	case Varies:
		return ofStatement(a, a.Varies)
	}
	return ""
}

// ofStatement is yes or no of a statement, and nothing of any other act.
func ofStatement(a *ledger.Act, is bool) string {
	switch {
	case is:
		return "yes"
	case a.Kind == "sql":
		return "no"
	}
	return ""
}

func whatOf(kind string) Column {
	switch kind {
	case "http":
		return Route
	case "sql":
		return Shape
	}
	return What
}

func named(p ledger.Peer) string {
	if p.Name != "" {
		return p.Name
	}
	return p.Kind
}
