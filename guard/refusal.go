package guard

import (
	"errors"
	"time"

	"github.com/sallyport/sallyport"
)

// Refusal is a verdict that denies, as an error: what a Reader returns where a
// crossing is cut, and the cause that a cut function is given.
type Refusal struct {
	Verdict    sallyport.Verdict
	RetryAfter time.Duration // where waiting helps; 0 where it does not
}

// Error is the deciding reason on one line.
func (r *Refusal) Error() string { return "refused: " + r.Verdict.Reason().String() }

// ErrNotRun is what a door closes a passage with that was let pass and then not
// run by the other side, since what came before it failed.
var ErrNotRun = errors.New("it was not run, since what came before it failed")

// ErrUnrecorded says that the ledger could not take an entry: what it was to
// record must not happen.
var ErrUnrecorded = errors.New("the ledger cannot record it, so it is refused")

// refuse is a denial for one reason.
func refuse(code sallyport.ReasonCode, at sallyport.Position, note string) sallyport.Verdict {
	return sallyport.Verdict{Reasons: []sallyport.Reason{{Code: code, At: at, Note: note}}}
}
