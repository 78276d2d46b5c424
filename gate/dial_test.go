package gate

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/sallyport/sallyport/policy"
)

func TestDialHost(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	port := netip.MustParseAddrPort(ln.Addr().String()).Port()
	loopback := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	elsewhere := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tc := range []struct {
		name string
		host policy.Host
		want string // in the error; "" where it connects
	}{
		{"a literal address that is named", policy.Host{DNS: "127.0.0.1", Port: port, Addresses: loopback}, ""},
		{"a literal address outside of the addresses", policy.Host{DNS: "127.0.0.1", Port: port, Addresses: elsewhere}, "not in its addresses"},
		{"a name that leads to a named address", policy.Host{DNS: "localhost", Port: port, Addresses: loopback}, ""},
		{"a name that leads to a special address", policy.Host{DNS: "localhost", Port: port}, "do not name"},
		{"a name that leads elsewhere", policy.Host{DNS: "localhost", Port: port, Addresses: elsewhere}, "do not name"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			conn, err := DialHost(t.Context(), &tc.host)
			if tc.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				conn.Close()
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Fatalf("dialling ended with %v, want %q", err, tc.want)
			}
		})
	}
}

func TestClientTLSNeedsAName(t *testing.T) {
	if _, err := ClientTLS(policy.ClientTLS{}, ""); err == nil {
		t.Fatal("TLS without a name to verify was configured")
	}
	if c, err := ClientTLS(policy.ClientTLS{Plain: true}, "db.example.com"); c != nil || err != nil {
		t.Fatalf("a plain leg has %v, %v", c, err)
	}
	if _, err := ClientTLS(policy.ClientTLS{CA: policy.File{Ref: "ca.pem", Data: []byte("no PEM")}}, "db.example.com"); err == nil {
		t.Fatal("a CA file without a certificate was taken")
	}
	if _, err := ServerTLS(policy.ServerTLS{}); err == nil {
		t.Fatal("a door without a certificate was configured")
	}
}
