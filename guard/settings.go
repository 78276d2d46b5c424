package guard

import "github.com/sallyport/sallyport"

// Mode is what a door does with a verdict. It is applied last, and never
// softens a built-in refusal.
type Mode uint8

const (
	Enforce Mode = iota // the zero value enforces
	Report
	Learn
)

// Door is what the guard has to know of a door.
type Door struct {
	Name              string
	Mode              Mode
	Strict            bool           // an entry before dispatch and one before the last of the result
	Classified        bool           // it carries classified data: refuse when the ledger is pressed
	Rate              sallyport.Rate // of all its crossings together; zero for no bound
	Sessions          int            // open at once; 0 for no bound
	SessionsPerCaller int            // open at once by one caller or, unproven, one address; 0 for no bound
	Unproven          int            // sessions that have proven nothing yet; 0 where that is nothing special
	Requests          int            // passages not Done yet; 0 for no bound
	RequestsPerCaller int            // the same of one caller or, unproven, one address; 0 for no bound
}

// Settings is what a reload swaps: who decides, which doors there are, and how
// values are masked: nil for no masker at all, so that what is masked is NULL.
type Settings struct {
	Decider Decider
	Doors   []Door
	Maskers Maskers
}
