package mysql

import "fmt"

// FieldType is the type byte of a column or a parameter.
type FieldType byte

// Field types.
const (
	TypeDecimal    FieldType = 0x00
	TypeTiny       FieldType = 0x01
	TypeShort      FieldType = 0x02
	TypeLong       FieldType = 0x03
	TypeFloat      FieldType = 0x04
	TypeDouble     FieldType = 0x05
	TypeNull       FieldType = 0x06
	TypeTimestamp  FieldType = 0x07
	TypeLongLong   FieldType = 0x08
	TypeInt24      FieldType = 0x09
	TypeDate       FieldType = 0x0A
	TypeTime       FieldType = 0x0B
	TypeDateTime   FieldType = 0x0C
	TypeYear       FieldType = 0x0D
	TypeNewDate    FieldType = 0x0E
	TypeVarchar    FieldType = 0x0F
	TypeBit        FieldType = 0x10
	TypeTimestamp2 FieldType = 0x11
	TypeDateTime2  FieldType = 0x12
	TypeTime2      FieldType = 0x13
	TypeVector     FieldType = 0xF2
	TypeJSON       FieldType = 0xF5
	TypeNewDecimal FieldType = 0xF6
	TypeEnum       FieldType = 0xF7
	TypeSet        FieldType = 0xF8
	TypeTinyBlob   FieldType = 0xF9
	TypeMediumBlob FieldType = 0xFA
	TypeLongBlob   FieldType = 0xFB
	TypeBlob       FieldType = 0xFC
	TypeVarString  FieldType = 0xFD
	TypeString     FieldType = 0xFE
	TypeGeometry   FieldType = 0xFF
)

// form is how a value of a type is laid out in the binary protocol.
type form uint8

const (
	formUnknown form = iota
	formNone
	formInt1
	formInt2
	formInt4
	formInt8
	formFloat
	formDouble
	formDate
	formTime
	formString
)

var forms = func() (f [256]form) {
	f[TypeNull] = formNone
	f[TypeTiny] = formInt1
	f[TypeShort], f[TypeYear] = formInt2, formInt2
	f[TypeLong], f[TypeInt24] = formInt4, formInt4
	f[TypeLongLong] = formInt8
	f[TypeFloat], f[TypeDouble] = formFloat, formDouble
	f[TypeDate], f[TypeDateTime], f[TypeTimestamp], f[TypeNewDate] = formDate, formDate, formDate, formDate
	f[TypeTimestamp2], f[TypeDateTime2] = formDate, formDate
	f[TypeTime], f[TypeTime2] = formTime, formTime
	for _, t := range []FieldType{TypeDecimal, TypeVarchar, TypeBit, TypeVector, TypeJSON, TypeNewDecimal,
		TypeEnum, TypeSet, TypeTinyBlob, TypeMediumBlob, TypeLongBlob, TypeBlob, TypeVarString,
		TypeString, TypeGeometry} {
		f[t] = formString
	}
	return f
}()

// Stringy reports whether values of the type travel as a length-encoded string
// in the binary protocol, so that any bytes can stand in for one.
func (t FieldType) Stringy() bool { return forms[t] == formString }

var typeNames = map[FieldType]string{
	TypeDecimal: "DECIMAL", TypeTiny: "TINY", TypeShort: "SHORT", TypeLong: "LONG",
	TypeFloat: "FLOAT", TypeDouble: "DOUBLE", TypeNull: "NULL", TypeTimestamp: "TIMESTAMP",
	TypeLongLong: "LONGLONG", TypeInt24: "INT24", TypeDate: "DATE", TypeTime: "TIME",
	TypeDateTime: "DATETIME", TypeYear: "YEAR", TypeNewDate: "NEWDATE", TypeVarchar: "VARCHAR",
	TypeBit: "BIT", TypeTimestamp2: "TIMESTAMP2", TypeDateTime2: "DATETIME2", TypeTime2: "TIME2",
	TypeVector: "VECTOR", TypeJSON: "JSON", TypeNewDecimal: "NEWDECIMAL", TypeEnum: "ENUM",
	TypeSet: "SET", TypeTinyBlob: "TINY_BLOB", TypeMediumBlob: "MEDIUM_BLOB",
	TypeLongBlob: "LONG_BLOB", TypeBlob: "BLOB", TypeVarString: "VAR_STRING", TypeString: "STRING",
	TypeGeometry: "GEOMETRY",
}

// String returns the manual's name of the type without its MYSQL_TYPE_ prefix.
func (t FieldType) String() string {
	if n, ok := typeNames[t]; ok {
		return n
	}
	return fmt.Sprintf("TYPE_0x%02X", byte(t))
}

// ColumnFlag is the set of flags of a column definition.
type ColumnFlag uint16

// Column flags.
const (
	FlagNotNull       ColumnFlag = 1 << 0
	FlagPrimaryKey    ColumnFlag = 1 << 1
	FlagUniqueKey     ColumnFlag = 1 << 2
	FlagMultipleKey   ColumnFlag = 1 << 3
	FlagBlob          ColumnFlag = 1 << 4
	FlagUnsigned      ColumnFlag = 1 << 5
	FlagZerofill      ColumnFlag = 1 << 6
	FlagBinary        ColumnFlag = 1 << 7
	FlagEnum          ColumnFlag = 1 << 8
	FlagAutoIncrement ColumnFlag = 1 << 9
	FlagTimestamp     ColumnFlag = 1 << 10
	FlagSet           ColumnFlag = 1 << 11
	FlagNoDefault     ColumnFlag = 1 << 12
	FlagOnUpdateNow   ColumnFlag = 1 << 13
	FlagNum           ColumnFlag = 1 << 15
)
