package learn

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/ledger"
)

// Left is why a crossing is in no rule.
type Left string

// What is left out, in the words of the comment that says so.
const (
	NotUnderstood Left = "not understood, which no rule can allow"
	Steering      Left = "what only steers its session, which needs no rule"
	Refused       Left = "refused or cut"
	Failed        Left = "answered by the database with an error"
	Cut           Left = "cut in the record, so that not all of it is known"
	Unproven      Left = "by nobody who had proved a name"
	Unnamable     Left = "on a table whose name no rule can have"
	Unrouted      Left = "on a path that no rule of the door names: the record has its hash alone"
	Upgraded      Left = "upgraded to another protocol, which the record does not name: see `upgrade:`"
	OtherMethod   Left = "by a method that no rule can name"
	TooMany       Left = "beyond what is told apart: learn for less at a time"
)

type leftKey struct {
	caller
	why Left
}

func (b *Book) leave(who caller, why Left, n uint64) { b.left[leftKey{who, why}] += n }

// leftStatement is why a statement is left out; "" where it is not.
func leftStatement(e *ledger.Entry) Left {
	switch {
	case e.From.Kind != sallyport.AppParty.String() || e.From.Name == "":
		return Unproven
	case e.Act.Verb == "unknown" || e.Act.Verb == "":
		return NotUnderstood
	case e.Effect == sallyport.Deny.String():
		return Refused
	case e.Act.Steers:
		return Steering
	case e.Act.Error != "":
		return Failed
	case isCut(e):
		return Cut
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
