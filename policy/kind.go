package policy

import (
	"slices"

	"github.com/sallyport/sallyport"
)

// doorKind is what the language knows of one kind of door and not of every
// kind: its keys, its defaults, who can prove itself there and which acts cross
// it. A new kind is a type with these methods, and its entry in doorKinds.
type doorKind interface {
	name() string // as in `kind:`

	// own is the keys of an object that not every kind of door has and this
	// one has.
	own(o *object) []string
	// limits are those of a door that says nothing of them; 0 is never "no
	// limit".
	limits() Limits

	toHint() string                                                       // what to write for `to:`
	readTo(r *reader, x field, d *Door)                                   // the value of `to:`
	readDoor(r *reader, f fields, d *Door)                                // the door's own keys
	readRule(r *reader, f fields, rule *Rule, d *Door)                    // the rule's own keys
	unprovable(caller WhoKind) (what, hint string)                        // why such a caller cannot prove itself; "" where it can
	wideOpen(rule *Rule) (what, hint string)                              // why a rule hardly guards anything; "" where it does
	terms() []term                                                        // what its rules can say, in the order of the schema
	takes(act sallyport.Act) bool                                         // whether such an act can cross
	match(*doorMatcher, int, *sallyport.Crossing) (sallyport.Grant, bool) // of an act that it takes, by the caller of that number
}

// doorKinds is every kind of door that this version has.
var doorKinds = []doorKind{httpKind{}, mysqlKind, postgresKind}

// kindOf is the kind of that name, or nil.
func kindOf(name string) doorKind {
	for _, k := range doorKinds {
		if k.name() == name {
			return k
		}
	}
	return nil
}

// kindsOf are the kinds of door that a key belongs to; none where it belongs
// to every kind.
func kindsOf(o *object, key string) []string {
	var all []string
	for _, k := range doorKinds {
		if slices.Contains(k.own(o), key) {
			all = append(all, k.name())
		}
	}
	return all
}
