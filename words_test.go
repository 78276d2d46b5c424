package sallyport

import (
	"sort"
	"strings"
	"testing"
	"time"
)

func TestIDsSortByTimeAndOrder(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 123_456_789, time.UTC)
	var made []string
	for range 5000 {
		made = append(made, NewID(now).String())
	}
	made = append(made, NewID(now.Add(-time.Hour)).String())
	if !sort.StringsAreSorted(made) {
		t.Fatal("IDs made one after the other do not sort so")
	}
	NewID(time.Time{})
	id := NewID(now.Add(24 * time.Hour))
	if got := id.Time(); got.Sub(now.Add(24*time.Hour)).Abs() > time.Microsecond {
		t.Fatalf("the ID holds %s, want %s", got, now.Add(24*time.Hour))
	}
	if id[6]>>4 != 7 || id[8]>>6 != 2 {
		t.Fatalf("%s is not a UUID of version 7", id)
	}
}

func TestIDText(t *testing.T) {
	id := NewID(time.Now())
	back, err := ParseID(id.String())
	if err != nil || back != id {
		t.Fatalf("%s came back as %s: %v", id, back, err)
	}
	for _, bad := range []string{"", "0198c1a2", strings.Repeat("-", 36), strings.Repeat("g", 36), id.String() + "0", "0198c1a27b3c-7def-8123-456789abcdef0"} {
		if _, err := ParseID(bad); err == nil {
			t.Errorf("%q was read as an ID", bad)
		}
	}
}

func TestZeroValuesRefuse(t *testing.T) {
	var v Verdict
	if !v.Denied() || Effect(0) != Deny || Proof(0).Has(0) || Proof(0).Has(ProofKey) {
		t.Fatal("a zero value does not refuse")
	}
}

func TestActsKnowTheirDirection(t *testing.T) {
	for _, tc := range []struct {
		act  Act
		want Direction
	}{
		{&HTTPRequest{}, Ingress},
		{&Statement{}, Ingress},
		{&Statement{Writes: true}, Egress},
		{&Logon{}, Ingress},
		{&Dial{}, Egress},
		{&Mail{}, Egress},
		{&Object{Import: true}, Ingress},
		{&Object{}, Egress},
		{&Message{}, Ingress},
		{&Message{Publish: true}, Egress},
	} {
		if got := tc.act.Direction(); got != tc.want {
			t.Errorf("%T %+v goes %s, want %s", tc.act, tc.act, got, tc.want)
		}
	}
}

func TestWordsOfClosedSets(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range ReasonCodes() {
		if w := c.String(); w == "?" || w == "" || seen[w] {
			t.Errorf("code %d has the word %q", c, w)
		}
		seen[c.String()] = true
	}
	if ReasonCode(200).String() != "?" {
		t.Error("a code outside of the set has a word")
	}
	if got := (ProofPassword | ProofAddress).String(); got != "password+address" {
		t.Errorf("two proofs are %q", got)
	}
}

func TestTightenNeverLoosens(t *testing.T) {
	effects := []Effect{Deny, Mask, Allow}
	for _, a := range effects {
		for _, wa := range effects {
			for _, b := range effects {
				v := Verdict{Effect: a, Would: wa, Reasons: []Reason{{Code: ByRule}}}
				o := Verdict{Effect: b, Would: b, Reasons: []Reason{{Code: RowLimit}}, Masks: []Masking{{Where: "c", Masker: "full"}}, Discreet: true, Classes: Classes("email"), Written: Classes("card")}
				got := v.Tighten(o)
				if got.Effect != min(a, b) || got.Would != min(wa, b) || len(got.Masks) != 1 || !got.Discreet || !got.Classes.Has("email") || !got.Written.Has("card") {
					t.Errorf("%s/%s tightened by %s is %s/%s", a, wa, b, got.Effect, got.Would)
				}
				if b < a && got.Reason().Code != RowLimit {
					t.Errorf("%s tightened by %s: the deciding reason is %s", a, b, got.Reason().Code)
				}
			}
		}
	}
}

func TestClassSets(t *testing.T) {
	a := Classes("email", "card", "email")
	b := a.With("secret")
	if a.String() != "card,email" || b.String() != "card,email,secret" || a.Has("secret") || !b.Has("secret") {
		t.Fatalf("sets are %s and %s", a, b)
	}
	if u := Classes("iban").Union(a); u.String() != "card,email,iban" || u.Len() != 3 {
		t.Fatalf("the union is %s", u)
	}
}

func TestLimits(t *testing.T) {
	var none Limit
	ten := Limit{Max: 10, At: Position{Line: 1}}
	five := Limit{Max: 5, At: Position{Line: 2}}
	if none.Exceeds(1<<60) || ten.Exceeds(10) || !ten.Exceeds(11) {
		t.Fatal("a limit is not inclusive")
	}
	if ten.Tighter(five) != five || five.Tighter(ten) != five || none.Tighter(ten) != ten || ten.Tighter(none) != ten {
		t.Fatal("the tighter limit is not the smaller one")
	}
}

func BenchmarkNewID(b *testing.B) {
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		NewID(now)
	}
}
