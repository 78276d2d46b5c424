package mask

import "testing"

// BenchmarkMask is the time of one value, into room that is there.
func BenchmarkMask(b *testing.B) {
	for _, bm := range []struct {
		name, spec string
		family     Family
		cell       string
	}{
		{"full", "full", Text, "Ann Example"},
		{"last4", "last4", Text, "4111 1111 1111 1111"},
		{"email", "email", Text, "ann.example@example.com"},
		{"domain", "domain", Text, "ann.example@example.com"},
		{"phone", "phone", Text, "+49 170 1234567"},
		{"partial", "partial(2, 2)", Text, "Elisabeth Größenmaß"},
		{"hash", "hash", Text, "ann.example@example.com"},
		{"token", "token", Text, "ann.example@example.com"},
		{"date-shift", "date-shift(30 days)", TimestampZone, "1984-05-17 08:15:00.25+02"},
		{"date-year", "date-year", Date, "1984-05-17"},
		{"round", "round(100)", Decimal, "48153.20"},
		{"fpe", "fpe", Text, "4111 1111 1111 1111"},
		{"fpe-alnum", "fpe(alnum)", Text, "AB-1234-CD"},
	} {
		b.Run(bm.name, func(b *testing.B) {
			m, cell, dst := build(b, bm.spec, bm.family), []byte(bm.cell), make([]byte, 0, 128)
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := m.Mask(dst, cell); !ok {
					b.Fatal("the value is refused")
				}
			}
		})
	}
}
