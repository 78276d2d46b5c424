package mask

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const alnumDigits = "0123456789abcdefghijklmnopqrstuvwxyz"

func numeralsOf(s string) []byte {
	b := []byte(s)
	for i, c := range b {
		b[i] = byte(strings.IndexByte(alnumDigits, c))
	}
	return b
}

// TestFF1Samples are the nine samples that NIST publishes with SP 800-38G.
func TestFF1Samples(t *testing.T) {
	const (
		key128 = "2B7E151628AED2A6ABF7158809CF4F3C"
		key192 = key128 + "EF4359D8D580AA4F"
		key256 = key192 + "7F036D6F04FC6A94"
		tweak2 = "39383736353433323130"
		tweak3 = "3737373770717273373737"
	)
	for _, s := range []struct {
		key    string
		radix  int
		tweak  string
		plain  string
		cipher string
	}{
		{key128, 10, "", "0123456789", "2433477484"},
		{key128, 10, tweak2, "0123456789", "6124200773"},
		{key128, 36, tweak3, "0123456789abcdefghi", "a9tv40mll9kdu509eum"},
		{key192, 10, "", "0123456789", "2830668132"},
		{key192, 10, tweak2, "0123456789", "2496655549"},
		{key192, 36, tweak3, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr"},
		{key256, 10, "", "0123456789", "6657667009"},
		{key256, 10, tweak2, "0123456789", "1001623463"},
		{key256, 36, tweak3, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"},
	} {
		f, err := NewFF1(unhex(t, s.key), s.radix)
		if err != nil {
			t.Fatal(err)
		}
		n, tweak := numeralsOf(s.plain), unhex(t, s.tweak)
		if err := f.Encrypt(n, tweak); err != nil || !bytes.Equal(n, numeralsOf(s.cipher)) {
			t.Errorf("%d-bit key, radix %d, tweak %q: encrypted to %v, %v, want %s", 4*len(s.key), s.radix, s.tweak, n, err, s.cipher)
		}
		if err := f.Decrypt(n, tweak); err != nil || !bytes.Equal(n, numeralsOf(s.plain)) {
			t.Errorf("%d-bit key, radix %d, tweak %q: decrypted to %v, %v", 4*len(s.key), s.radix, s.tweak, n, err)
		}
	}
}

// TestFF1AgainstPlain compares with an implementation that follows the text of
// the standard step by step, in every radix, length and length of tweak.
func TestFF1AgainstPlain(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, radix := range []int{2, 3, 10, 16, 26, 36, 62, 255, 256} {
		key := make([]byte, 16+8*r.IntN(3))
		for i := range key {
			key[i] = byte(r.Uint32())
		}
		f, err := NewFF1(key, radix)
		if err != nil {
			t.Fatal(err)
		}
		tried := 0
		for n := range 130 {
			for _, size := range []int{0, 1, 6, 7, 8, 15, 16, 17, 33, MaxTweak} {
				plain, tweak := make([]byte, n), make([]byte, size)
				for i := range plain {
					plain[i] = byte(r.IntN(radix))
				}
				for i := range tweak {
					tweak[i] = byte(r.Uint32())
				}
				got := bytes.Clone(plain)
				if err := f.Encrypt(got, tweak); err != nil {
					continue
				}
				tried++
				if want := plainFF1(key, radix, plain, tweak); !bytes.Equal(got, want) {
					t.Fatalf("radix %d, length %d, tweak of %d bytes: %v, want %v", radix, n, size, got, want)
				}
				if err := f.Decrypt(got, tweak); err != nil || !bytes.Equal(got, plain) {
					t.Fatalf("radix %d, length %d, tweak of %d bytes: does not decrypt: %v", radix, n, size, err)
				}
			}
		}
		t.Logf("radix %d: %d numbers", radix, tried)
		if tried < 50 {
			t.Errorf("radix %d: only %d numbers were taken", radix, tried)
		}
	}
}

func TestFF1Bounds(t *testing.T) {
	for _, tt := range []struct {
		radix, length int
		tweak         int
		err           error
	}{
		{10, 5, 0, errDomain}, {10, 6, 0, nil}, {10, 38, 0, nil}, {10, 39, 0, errLength}, {10, 0, 0, errDomain},
		{36, 3, 0, errDomain}, {36, 4, 0, nil}, {36, 24, 0, nil}, {36, 25, 0, errLength},
		{2, 19, 0, errDomain}, {2, 20, 0, nil}, {2, 126, 0, nil}, {2, 127, 0, errLength},
		{256, 2, 0, errDomain}, {256, 3, 0, nil}, {256, 14, 0, nil}, {256, 15, 0, errLength},
		{10, 16, MaxTweak, nil}, {10, 16, MaxTweak + 1, errTweak}, {10, 1 << 20, 0, errLength},
	} {
		f, err := NewFF1(make([]byte, 16), tt.radix)
		if err != nil {
			t.Fatal(err)
		}
		n := make([]byte, tt.length)
		if err := f.Encrypt(n, make([]byte, tt.tweak)); !errors.Is(err, tt.err) {
			t.Errorf("radix %d, length %d, tweak of %d: %v, want %v", tt.radix, tt.length, tt.tweak, err, tt.err)
		}
	}
	f, err := NewFF1(make([]byte, 16), 10)
	if err != nil {
		t.Fatal(err)
	}
	n := []byte{1, 2, 3, 4, 5, 10}
	if err := f.Encrypt(n, nil); !errors.Is(err, errNumeral) || !bytes.Equal(n, []byte{1, 2, 3, 4, 5, 10}) {
		t.Errorf("a numeral beyond the radix: %v, %v", n, err)
	}
	for _, radix := range []int{-1, 0, 1, 257} {
		if _, err := NewFF1(make([]byte, 16), radix); err == nil {
			t.Errorf("radix %d is taken", radix)
		}
	}
	if _, err := NewFF1(make([]byte, 17), 10); err == nil {
		t.Error("a key of 17 bytes is taken")
	}
}

// FuzzFF1 checks that decryption undoes encryption and that every numeral stays
// one.
func FuzzFF1(f *testing.F) {
	f.Add([]byte("an AES key of 16"), byte(8), []byte("0123456789"), []byte("tweak"))
	f.Add([]byte("an AES key of 16"), byte(34), []byte("0123456789abcdefghi"), []byte(nil))
	f.Add([]byte("an AES key of 16"), byte(254), []byte("\x00\xff\x80"), []byte(nil))
	f.Fuzz(func(t *testing.T, key []byte, radix byte, given, tweak []byte) {
		number := bytes.Clone(given) // what the fuzzer gives may share memory
		c, err := NewFF1(key, 2+int(radix))
		if err != nil {
			return
		}
		for i := range number {
			number[i] = byte(int(number[i]) % (2 + int(radix)))
		}
		plain := bytes.Clone(number)
		if c.Encrypt(number, tweak) != nil {
			if !bytes.Equal(plain, number) {
				t.Fatalf("%v was changed and refused", plain)
			}
			return
		}
		for _, n := range number {
			if int(n) >= 2+int(radix) {
				t.Fatalf("%v has a numeral beyond radix %d", number, 2+int(radix))
			}
		}
		if err := c.Decrypt(number, tweak); err != nil || !bytes.Equal(number, plain) {
			t.Fatalf("%v decrypts to %v, %v", plain, number, err)
		}
	})
}
