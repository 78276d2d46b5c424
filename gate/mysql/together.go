package mysqlgate

import (
	"slices"

	"github.com/sallyport/sallyport/gate/catalogue"
	"github.com/sallyport/sallyport/sql"
)

// together looks for a statement that may not stand with the others in one
// message, and says why; "" where there is none. All are judged before the first
// one runs, and the server reads each as the session is when its turn comes. So
// nothing may follow what can change how a text is read or what a name means, and
// nothing may change anything behind, or as, what the door may have to cut. asks
// says that the door hangs on where values come from.
func together(all []*exchange, asks bool) (int, string) {
	shifted, bounded := false, false
	for i, x := range all {
		switch {
		case shifted:
			return i, "a statement before it may change what it means: send it in a message of its own"
		case bounded && (x.act.Writes || x.change != nil || x.act.Kind == sql.KindTransaction.String()):
			return i, "it changes something, and a result before it may be cut: send it in a message of its own"
		case x.bounded() && x.act.Writes && len(all) > 1:
			return i, "it changes rows of which there may be so many only: send it in a message of its own"
		}
		shifted = asks && catalogue.Redefines(&x.act) || x.change != nil && !x.defines()
		bounded = bounded || x.bounded()
	}
	return 0, ""
}

// bounded tells whether the door may have to cut the statement's response.
func (x *exchange) bounded() bool { return x.Limited() || x.shown != nil }

// defines tells a statement that only makes or drops a stored program, whose code
// does not run by that.
func (x *exchange) defines() bool {
	switch a := x.analysis; {
	case a == nil || a.Change != nil:
		return false
	case a.Kind == sql.KindCreate, a.Kind == sql.KindAlter, a.Kind == sql.KindDrop:
		return slices.Contains([]string{"procedure", "function", "trigger", "event"}, a.Detail)
	}
	return false
}
