package sallyport

import "time"

// Grant is what Match found: the rules that cover the crossing whole, and the
// obligations of all of them together. The zero Grant covers nothing.
type Grant struct {
	Rules    []Position // of every rule that covers it, in the policy's order
	Route    string     // the path pattern that matched, for the ledger; also where the rest of its rule did not
	Prepared Position   // set where a rule wants prepared statements
	Shape    Position   // set where a rule wants shapes that it knows, and does not know the statement's
	Rows     Limit      // rows of a result, or rows that a write changes
	Body     Limit      // bytes of a request body
	Rates    []Rate
	Budgets  []Budget
	Values   []ValueBudget
	Upgrade  bool   // a rule names the protocol that the request asks for
	Login    string // the upstream login that the rule names; "" for the door's own
}

// Limit is an upper bound and the place in the policy that sets it. The zero
// Limit bounds nothing: an absent condition means any.
type Limit struct {
	Max uint64 // inclusive
	At  Position
}

// Set tells whether there is a bound.
func (l Limit) Set() bool { return !l.At.IsZero() }

// Exceeds tells whether n is beyond the bound.
func (l Limit) Exceeds(n uint64) bool { return l.Set() && n > l.Max }

// Tighter is the smaller of two limits.
func (l Limit) Tighter(o Limit) Limit {
	if !l.Set() || o.Set() && o.Max < l.Max {
		return o
	}
	return l
}

// RateKey says whose crossings a Rate counts together.
type RateKey uint8

const (
	PerRule    RateKey = iota // all that the rule covers
	PerAddress                // those of one source address (IPv6: one /64)
	PerCaller                 // those of one caller
)

var rateKeyWords = []string{"rule", "address", "caller"}

// String is "rule", "address" or "caller".
func (k RateKey) String() string { return word(rateKeyWords, k) }

// Rate bounds how often: N in every Per, with N as the burst.
type Rate struct {
	N   uint32
	Per time.Duration
	Key RateKey
	At  Position
}

// Budget bounds what many crossings bring together: one caller, all its
// sessions taken together, has at most Rows rows by the rule in any span of Per.
// Rows that a write changes count as well.
type Budget struct {
	Rows uint64
	Per  time.Duration
	At   Position
}

// ValueBudget bounds how many different values of a class many crossings bring
// together: one caller, all its sessions taken together, has at most Values of
// them by the rule in any span of Per. A value that passed in that span already
// is not counted again.
type ValueBudget struct {
	Class  string
	Values uint64
	Per    time.Duration
	At     Position
}
