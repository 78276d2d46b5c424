package sallyport

import (
	"net/netip"
	"strings"
)

// PartyKind says what a party is. The zero value is a party nobody named.
type PartyKind uint8

const (
	UnknownParty PartyKind = iota
	AppParty               // an app of the policy
	CallerParty            // somebody with a key, a token or a certificate that the policy names
	HostParty              // a host of the policy
	AnyoneParty            // a client that no rule asks to prove itself
	GatewayParty           // Sallyport itself
)

var partyKindWords = []string{"unknown", "app", "caller", "host", "anyone", "gateway"}

// String is the word for the kind in the ledger.
func (k PartyKind) String() string { return word(partyKindWords, k) }

// Proof is how a party proved its name: a set. The zero Proof is unproven.
type Proof uint8

const (
	ProofPassword    Proof = 1 << iota // a password shown at a database or egress door
	ProofKey                           // an API key
	ProofToken                         // a signed token
	ProofCertificate                   // a client certificate
	ProofAddress                       // its source address is one that the policy names
)

var proofWords = []string{"password", "key", "token", "mtls", "address"}

// Has tells whether every proof in want was given; nothing is had of the zero
// Proof, not even nothing.
func (p Proof) Has(want Proof) bool { return want != 0 && p&want == want }

// String is the proofs' words joined by "+", or "none".
func (p Proof) String() string {
	if p == 0 {
		return "none"
	}
	var words []string
	for i, w := range proofWords {
		if p&(1<<i) != 0 {
			words = append(words, w)
		}
	}
	return strings.Join(words, "+")
}

// Party is one end of a crossing.
type Party struct {
	Kind  PartyKind
	Name  string         // as the policy names it; never a name that only the party itself claims
	Addr  netip.AddrPort // where it is; zero where that has no meaning
	Proof Proof
	// Certificate is the name of its certificate, as the policy writes it, by
	// which an app proved itself; "" where it showed none.
	Certificate string
	// TLS is the version of its connection, "1.2" or "1.3", as a door of a
	// database has agreed on it; "" where it came in the clear, and elsewhere.
	TLS string
}
