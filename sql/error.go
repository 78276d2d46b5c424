package sql

import "fmt"

// Reason is why a statement was not understood: a closed set, fit for a
// metric label.
type Reason uint8

// The reasons.
const (
	ReasonNone          Reason = iota
	ReasonTooLong              // longer than Options.MaxBytes
	ReasonTooManyTokens        // more tokens than Options.MaxTokens, or MaxParsed
	ReasonLexical              // an unterminated string or comment, a stray byte
	ReasonCharset              // a character set that cannot be lexed safely
	ReasonMode                 // an sql_mode with another grammar
	ReasonAmbiguous            // servers differ in how they read it
	ReasonSyntax               // the grammar does not know it
	ReasonUnsupported          // known, but what it touches cannot be told
	ReasonMulti                // more than one statement
	ReasonEmpty                // nothing but blanks and comments
	reasonCount
)

var reasonWords = [reasonCount]string{
	"none", "too_long", "too_many_tokens", "lexical", "charset", "mode",
	"ambiguous", "syntax", "unsupported", "multi", "empty",
}

// String returns the lower-case word for r.
func (r Reason) String() string {
	if r < reasonCount {
		return reasonWords[r]
	}
	return "invalid"
}

// Error says why a statement was not understood. It never quotes a literal.
type Error struct {
	Reason Reason
	// Offset is the byte of the statement where it went wrong, -1 where that
	// is not known: an analysis is shared by all statements of its shape, so
	// its errors know only a place in the shape, which What names.
	Offset int
	What   string
}

// Error says what was not understood and at which byte.
func (e *Error) Error() string {
	if e.Offset < 0 {
		return e.What
	}
	return fmt.Sprintf("%s at byte %d", e.What, e.Offset)
}
