package mask

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/guard"
)

// keyed builds a masker for text under a key and domain.
func keyed(t *testing.T, spec string, key []byte, domain string) guard.Masker {
	t.Helper()
	s, err := Parse(spec)
	if err != nil {
		t.Fatal(err)
	}
	if s, err = s.For(Text); err != nil {
		t.Fatal(err)
	}
	m, err := s.Masker(key, domain)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestHashAndTokenAreHMAC recomputes both by their definition.
func TestHashAndTokenAreHMAC(t *testing.T) {
	for _, cell := range []string{"", "ann@example.com", bad, strings.Repeat("x", 1<<20)} {
		sum := func(kind string) []byte {
			secret, err := subkey(testKey, kind, "example")
			if err != nil {
				t.Fatal(err)
			}
			h := hmac.New(sha256.New, secret)
			h.Write([]byte(cell))
			return h.Sum(nil)
		}
		if got, want := run(t, build(t, "hash", Text), cell), hex.EncodeToString(sum("hash")[:16]); got != want {
			t.Errorf("hash of %.20q is %s, want %s", cell, got, want)
		}
		want := "tok_" + strings.ToLower(base32.StdEncoding.EncodeToString(sum("token")[:10]))
		if got := run(t, build(t, "token", Text), cell); got != want {
			t.Errorf("token of %.20q is %s, want %s", cell, got, want)
		}
	}
}

// TestDomainsDoNotLink checks that keyed masks depend on the key, the domain
// and the kind of masker, and on nothing else.
func TestDomainsDoNotLink(t *testing.T) {
	other, err := DeriveKey(testKey, "other", "mask")
	if err != nil {
		t.Fatal(err)
	}
	const cell = "4111111111111111"
	for _, spec := range []string{"hash", "token", "fpe", "fpe(alnum)"} {
		first := run(t, keyed(t, spec, testKey, "card"), cell)
		if again := run(t, keyed(t, spec, testKey, "card"), cell); again != first {
			t.Errorf("%s is not the same under one key and domain: %s, %s", spec, first, again)
		}
		for _, m := range []guard.Masker{keyed(t, spec, testKey, "phone"), keyed(t, spec, other, "card")} {
			if got := run(t, m, cell); got == first {
				t.Errorf("%s is %s under another key or domain too", spec, got)
			}
		}
	}
	if run(t, keyed(t, "fpe", testKey, "card"), cell) == run(t, keyed(t, "fpe(alnum)", testKey, "card"), cell) {
		t.Error("both alphabets of fpe share a key")
	}
}

func TestMaskersKeepNoKey(t *testing.T) {
	key := bytes.Clone(testKey)
	for _, spec := range []string{"hash", "token", "fpe"} {
		m := keyed(t, spec, key, "example")
		first := run(t, m, "4111111111111111")
		clear(key)
		if got := run(t, m, "4111111111111111"); got != first {
			t.Errorf("%s changed with the caller's key", spec)
		}
		copy(key, testKey)
	}
}

func TestFPE(t *testing.T) {
	for _, tt := range []struct{ spec, cell, want string }{
		{"fpe", "4111 1111 1111 1111", `^\d{4} \d{4} \d{4} \d{4}$`},
		{"fpe", "12-34.56", `^\d\d-\d\d\.\d\d$`},
		{"fpe", " 123456 ", `^ \d{6} $`},
		{"fpe", strings.Repeat("1", 38), `^\d{38}$`},
		{"fpe(alnum)", "AB-1234-CD", `^[0-9A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{2}$`},
		{"fpe(alnum)", "ab12", `^[0-9a-z]{4}$`},
		{"fpe(alnum)", "1234", `^[0-9a-z]{4}$`},
		{"fpe(alnum)", strings.Repeat("Z", 24), `^[0-9A-Z]{24}$`},
	} {
		m := build(t, tt.spec, Text)
		if got := run(t, m, tt.cell); !regexp.MustCompile(tt.want).MatchString(got) || got == tt.cell {
			t.Errorf("%s of %q is %q, want %s", tt.spec, tt.cell, got, tt.want)
		}
	}
	check(t, "fpe", Text, [][2]string{
		{"12345", cannot}, {"1-2-3-4-5", cannot}, {"", cannot}, {"      ", cannot}, {"AB123456", cannot}, {"123456a", cannot}, {"+491701234567", cannot},
		{"٠١٢٣٤٥٦٧", cannot}, {"123456" + bad, cannot}, {"123456\x00", cannot}, {"123,456", cannot},
		{strings.Repeat("1", 39), cannot}, {strings.Repeat("1", 1<<20), cannot},
	})
	check(t, "fpe(alnum)", Text, [][2]string{
		{"abc", cannot}, {"Ab12", cannot}, {"größe", cannot}, {"ab_12", cannot}, {strings.Repeat("a", 25), cannot},
	})
}

// TestFPEIsAPermutation encrypts every number of six digits: all masks differ,
// but for those that would be the number itself.
func TestFPEIsAPermutation(t *testing.T) {
	m := build(t, "fpe", Text)
	seen := make([]bool, 1_000_000)
	var cell, out [6]byte
	refused := 0
	for i := range seen {
		copy(cell[:], appendPadded(out[:0], i, 6))
		got, ok := m.Mask(out[:0], cell[:])
		if !ok {
			refused++
			continue
		}
		v, ok := whole(string(got), 999999)
		if !ok || v == i || seen[v] {
			t.Fatalf("%06d becomes %s, as another did, or itself", i, got)
		}
		seen[v] = true
	}
	if refused > 10 {
		t.Errorf("%d numbers are their own masks; one is to be expected", refused)
	}
}

func TestDeriveKey(t *testing.T) {
	first, err := DeriveKey(testKey, "shop", "mask")
	if err != nil || len(first) != KeySize {
		t.Fatalf("%x, %v", first, err)
	}
	for _, other := range [][2]string{{"shop", "link"}, {"shopm", "ask"}, {"", "shopmask"}, {"sho", "pmask"}} {
		if got, err := DeriveKey(testKey, other[0], other[1]); err != nil || bytes.Equal(got, first) {
			t.Errorf("the key of %q is that of shop and mask: %v", other, err)
		}
	}
	if again, err := DeriveKey(testKey, "shop", "mask"); err != nil || !bytes.Equal(again, first) {
		t.Errorf("a second derivation gives %x, %v", again, err)
	}
	if key, err := DeriveKey(testKey[:31], "shop", "mask"); err == nil || key != nil {
		t.Errorf("a master key of 31 bytes gives %x", key)
	}
	const golden = "ce1235e70bcf2eec2887fcdb8770251a5ac57835874f1ec84d65cedbafee2571" // what is masked stays the same from one version to the next
	if got := hex.EncodeToString(first); got != golden {
		t.Errorf("the key of shop for mask is %s, want %s", got, golden)
	}
}
