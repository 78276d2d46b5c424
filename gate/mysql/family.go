package mysqlgate

import (
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/mysql"
)

// binaryCharset is the "character set" of what is bytes.
const binaryCharset = 63

// typeOf is what maskers have to know of a column. They are shown text of every
// cell, in whichever protocol the row is.
func typeOf(c *wire.Column) guard.Type {
	switch c.Type {
	case wire.TypeTiny, wire.TypeShort, wire.TypeInt24, wire.TypeLong, wire.TypeLongLong:
		return guard.Type{Family: guard.Integer}
	case wire.TypeDecimal, wire.TypeNewDecimal, wire.TypeFloat, wire.TypeDouble:
		return guard.Type{Family: guard.Decimal}
	case wire.TypeDate, wire.TypeNewDate:
		return guard.Type{Family: guard.Date}
	case wire.TypeDateTime, wire.TypeDateTime2, wire.TypeTimestamp, wire.TypeTimestamp2:
		return guard.Type{Family: guard.Timestamp}
	case wire.TypeTime, wire.TypeTime2:
		return guard.Type{Family: guard.Time}
	case wire.TypeVarchar, wire.TypeVarString, wire.TypeString,
		wire.TypeTinyBlob, wire.TypeMediumBlob, wire.TypeLongBlob, wire.TypeBlob:
		if c.Charset == binaryCharset {
			return guard.Type{Family: guard.Binary}
		}
		return guard.Type{Family: guard.Text}
	}
	return guard.Type{} // BIT, YEAR, JSON, GEOMETRY: what is not a value of it breaks clients
}
