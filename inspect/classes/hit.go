package classes

// Confidence is how sure a hit is. The zero value is no hit.
type Confidence uint8

const (
	// Low is a form that other things have as well: fit for counting many
	// together, not for denying because of one.
	Low Confidence = iota + 1
	// Medium is a form that is rarely anything else, or one that passed a
	// check which about one in ten to one in thirty pass by chance.
	Medium
	// High is a form that only this class has, one that passed a check which
	// at most about one in a hundred pass by chance, or a weaker one beside a
	// word that names it.
	High
)

var confidenceWords = [...]string{"none", "low", "medium", "high"}

// String is the level's word.
func (c Confidence) String() string {
	if int(c) >= len(confidenceWords) {
		return "none"
	}
	return confidenceWords[c]
}

// Hit is one place where a class was found. It holds no value of the data.
type Hit struct {
	Class      string
	Offset     int64 // of its first byte, from the beginning of the stream
	Length     int   // in bytes, at most MaxLength
	Confidence Confidence
}

// MaxLength is how long a hit is told to be at most: of what is longer (a
// token, a private key) the first MaxLength bytes are told.
const MaxLength = 4096
