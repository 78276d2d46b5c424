package sallyport

// Role is what a Fact's text is in its crossing. The zero value is none.
type Role uint8

const (
	Input   Role = iota + 1 // a value that came from outside: parameter, header, field
	Code                    // text that the database will read as SQL
	Literal                 // a literal in SQL: data
	Cell                    // one value of a row
	Output                  // what leaves the app in the clear
)

var roleWords = []string{"none", "input", "code", "literal", "cell", "output"}

// String is the role's word.
func (r Role) String() string { return word(roleWords, r) }

// Span is a half-open range of bytes in the message that a fact comes from.
type Span struct{ Start, End int }

// Fact is one observed piece of a crossing: what it is, what it is called
// (parameter, column), its bytes and where they stood.
//
// Text is borrowed: it is valid until the call that receives the Fact
// returns, and must be copied to be kept.
type Fact struct {
	Role    Role
	Name    string
	Text    []byte
	Span    Span
	Classes ClassSet
}

// Finding is what an inspector says of a crossing. It holds no value of the
// data itself, only what kind of thing was seen where, and how often.
type Finding struct {
	Inspector string // its name
	Code      string // from the inspector's closed set
	Where     string // parameter, column or part; a name, never a value
	Class     string // the data class, where it is one
	Count     uint64
	Deny      bool // a built-in refusal: tightens the verdict in every mode
}
