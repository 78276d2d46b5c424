package policy

import (
	"testing"
	"time"
)

// hoursOf reads hours as a policy has them.
func hoursOf(t *testing.T, s string) Hours {
	t.Helper()
	m := hoursPattern.FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("%q is no span of hours", s)
	}
	h := Hours{Zone: m[6]}
	if h.Zone == "" {
		h.Zone = "UTC"
	}
	clock := func(hour, minute string) int {
		at, err := time.Parse("15:04", hour+":"+minute)
		if err != nil {
			return day
		}
		return at.Hour()*60 + at.Minute()
	}
	h.From, h.To = clock(m[2], m[3]), clock(m[4], m[5])
	if bad := h.days(m[1]); bad != "" {
		t.Fatalf("%q is no day", bad)
	}
	return h
}

func TestHours(t *testing.T) {
	tests := []struct {
		hours, at string
		want      bool
	}{
		{"08:00-18:00", "2026-03-01T08:00Z", true},
		{"08:00-18:00", "2026-03-01T07:59Z", false},
		{"08:00-18:00", "2026-03-01T18:00Z", false},
		{"00:00-24:00", "2026-03-01T23:59Z", true},
		{"mon-fri 08:00-18:00", "2026-03-01T09:00Z", false}, // a Sunday
		{"mon-fri 08:00-18:00", "2026-03-02T09:00Z", true},
		{"fri-mon 08:00-18:00", "2026-03-01T09:00Z", true},
		{"fri-mon 08:00-18:00", "2026-03-03T09:00Z", false},
		{"fri 22:00-06:00", "2026-03-07T05:59Z", true}, // on Saturday morning
		{"fri 22:00-06:00", "2026-03-07T06:00Z", false},
		{"fri 22:00-06:00", "2026-03-06T05:00Z", false},
		{"sat 22:00-06:00", "2026-03-01T05:00Z", true}, // from Saturday to Sunday
		// By the clocks of Berlin, which go to summer on 29 March 2026.
		{"08:00-18:00 Europe/Berlin", "2026-03-28T07:00Z", true},
		{"08:00-18:00 Europe/Berlin", "2026-03-28T06:30Z", false},
		{"08:00-18:00 Europe/Berlin", "2026-03-29T06:30Z", true},
		{"08:00-18:00 Europe/Berlin", "2026-03-29T16:30Z", false},
	}
	for _, tt := range tests {
		at, err := time.Parse("2006-01-02T15:04Z07:00", tt.at)
		if err != nil {
			t.Fatal(err)
		}
		open := compileHours([]Hours{hoursOf(t, tt.hours)})
		if got := !open.closed(at); got != tt.want {
			t.Errorf("%s on %s: %v, want %v", tt.hours, tt.at, got, tt.want)
		}
	}
	never := compileHours([]Hours{hoursOf(t, "00:00-24:00")})
	if !never.closed(time.Time{}) {
		t.Error("a crossing without a time is in some hours")
	}
	if none := compileHours(nil); none.closed(time.Time{}) {
		t.Error("a rule without hours is closed")
	}
}

// TestHoursAsWritten: what is printed is what was read.
func TestHoursAsWritten(t *testing.T) {
	for written, want := range map[string]string{
		"08:00-18:00":                        "08:00-18:00",
		"mon-sun 08:00-18:00 UTC":            "08:00-18:00",
		"sun,mon,tue 08:05-18:50":            "mon-tue,sun 08:05-18:50",
		"sat-mon,thu 00:00-24:00 Asia/Tokyo": "mon,thu,sat-sun 00:00-24:00 Asia/Tokyo",
	} {
		h := hoursOf(t, written)
		if got := h.String(); got != want {
			t.Errorf("%q is printed as %q, want %q", written, got, want)
		}
		if again := hoursOf(t, h.String()); again != h {
			t.Errorf("%q is read again as %+v, was %+v", h.String(), again, h)
		}
	}
}

func TestHoursWithin(t *testing.T) {
	tests := []struct {
		b, a string // "" for none
		want bool
	}{
		{"", "", true},
		{"08:00-18:00", "", true},
		{"", "08:00-18:00", false},
		{"mon 09:00-10:00", "mon-fri 08:00-18:00", true},
		{"sat 09:00-10:00", "mon-fri 08:00-18:00", false},
		{"fri 22:00-02:00", "fri-sat 00:00-24:00", true},
		{"fri 22:00-02:00", "fri 00:00-24:00", false},
		{"mon 09:00-10:00 Europe/Berlin", "mon 08:00-18:00", false},
	}
	list := func(s string) []Hours {
		if s == "" {
			return nil
		}
		return []Hours{hoursOf(t, s)}
	}
	for _, tt := range tests {
		if got := withinHours(list(tt.b), list(tt.a)); got != tt.want {
			t.Errorf("%q in %q: %v", tt.b, tt.a, got)
		}
	}
}
