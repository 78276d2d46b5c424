package gate

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
)

// dialTimeout bounds resolving and connecting together.
const dialTimeout = 10 * time.Second

// DialHost connects to a host of the policy: its name is resolved once, each
// address is held against what the policy says of it, and exactly an address
// that passed is dialled. A special-purpose address passes only where the
// host's `addresses:` name it, or where the policy gives it literally.
func DialHost(ctx context.Context, h *policy.Host) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	addrs, err := resolve(ctx, h)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{}
	var last error
	for _, a := range addrs {
		target := net.JoinHostPort(a.String(), strconv.Itoa(int(h.Port)))
		conn, err := dialer.DialContext(ctx, "tcp", target)
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, fmt.Errorf("connecting to host %s: %w", h.Name, last)
}

// resolve is the addresses of a host that the policy allows to dial, never
// empty without an error.
func resolve(ctx context.Context, h *policy.Host) ([]netip.Addr, error) {
	if literal, err := netip.ParseAddr(h.DNS); err == nil {
		if len(h.Addresses) > 0 && !within(h.Addresses, literal) {
			return nil, fmt.Errorf("connecting to host %s: %s is not in its addresses", h.Name, literal)
		}
		return []netip.Addr{literal}, nil
	}
	all, err := (&net.Resolver{PreferGo: true}).LookupNetIP(ctx, "ip", h.DNS)
	if err != nil {
		return nil, fmt.Errorf("connecting to host %s: %w", h.Name, err)
	}
	var allowed []netip.Addr
	for _, a := range all {
		a = a.Unmap()
		if within(h.Addresses, a) || len(h.Addresses) == 0 && !sallyport.Special(a) {
			allowed = append(allowed, a)
		}
	}
	if len(allowed) == 0 {
		return nil, fmt.Errorf("connecting to host %s: %s resolves to %v, which its `addresses:` do not name", h.Name, h.DNS, all)
	}
	return allowed, nil
}

func within(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}
