package mask

import (
	"strings"
	"testing"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
)

func TestSet(t *testing.T) {
	set, err := NewSet(map[string][]byte{"shop": testKey, "web": testKey})
	if err != nil {
		t.Fatal(err)
	}
	text, date := guard.Type{Family: Text}, guard.Type{Family: Date}
	for _, tt := range []struct {
		app    string
		m      sallyport.Masking
		of     guard.Type
		masker string // "" for none
	}{
		{"shop", sallyport.Masking{Masker: "last4"}, text, "last4"},
		{"shop", sallyport.Masking{Masker: "last4"}, date, ""},
		{"shop", sallyport.Masking{Masker: "last4"}, guard.Type{}, ""},
		{"shop", sallyport.Masking{Masker: "null"}, guard.Type{}, "null"},
		{"shop", sallyport.Masking{Masker: "no such"}, text, ""},
		{"shop", sallyport.Masking{Masker: "hash", Class: "email"}, text, "hash"},
		{"shop", sallyport.Masking{Masker: "hash"}, text, ""},
		{"nobody", sallyport.Masking{Masker: "hash", Class: "email"}, text, ""},
		{"nobody", sallyport.Masking{Masker: "full"}, date, "full"},
		{"shop", sallyport.Masking{Masker: "full"}, guard.Type{Family: Date, Binary: true}, ""},
		{"shop", sallyport.Masking{Masker: "full"}, guard.Type{Family: Text, Binary: true}, "full"},
		{"shop", sallyport.Masking{Masker: "full"}, guard.Type{Family: Binary, Binary: true}, "full"},
	} {
		for range 2 { // made, and remembered
			got := set.Masker(tt.app, tt.m, tt.of)
			switch {
			case got == nil && tt.masker != "":
				t.Errorf("%s has no masker for %+v of %+v", tt.app, tt.m, tt.of)
			case got != nil && got.Name() != tt.masker:
				t.Errorf("%s has the masker %q for %+v of %+v, want %q", tt.app, got.Name(), tt.m, tt.of, tt.masker)
			}
		}
	}
	// Equal values of two apps, or of two classes, cannot be told to be equal.
	masks := map[string]bool{}
	for _, app := range []string{"shop", "web"} {
		for _, class := range []string{"email", "name"} {
			masks[run(t, set.Masker(app, sallyport.Masking{Masker: "token", Class: class}, text), "ann@example.com")] = true
		}
	}
	if len(masks) != 4 {
		t.Errorf("two apps and two classes have the masks %v of one value", masks)
	}
}

func TestSetWantsLongKeys(t *testing.T) {
	_, err := NewSet(map[string][]byte{"shop": []byte("too short")})
	if err == nil || !strings.Contains(err.Error(), "shop") || strings.Contains(err.Error(), "too short") {
		t.Errorf("a key of 9 bytes: %v", err)
	}
}
