package exchanges

import (
	"strings"

	"github.com/sallyport/sallyport"
)

// MaxMessage is the most bytes of an error message: what MySQL's clients keep.
const MaxMessage = 511

// Refusal is what a client is told of a refusal: the reason, its place in the
// policy and the crossing. It never holds a data value.
func Refusal(why sallyport.Reason, act sallyport.Act, id sallyport.ID) string {
	if s, ok := act.(*sallyport.Statement); ok && why.Code == sallyport.Unparsed && s.Unparsed != "" {
		why.Note += ": " + s.Unparsed // for the client alone: the ledger keeps no word of it
	}
	// The crossing's ID stays whole, whatever has to be cut before it.
	const begin = "refused by sallyport: "
	end := ""
	if !id.IsZero() {
		end = ", crossing " + id.String()
	}
	text := why.String()
	if room := MaxMessage - len(begin) - len(end); len(text) > room {
		text = strings.ToValidUTF8(text[:room], "")
	}
	return begin + text + end
}
