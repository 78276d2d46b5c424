package mask

import "github.com/sallyport/sallyport/guard"

// Family is the guard's: a door tells it of each column.
type Family = guard.Family

// The families.
const (
	Unknown       = guard.Unknown
	Text          = guard.Text
	Integer       = guard.Integer
	Decimal       = guard.Decimal
	Date          = guard.Date
	Timestamp     = guard.Timestamp
	TimestampZone = guard.TimestampZone
	Time          = guard.Time
	Binary        = guard.Binary
)

// families is a set of Family.
type families uint16

func of(all ...Family) families {
	var set families
	for _, f := range all {
		set |= 1 << f
	}
	return set
}

func (set families) has(f Family) bool { return f <= Binary && set&(1<<f) != 0 }

var (
	known = of(Text, Integer, Decimal, Date, Timestamp, TimestampZone, Time, Binary)
	every = known | of(Unknown)
	dated = of(Date, Timestamp, TimestampZone)
)
