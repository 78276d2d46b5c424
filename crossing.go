package sallyport

import (
	"encoding/hex"
	"net/netip"
	"time"
)

// Crossing is one exchange through one door.
type Crossing struct {
	ID         ID
	Cause      Cause
	Session    ID // the connection that carried it; zero where that has no meaning
	App, Door  string
	From, To   Party
	Act        Act
	Begin, End time.Time
	In, Out    Flow // as the app sees it
	Findings   []Finding
	Verdict    Verdict
	Context    Context
}

// Flow is what moved one way.
type Flow struct {
	Bytes, Rows uint64
	Classes     ClassSet
}

// Cause is the crossing that led to this one, and how that is known.
type Cause struct {
	ID  ID
	How Evidence
}

// Evidence is graded; ByTime alone never denies.
type Evidence uint8

const (
	NoEvidence  Evidence = iota
	ByTime               // the only one open at the time
	AppAsserted          // the app itself says so
	ByValue              // a value of exactly one open request
	ByIssuedID           // an identifier that a door issued or verified
)

var evidenceWords = []string{"none", "by-time", "app-asserted", "by-value", "by-issued-id"}

// String is the word for the evidence in the ledger.
func (e Evidence) String() string { return word(evidenceWords, e) }

// Context is what Match and Decide need from outside of the crossing, so that
// they stay pure: the clock, the resolved address and the state of a SQL
// session. The ledger keeps the moment and the SQL part.
type Context struct {
	Time     time.Time
	Resolved netip.Addr // the address that was, or will be, dialled
	TLS      bool       // the client's leg is encrypted
	SQL      SQLContext
}

// SQLContext is the part of a database session that changes what a statement
// means.
type SQLContext struct {
	Database, Role, Mode, Charset, Server, Catalogue string
}

// Digest is the SHA-256 of a whole policy, secrets left out.
type Digest [32]byte

// String is the first 16 hexadecimal digits: enough to tell policies apart.
func (d Digest) String() string { return hex.EncodeToString(d[:8]) }

// word is the i-th of words, or "?" for a value outside of the closed set.
func word[T ~uint8](words []string, i T) string {
	if int(i) >= len(words) {
		return "?"
	}
	return words[i]
}
