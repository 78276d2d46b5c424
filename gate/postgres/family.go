package postgresgate

import (
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// families are the types that maskers know how to keep, by their numbers in
// pg_type.dat. A domain is told as the type that it is made of.
var families = map[wire.OID]guard.Family{
	25: guard.Text, 1043: guard.Text, 1042: guard.Text, 19: guard.Text, 705: guard.Text,
	21: guard.Integer, 23: guard.Integer, 20: guard.Integer,
	700: guard.Decimal, 701: guard.Decimal, typeNumeric: guard.Decimal,
	1082: guard.Date, 1114: guard.Timestamp, 1184: guard.TimestampZone, 1083: guard.Time,
	17: guard.Binary,
}

// typeOf is what maskers have to know of a column. They are shown text of the
// cells of every type that is listed, in whichever format the row is.
func typeOf(c *wire.Column) guard.Type { return guard.Type{Family: families[c.Type]} }
