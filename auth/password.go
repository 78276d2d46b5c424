package auth

import (
	"crypto/rand"
	"net/netip"

	"github.com/sallyport/sallyport/policy"
)

// decoy stands for the password of an app that does not exist, so that a
// log-in under an unknown name costs the same work as one under a known name.
// Nobody knows it, and a match with it would not count.
var decoy = func() [][]byte {
	b := make([]byte, 32)
	rand.Read(b) // never fails: it ends the process instead
	return [][]byte{b}
}()

// Passwords is the app of that name and the passwords it may show at a
// database or egress door: more than one while it rotates them. They belong to
// the policy and must not be changed.
//
// Where ok is false no app of that name may log in by password: app is nil and
// passwords is a decoy that the door verifies all the same before it refuses,
// so that unknown names cost the same work as known ones.
func Passwords(p *policy.Policy, user string) (app *policy.App, passwords [][]byte, ok bool) {
	app, known := p.App(user)
	if !known || !app.Shows("password") {
		return nil, decoy, false
	}
	for _, s := range app.Passwords {
		if v := s.Reveal(); len(v) > 0 {
			passwords = append(passwords, v)
		}
	}
	if len(passwords) == 0 {
		return nil, decoy, false
	}
	return app, passwords, true
}

// Check verifies what a client showed for user against every password that the
// app may show, without stopping at a match, and returns the app where one
// matched. match must itself compare in constant time; it is called at least
// once, for unknown names with a decoy whose match does not count.
func Check(p *policy.Policy, user string, match func(password []byte) bool) (*policy.App, bool) {
	app, passwords, ok := Passwords(p, user)
	matched := false
	for _, pw := range passwords {
		if match(pw) {
			matched = true
		}
	}
	if !ok || !matched {
		return nil, false
	}
	return app, true
}

// Allowed tells whether the app may come from addr: any address where its
// `addresses:` is absent. An address that is not valid is never one of them.
func Allowed(app *policy.App, addr netip.Addr) bool {
	if len(app.Addresses) == 0 {
		return true
	}
	addr = addr.Unmap().WithZone("")
	for _, p := range app.Addresses {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
