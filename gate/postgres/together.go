package postgresgate

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/sql"
)

// together looks for a statement that may not stand with the others in one
// message, and says why; "" where there is none. All are judged before the first
// one runs, and all are sent before the first one is answered. So none may follow
// what can make its names mean something else, and none may change anything
// behind, or as, one that the door may have to cut. asks says that the door hangs
// on where values come from, touched that the open transaction has changed the
// session's state.
func together(all []*exchange, asks, touched bool) (int, string) {
	shifted, bounded := shiftNothing, false
	for i, x := range all {
		writes := x.act.Writes || x.m.change || x.act.Kind == sql.KindTransaction.String()
		switch {
		case shifted == shiftSchemas && !steers(x) && !qualified(x), shifted == shiftAll && !steers(x):
			return i, "a statement before it may change what its names mean: send it in a message of its own"
		case bounded && writes:
			return i, "it changes something, and a result before it may be cut: send it in a message of its own"
		case x.bounded() && x.act.Writes && len(all) > 1:
			return i, "it changes rows of which there may be so many only: send it in a message of its own"
		}
		shifted = max(shifted, shifts(x, asks, touched))
		bounded = bounded || x.bounded()
	}
	return 0, ""
}

// bounded tells whether the door may have to cut the statement's response.
func (x *exchange) bounded() bool { return x.Limited() || x.shown != nil }

// steers tells a statement that means the same whatever came before it.
func steers(x *exchange) bool {
	return x.act.Session && (x.act.Kind == sql.KindTransaction.String() || x.act.Kind == sql.KindSet.String())
}

// qualified tells a definition that means the same whatever schemas there are: it
// names no table without its schema, and runs no code.
func qualified(x *exchange) bool {
	a := x.m.analysis
	switch a.Kind {
	case sql.KindCreate, sql.KindAlter, sql.KindDrop:
		return len(a.Functions) == 0 && len(a.Dangers) == 0 &&
			!slices.ContainsFunc(a.Tables, func(t sql.Table) bool { return t.Schema == "" })
	}
	return false
}

// shift is what the names of a statement can mean otherwise because of one before
// it.
type shift uint8

const (
	shiftNothing shift = iota
	shiftSchemas       // names without a schema, since there are other schemas
	shiftAll
)

// fixed are what can be defined without a change of what the schemas of a
// search_path are; code are those whose code does not run by that.
var (
	fixed = []string{"table", "view", "materialized view", "index", "sequence", "type", "domain", "statistics", "comment"}
	code  = []string{"function", "procedure", "routine", "aggregate", "trigger", "rule"}
)

// shifts tells what a statement does to the names of those behind it: to those of
// tables by another search_path, other schemas, another role or what a rollback
// takes back; to those of their columns, where the door asks, by DDL. Code that
// nobody has read may do any of it.
func shifts(x *exchange, asks, touched bool) shift {
	a := x.m.analysis
	if a == nil || a.Change != nil || asks && catalogue.Redefines(&x.act) {
		return shiftAll
	}
	unread := a.Has(sql.DangerStoredCode) || a.Has(sql.DangerDynamicSQL)
	switch a.Kind {
	case sql.KindCreate, sql.KindAlter, sql.KindDrop:
		switch {
		case slices.Contains(code, a.Detail), !unread && slices.Contains(fixed, a.Detail):
			return shiftNothing
		case !unread && a.Detail == "schema":
			return shiftSchemas
		}
		return shiftAll
	case sql.KindTransaction:
		if touched && (strings.HasPrefix(a.Detail, "rollback") || a.Detail == "commit") {
			return shiftAll
		}
	case sql.KindGrant, sql.KindAdmin, sql.KindUnknown:
		return shiftAll
	}
	if unread {
		return shiftAll
	}
	return shiftNothing
}
