package policy

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// hoursPolicy has an app that may read in office hours and by night, and a key
// that ended long ago.
const hoursPolicy = `version: 1
apps:
  shop: {proof: [password], password: env:COLOURS_DOOR_PASSWORD}
hosts:
  main-db: {name: db.example.com, port: 3306}
keys:
  old: {sha256: file:partner-a.sha256, expires: 2025-06-30}
doors:
  - name: db
    kind: mysql
    listen: :3306
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: main-db
    database: shop
    login: {user: shop, password: env:COLOURS_DB_PASSWORD}
    allow:
      - {who: shop, statements: [select], tables: [orders], hours: mon-fri 08:00-18:00 Europe/Berlin}
      - {who: shop, statements: [insert], tables: [orders], hours: ["22:00-06:00", "12:00-13:00 Asia/Tokyo"]}
  - name: front
    kind: http
    listen: :443
    tls: {cert: file:gate.pem, key: file:gate-key.pem}
    to: {app: shop, url: https://10.0.3.5:8443, ca: file:app-ca.pem}
    allow:
      - {who: {key: old}, paths: [/], hours: 08:00-18:00}
`

// TestExplainAtATime: a question can say the time of day, and the answer says what
// the clocks of a rule showed.
func TestExplainAtATime(t *testing.T) {
	p, _ := Parse("test.yaml", []byte(hoursPolicy), testVocabulary(), testSource(t))
	if p == nil {
		t.Fatal("the policy does not load")
	}
	var all strings.Builder
	for _, end := range []string{
		"", "at 03:00", "on mon at 09:00", "on mon at 07:30", "on mon at 07:30 Europe/Berlin", "on sun at 09:00", "on 2026-07-06 at 06:30", "on 2026-01-05 at 06:30",
		"at 09:00", "from 10.0.0.1 on fri at 17:59 Europe/Berlin", "at 09:00 Europe/Berlin on fri from 10.0.0.1", "on 2026-03-02T09:00Z",
		"at", "at 9:00", "at 24:00", "at 09:00 Middle/Earth", "at 09:00 Local", "on mon", "on 2026-03-02", "on funday at 09:00", "on mon on tue at 09:00", "at 09:00 at 10:00",
		"on 2026-03-02T09:00Z at 10:00", "then",
	} {
		q := strings.TrimSpace(`shop "SELECT id FROM orders" at db ` + end)
		fmt.Fprintf(&all, "? %s\n", q)
		e, err := p.Explain(q)
		if err != nil {
			fmt.Fprintf(&all, "error: %v\n", err)
			continue
		}
		if err := e.Write(&all); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "testdata/explain-hours.golden", all.String())
}

// TestWeekOfAKeyThatEnded: a day without a date is one on which the key holds.
func TestWeekOfAKeyThatEnded(t *testing.T) {
	p, _ := Parse("test.yaml", []byte(hoursPolicy), testVocabulary(), testSource(t))
	for question, want := range map[string]string{"old GET / at front at 09:00": "allow", "old GET / at front on wed at 07:00": "deny", "old GET / at front on 2026-03-02 at 09:00": "deny"} {
		if e, err := p.Explain(question); err != nil || e.Effect != want {
			t.Errorf("%s: %s, %v, want %s: %v", question, e.Effect, err, want, e.Reasons)
		}
	}
	end := time.Date(2025, 6, 30, 0, 0, 0, 0, time.UTC)
	m := noMoment()
	m.clock = 23 * 60
	times := m.times(end)
	if len(times) != 7 {
		t.Fatalf("%d moments", len(times))
	}
	for d, at := range times {
		if int(at.Weekday()) != d || !at.Before(end) || end.Sub(at) > 16*24*time.Hour {
			t.Errorf("day %d is %s", d, at)
		}
	}
}
