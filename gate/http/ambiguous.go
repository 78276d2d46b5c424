package httpgate

import (
	"net/http"

	"github.com/sallyport/sallyport"
)

// malformed is why a request is refused before it is matched. note is one of
// the package's own sentences and holds nothing that the client sent.
type malformed struct {
	code   sallyport.ReasonCode
	note   string
	status int // of the answer; 0 for the code's own
}

// Error is the note.
func (m *malformed) Error() string { return m.note }

// ambiguous is a request that two readers could read in two ways.
func ambiguous(note string) error { return &malformed{code: sallyport.Ambiguous, note: note} }

// broken is a request that breaks the protocol.
func broken(note string) error { return &malformed{code: sallyport.Protocol, note: note} }

// unserved asks for a part of the protocol that the door does not serve.
func unserved(note string) error {
	return &malformed{code: sallyport.Protocol, note: note, status: http.StatusNotImplemented}
}

// tooLarge is a head beyond the door's bound.
var tooLarge = malformed{code: sallyport.Protocol, note: "the head is larger than the door reads", status: http.StatusRequestHeaderFieldsTooLarge}
