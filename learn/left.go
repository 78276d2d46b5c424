package learn

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// reason is why a crossing is in no rule.
type reason string

// What is left out, in the words of the comment that says so.
const (
	notUnderstood reason = "not understood, which no rule can allow"
	steering      reason = "what only steers its session, which needs no rule"
	refused       reason = "refused or cut"
	failed        reason = "answered by the database with an error"
	cut           reason = "cut in the record, so that not all of it is known"
	unproven      reason = "by somebody who had proved no name"
	unnamable     reason = "on a table whose name wants quotes in a rule: write that one by hand"
	unrouted      reason = "on a path that no rule of the door names: the record has its hash alone"
	upgraded      reason = "upgraded to another protocol, which the record does not name: see `upgrade:`"
	otherMethod   reason = "by a method that no rule can name"
	tooMany       reason = "beyond what is told apart: learn for less at a time"
)

type leftKey struct {
	caller
	why reason
}

func (b *Book) leave(who caller, why reason, n uint64) { b.left[leftKey{who, why}] += n }

// leftStatement is why a statement is left out; "" where it is not.
func leftStatement(e *ledger.Entry) reason {
	switch {
	case e.From.Kind != sallyport.AppParty.String() && e.From.Kind != sallyport.CallerParty.String() || e.From.Name == "":
		return unproven
	case e.Act.Verb == "unknown" || e.Act.Verb == "":
		return notUnderstood
	case e.Effect == sallyport.Deny.String():
		return refused
	case e.Act.Steers:
		return steering
	case e.Act.Error != "":
		return failed
	case isCut(e):
		return cut
	}
	return ""
}

// isCut tells of an entry whose lists or texts are not whole.
func isCut(e *ledger.Entry) bool { return strings.HasSuffix(e.Note, ledger.CutNote) }

// leftOf is what is left out of a door, by caller and reason, in order.
func (b *Book) leftOf(door string) (keys []leftKey) {
	for k := range maps.Keys(b.left) {
		if k.door == door {
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b leftKey) int {
		return cmp.Or(strings.Compare(a.kind, b.kind), strings.Compare(a.name, b.name), strings.Compare(string(a.why), string(b.why)))
	})
	return keys
}
