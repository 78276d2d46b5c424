package auth

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestKey(t *testing.T) {
	p := &policy.Policy{Keys: []policy.Key{
		{Name: "partner", SHA256: [][32]byte{sha256.Sum256([]byte("old key of the partner")), sha256.Sum256([]byte("new key of the partner"))}},
		{Name: "device", SHA256: [][32]byte{sha256.Sum256([]byte("the device's key"))}, Expires: noon, At: sallyport.Position{Line: 7}},
		{Name: "none"},
	}}
	for _, test := range []struct {
		key, name string
		now       time.Time
	}{
		{"old key of the partner", "partner", noon}, {"new key of the partner", "partner", noon},
		{"the device's key", "device", noon.Add(-1)}, {"the device's key", "", noon}, {"the device's key", "", noon.Add(time.Hour)},
		{"", "", noon}, {"new key of the partner ", "", noon}, {"New key of the partner", "", noon},
	} {
		got, why, ok := Key(p, test.key, test.now)
		want := sallyport.Party{}
		if test.name != "" {
			want = sallyport.Party{Kind: sallyport.CallerParty, Name: test.name, Proof: sallyport.ProofKey}
		}
		if got != want || ok != (test.name != "") {
			t.Errorf("key %q at %s: got %+v, %t", test.key, test.now, got, ok)
		}
		expired := test.key == "the device's key" && !ok
		switch {
		case ok && why != (sallyport.Reason{}), !ok && why.Code != sallyport.BadCredentials:
			t.Errorf("key %q at %s: %t for %+v", test.key, test.now, ok, why)
		case expired != (why.Note == "the key device has expired") || expired != (why.At.Line == 7):
			t.Errorf("key %q at %s: expired is %t, and recorded is %+v", test.key, test.now, expired, why)
		}
	}
	if _, _, ok := Key(&policy.Policy{}, "", noon); ok {
		t.Error("the zero policy takes a key")
	}
}

// A text that is too long must not be known by its beginning.
func TestKeyTooLong(t *testing.T) {
	long := string(make([]byte, maxKey))
	p := &policy.Policy{Keys: []policy.Key{{Name: "long", SHA256: [][32]byte{sha256.Sum256([]byte(long))}}}}
	if _, _, ok := Key(p, long, noon); !ok {
		t.Error("the longest key is refused")
	}
	if _, _, ok := Key(p, long+"x", noon); ok {
		t.Error("a longer text is taken for the key that it begins with")
	}
}

func TestHeaderKey(t *testing.T) {
	for _, test := range []struct {
		h    http.Header
		key  string
		err  error
		left int
	}{
		{http.Header{}, "", nil, 0},
		{http.Header{"Authorization": {"Bearer abc"}}, "abc", nil, 0},
		{http.Header{"Authorization": {"bEARER \t abc "}}, "abc", nil, 0},
		{http.Header{"X-Api-Key": {"abc"}}, "abc", nil, 0},
		{http.Header{"Authorization": {"Basic eDp5"}}, "", nil, 1},
		{http.Header{"Authorization": {"Bearerabc"}}, "", nil, 1},
		{http.Header{"Authorization": {"Basic eDp5"}, "X-Api-Key": {"abc"}}, "abc", nil, 1},
		{http.Header{"Authorization": {"Bearer "}}, "", ErrShownTwice, 0},
		{http.Header{"Authorization": {"Bearer"}}, "", ErrShownTwice, 0},
		{http.Header{"X-Api-Key": {""}}, "", ErrShownTwice, 0},
		{http.Header{"Authorization": {"Bearer a"}, "X-Api-Key": {"a"}}, "", ErrShownTwice, 0},
		{http.Header{"Authorization": {"Bearer a", "Basic b"}}, "", ErrShownTwice, 1},
		{http.Header{"X-Api-Key": {"a", "b"}}, "", ErrShownTwice, 0},
	} {
		if key, err := HeaderKey(test.h); key != test.key || err != test.err {
			t.Errorf("%v: got %q, %v", test.h, key, err)
		}
		before := fmt.Sprint(test.h)
		if DropKey(test.h); len(test.h) != test.left {
			t.Errorf("%s: left is %v", before, test.h)
		}
	}
}

func BenchmarkKey(b *testing.B) {
	p := &policy.Policy{Keys: make([]policy.Key, 100)}
	for i := range p.Keys {
		p.Keys[i].SHA256 = [][32]byte{sha256.Sum256([]byte{byte(i)})}
	}
	b.ReportAllocs()
	for b.Loop() {
		Key(p, "a key that is not there, of usual length", noon)
	}
}
