package postgresgate

import (
	"encoding/binary"
	"sync"

	"github.com/jackc/pgx/v5/pgtype"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// Maskers change text. A cell in the binary format of its type is made text for
// them, and their answer binary again.

// transcoders lends type maps, which are not safe for concurrent use and dear to
// make.
var transcoders = sync.Pool{New: func() any { return pgtype.NewMap() }}

// plainText are the types whose binary format is their text: text, varchar,
// bpchar, name, json, xml and unknown (pg_type.dat).
var plainText = map[wire.OID]bool{25: true, 1043: true, 1042: true, 19: true, 114: true, 142: true, 705: true}

// textOf is a binary cell as text, in the style of the server's defaults. It is
// false for a type that is not known, and for what is none of its values.
func textOf(t wire.OID, cell []byte) ([]byte, bool) {
	return transcode(t, cell, pgtype.BinaryFormatCode, pgtype.TextFormatCode)
}

// binaryOf is a text cell in the binary format of its type. It is false for a
// type that is not known, and for what its type cannot hold.
func binaryOf(t wire.OID, cell []byte) ([]byte, bool) {
	return transcode(t, cell, pgtype.TextFormatCode, pgtype.BinaryFormatCode)
}

// maxWeight bounds a numeric in its digits, ten thousand to the power of it: one of
// 130,000 digits, which a server may have, takes seconds.
const maxWeight = 128

// Types that hold numerics (pg_type.dat).
const (
	typeNumeric       wire.OID = 1700
	typeNumericArray  wire.OID = 1231
	typeNumericRange  wire.OID = 3906
	typeNumericRanges wire.OID = 4532
)

// tooLong tells of what would take longer to transcode than a row may.
func tooLong(t wire.OID, cell []byte, from int16) bool {
	switch t {
	case typeNumericArray, typeNumericRange, typeNumericRanges:
		return true
	case typeNumeric:
		if from == pgtype.TextFormatCode {
			return len(cell) > 4*maxWeight
		}
		if len(cell) < 8 {
			return true
		}
		// Digits, weight of the first, sign, digits behind the point.
		digits, weight, scale := binary.BigEndian.Uint16(cell), int16(binary.BigEndian.Uint16(cell[2:])), binary.BigEndian.Uint16(cell[6:])
		return digits > maxWeight || weight > maxWeight || weight < -maxWeight || scale > 4*maxWeight
	}
	return false
}

func transcode(t wire.OID, cell []byte, from, to int16) ([]byte, bool) {
	if plainText[t] {
		return cell, true
	}
	if tooLong(t, cell, from) {
		return nil, false
	}
	m := transcoders.Get().(*pgtype.Map)
	defer transcoders.Put(m)
	known, ok := m.TypeForOID(uint32(t))
	if !ok {
		return nil, false
	}
	value, err := known.Codec.DecodeValue(m, uint32(t), from, cell)
	if err != nil || value == nil {
		return nil, false
	}
	out, err := m.Encode(uint32(t), to, value, make([]byte, 0, len(cell)+16))
	return out, err == nil && out != nil
}
