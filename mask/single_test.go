package mask

import (
	"strings"
	"testing"
)

// TestSingleIsOneMask: of a masker that says so, and of no other, all values of a
// column have one mask.
func TestSingleIsOneMask(t *testing.T) {
	cells := map[Family][]string{
		Text:    {"ann@example.com", "bob@example.org", "+49 170 1234567", "4111 1111 1111 1234", "4222 2222 2222 5678"},
		Integer: {"12", "480", "99000"}, Decimal: {"12.50", "48120.50"},
		Date: {"1984-05-17", "2001-01-02"}, Timestamp: {"1984-05-17 08:15:00", "2001-01-02 00:00:00"},
		TimestampZone: {"1984-05-17 08:15:00+02", "2001-01-02 00:00:00+00"}, Time: {"08:15:00", "09:00:00"}, Binary: {"a", "b"},
	}
	told := 0
	for _, d := range Names() {
		spec := strings.NewReplacer("TEXT", "7", "N, M", "1, 1", "N days", "3 days", "STEP", "10", " or fpe(alnum)", "").Replace(d.Form)
		s, err := Parse(spec)
		if err != nil {
			t.Fatal(err)
		}
		for f, values := range cells {
			fitted, err := s.For(f)
			if err != nil {
				continue
			}
			m, err := fitted.Masker(testKey, "example")
			if err != nil {
				t.Fatal(err)
			}
			masks := map[string]bool{}
			for _, v := range values {
				if out, ok := m.Mask(nil, []byte(v)); ok {
					masks[string(out)] = true
				}
			}
			if s.Single() != (len(masks) <= 1) {
				t.Errorf("%s of %s: single is %v, and %d values have %d masks", s, f, s.Single(), len(values), len(masks))
			}
			told++
		}
	}
	if told < 20 {
		t.Errorf("only %d maskers of a type were asked", told)
	}
}
