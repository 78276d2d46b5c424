package guard

// Type is what a masker has to know of a column's type. The zero Type is of a
// column of which nothing is known: its values can only become NULL.
type Type struct {
	Family Family
	// Binary says that cells are as the database encodes them in binary, and not
	// as text.
	Binary bool
}

// Family is the kind of type that a column has, as far as it decides which
// texts are a value of it.
type Family uint8

const (
	// Unknown is a type that no masker knows how to keep: only null fits.
	Unknown Family = iota
	// Text is CHAR, VARCHAR, TEXT and their like.
	Text
	// Integer is a whole number of any size.
	Integer
	// Decimal is any other number: DECIMAL, NUMERIC, FLOAT, DOUBLE, REAL.
	Decimal
	// Date is a calendar date without a time of day.
	Date
	// Timestamp is a date and time of day without a zone: DATETIME and
	// TIMESTAMP of MySQL and MariaDB, timestamp of PostgreSQL.
	Timestamp
	// TimestampZone is PostgreSQL's timestamp with time zone.
	TimestampZone
	// Time is a time of day, or MySQL's TIME.
	Time
	// Binary is BINARY, VARBINARY, BLOB and bytea.
	Binary
)

var familyWords = []string{"unknown", "text", "integer", "decimal", "date", "timestamp", "timestamp-zone", "time", "binary"}

// String is "text", "integer" and so on.
func (f Family) String() string {
	if int(f) < len(familyWords) {
		return familyWords[f]
	}
	return familyWords[Unknown]
}
