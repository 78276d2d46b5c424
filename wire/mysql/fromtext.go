package mysql

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
)

// appendFromText appends the binary layout of a value given as text.
func appendFromText(dst []byte, t ParamType, s []byte) ([]byte, error) {
	bad := func() ([]byte, error) {
		return dst, fmt.Errorf("mysql: the text is no value of type %v", t.Type)
	}
	switch f := forms[t.Type]; f {
	case formInt1, formInt2, formInt4, formInt8:
		size := map[form]int{formInt1: 8, formInt2: 16, formInt4: 32, formInt8: 64}[f]
		var u uint64
		var err error
		if t.Unsigned {
			u, err = strconv.ParseUint(string(s), 10, size)
		} else {
			var i int64
			i, err = strconv.ParseInt(string(s), 10, size)
			u = uint64(i)
		}
		if err != nil {
			return bad()
		}
		for range size / 8 {
			dst = append(dst, byte(u))
			u >>= 8
		}
		return dst, nil
	case formFloat:
		v, err := strconv.ParseFloat(string(s), 32)
		if err != nil {
			return bad()
		}
		return binary.LittleEndian.AppendUint32(dst, math.Float32bits(float32(v))), nil
	case formDouble:
		v, err := strconv.ParseFloat(string(s), 64)
		if err != nil {
			return bad()
		}
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(v)), nil
	case formDate:
		raw, ok := parseDate(s)
		if !ok {
			return bad()
		}
		return appendValue(dst, t.Type, raw), nil
	case formTime:
		raw, ok := parseTime(s)
		if !ok {
			return bad()
		}
		return appendValue(dst, t.Type, raw), nil
	case formString:
		return AppendLenencString(dst, s), nil
	}
	return bad()
}

// parseDate reads YYYY-MM-DD, and behind a space HH:MM:SS and a fraction. It
// checks the digits, not the calendar, since servers know 0000-00-00.
func parseDate(s []byte) ([]byte, bool) {
	date, clock, timed := bytes.Cut(s, []byte{' '})
	parts := bytes.Split(date, []byte{'-'})
	if len(parts) != 3 {
		return nil, false
	}
	year, ok1 := digits(parts[0], 9999)
	month, ok2 := digits(parts[1], 12)
	day, ok3 := digits(parts[2], 31)
	if !ok1 || !ok2 || !ok3 {
		return nil, false
	}
	raw := []byte{byte(year), byte(year >> 8), byte(month), byte(day)}
	if !timed {
		return raw, true
	}
	hour, minute, second, micro, ok := parseClock(clock, 23)
	if !ok {
		return nil, false
	}
	raw = append(raw, byte(hour), byte(minute), byte(second))
	if micro > 0 {
		raw = binary.LittleEndian.AppendUint32(raw, micro)
	}
	return raw, true
}

// maxTimeHours is the range of a TIME: 838:59:59.
const maxTimeHours = 838

func parseTime(s []byte) ([]byte, bool) {
	s, negative := bytes.CutPrefix(s, []byte{'-'})
	hour, minute, second, micro, ok := parseClock(s, maxTimeHours)
	if !ok {
		return nil, false
	}
	if hour == 0 && minute == 0 && second == 0 && micro == 0 {
		return nil, true
	}
	raw := make([]byte, 1, 12)
	if negative {
		raw[0] = 1
	}
	raw = binary.LittleEndian.AppendUint32(raw, hour/24)
	raw = append(raw, byte(hour%24), byte(minute), byte(second))
	if micro > 0 {
		raw = binary.LittleEndian.AppendUint32(raw, micro)
	}
	return raw, true
}

func parseClock(s []byte, maxHour uint32) (hour, minute, second, micro uint32, ok bool) {
	clock, fraction, _ := bytes.Cut(s, []byte{'.'})
	parts := bytes.Split(clock, []byte{':'})
	if len(parts) != 3 || len(fraction) > 6 {
		return 0, 0, 0, 0, false
	}
	hour, ok1 := digits(parts[0], maxHour)
	minute, ok2 := digits(parts[1], 59)
	second, ok3 := digits(parts[2], 59)
	ok4 := true
	if len(fraction) > 0 {
		micro, ok4 = digits(append(bytes.Clone(fraction), "000000"[len(fraction):]...), 999999)
	}
	return hour, minute, second, micro, ok1 && ok2 && ok3 && ok4
}

func digits(s []byte, most uint32) (uint32, bool) {
	v, err := strconv.ParseUint(string(s), 10, 32)
	return uint32(v), err == nil && uint32(v) <= most
}
