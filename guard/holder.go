package guard

import (
	"net/netip"

	"github.com/sallyport/sallyport"
)

// holder is whose quota something counts against: a proven caller, wherever it
// comes from, or an address that has proven nothing.
type holder struct {
	kind sallyport.PartyKind
	name string
	addr netip.Addr
}

func holderOf(p sallyport.Party) holder {
	if p.Proof != 0 && p.Name != "" {
		return holder{kind: p.Kind, name: p.Name}
	}
	return holder{addr: addressKey(p.Addr.Addr())}
}

// addressKey is what counts as one address: an IPv4 address, or the /64 that
// one IPv6 subscriber usually has whole, by its first address.
func addressKey(a netip.Addr) netip.Addr {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.Addr()
		}
	}
	return a
}

// leave takes one off a holder's count.
func leave(counts map[holder]int, h holder) {
	if counts[h]--; counts[h] <= 0 {
		delete(counts, h)
	}
}
