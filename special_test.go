package sallyport

import (
	"net/netip"
	"testing"
)

func TestSpecialAddresses(t *testing.T) {
	for _, tc := range []struct {
		addr    string
		special bool
	}{
		{"8.8.8.8", false}, {"127.0.0.1", true}, {"10.1.2.3", true}, {"100.100.100.200", true}, {"198.18.0.1", true},
		{"240.0.0.1", true}, {"192.0.0.192", true}, {"169.254.169.254", true}, {"0.0.0.0", true}, {"255.255.255.255", true},
		{"2606:4700::1", false}, {"::1", true}, {"::ffff:127.0.0.1", true}, {"::ffff:8.8.8.8", false}, {"::127.0.0.1", true},
		{"64:ff9b::7f00:1", true}, {"100:0:0:1::1", true}, {"2002:7f00:1::", true}, {"fe80::1%eth0", true}, {"fd00::1", true}, {"ff02::1", true},
	} {
		if got := Special(netip.MustParseAddr(tc.addr)); got != tc.special {
			t.Errorf("%s: special is %v, want %v", tc.addr, got, tc.special)
		}
	}
}
