package auth

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
)

// Wanting is why a client may not even begin to log in at a door that asks for
// certificates as want says: it shows none where it has to, or one that is not
// valid. The reason is the zero one where it may.
func Wanting(want policy.ClientCertificates, c Certificate) sallyport.Reason {
	switch {
	case c.fault != "":
		return sallyport.Reason{Code: sallyport.BadCertificate, Note: c.fault}
	case !want.CA.IsZero() && !want.Optional && !c.shown:
		return sallyport.Reason{Code: sallyport.BadCertificate, Note: "this door asks for a client certificate, and there was none"}
	}
	return sallyport.Reason{}
}

// Alone tells whether the certificate proves user without a password: as an
// app whose `proof:` has `mtls`, or as a caller that rules know by its
// certificate only. A door asks such a client for no password.
func Alone(p *policy.Policy, user string, c Certificate) bool {
	if app, ok := p.App(user); ok {
		return slices.Contains(app.Proof, "mtls") && c.first(app.Certificates) != ""
	}
	_, ok := caller(p, user, c)
	return ok
}

// Prove decides who has logged in as user from addr, by what it has shown:
// password says that it knows one of the app's passwords, as Check found. The
// reason is the zero one where party is proven, and otherwise BadCredentials or
// WrongAddress with a note for the record and not for the client.
//
// A certificate beside a password has to be the app's own. It may be one that
// no name of it is in the policy where the app has none.
func Prove(p *policy.Policy, user string, password bool, c Certificate, addr netip.AddrPort) (sallyport.Party, sallyport.Reason) {
	app, known := p.App(user)
	if !known {
		name, ok := caller(p, user, c)
		if !ok {
			return wrong(wrongPassword)
		}
		return sallyport.Party{Kind: sallyport.CallerParty, Name: name, Addr: addr, Proof: sallyport.ProofCertificate}, sallyport.Reason{}
	}
	party := sallyport.Party{Kind: sallyport.AppParty, Name: app.Name, Addr: addr, Certificate: c.first(app.Certificates)}
	if password {
		party.Proof |= sallyport.ProofPassword
	}
	if party.Certificate != "" {
		party.Proof |= sallyport.ProofCertificate
	} else if c.shown && (len(app.Certificates) > 0 || c.another(p)) {
		return wrong("the certificate is not one of the app's")
	}
	switch {
	case slices.ContainsFunc(app.Proof, func(w string) bool { return proves(w, party.Proof) }):
	case password:
		return wrong("the app has to show its certificate as well")
	case app.Shows("password"):
		return wrong(wrongPassword)
	default:
		return wrong("the app has to show its certificate, and no password")
	}
	if !Allowed(app, addr.Addr()) {
		return sallyport.Party{}, sallyport.Reason{Code: sallyport.WrongAddress, Note: "the app may not come from this address"}
	}
	if len(app.Addresses) > 0 {
		party.Proof |= sallyport.ProofAddress
	}
	return party, sallyport.Reason{}
}

const wrongPassword = "the name or the password is wrong"

func wrong(note string) (sallyport.Party, sallyport.Reason) {
	return sallyport.Party{}, sallyport.Reason{Code: sallyport.BadCredentials, Note: note}
}

// proves tells whether every part of a word of `proof:` has been shown.
func proves(word string, shown sallyport.Proof) bool {
	for part := range strings.SplitSeq(word, "+") {
		want := sallyport.Proof(0)
		switch part {
		case "password":
			want = sallyport.ProofPassword
		case "mtls":
			want = sallyport.ProofCertificate
		}
		if !shown.Has(want) {
			return false
		}
	}
	return true
}

// caller is the name by which rules know the holder of the certificate, who
// logs in by it.
func caller(p *policy.Policy, user string, c Certificate) (name string, ok bool) {
	for _, name := range []string{user, prefixCommon + user} {
		if p.Certified(name) && c.Bears(name) {
			return name, true
		}
	}
	return "", false
}

// another tells whether the certificate is that of some party of the policy.
func (c Certificate) another(p *policy.Policy) bool {
	for i := range p.Apps {
		if c.first(p.Apps[i].Certificates) != "" {
			return true
		}
	}
	return slices.ContainsFunc(p.CertifiedNames(), c.Bears)
}
