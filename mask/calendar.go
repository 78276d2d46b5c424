package mask

// The proleptic Gregorian calendar, which both PostgreSQL and MySQL reckon by,
// with years counted astronomically. The epoch of dayNumber is 0000-03-01:
// where years begin with March, the leap day is the last of a year.

const (
	daysIn400Years = 146097
	daysIn100Years = 36524
	daysIn4Years   = 1461
	daysInYear     = 365
)

// daysIn is how many days a month has.
func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// dayNumber counts days from 0000-03-01, negative before it.
func dayNumber(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	era := floorDiv(year, 400)
	inEra := year - era*400
	inYear := (153*(month-3)+2)/5 + day - 1
	return era*daysIn400Years + inEra*daysInYear + inEra/4 - inEra/100 + inYear
}

// civil is the inverse of dayNumber.
func civil(number int) (year, month, day int) {
	era := floorDiv(number, daysIn400Years)
	inEra := number - era*daysIn400Years
	yearOfEra := (inEra - inEra/(daysIn4Years-1) + inEra/daysIn100Years - inEra/(daysIn400Years-1)) / daysInYear
	inYear := inEra - (yearOfEra*daysInYear + yearOfEra/4 - yearOfEra/100)
	shifted := (5*inYear + 2) / 153
	day = inYear - (153*shifted+2)/5 + 1
	year, month = era*400+yearOfEra, shifted+3
	if month > 12 {
		return year + 1, month - 12, day
	}
	return year, month, day
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
