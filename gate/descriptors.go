package gate

import "github.com/sallyport/sallyport/policy"

// turnedAway is how many connections beyond its sessions a door may have open:
// those whose refusal is on its way into the ledger or to the client.
const turnedAway = 64

// Descriptors is how many file descriptors the doors of p may have open at
// most.
func Descriptors(kinds []Kind, p *policy.Policy) int {
	all := 0
	for _, d := range p.Doors {
		all += descriptors(kinds, d.Limits, d.Kind)
	}
	return all
}

// descriptors are one door's: its clients' connections, and its own.
func descriptors(kinds []Kind, l policy.Limits, kind string) int {
	for _, k := range kinds {
		if k.Name == kind && k.Legs != nil {
			return l.Sessions + turnedAway + k.Legs(l)
		}
	}
	return 2*l.Sessions + turnedAway
}

// Fit lowers the limits of all doors of p in one proportion, so that together
// they never have more descriptors open than most. No limit falls to nothing.
func Fit(kinds []Kind, p *policy.Policy, most int) {
	want := Descriptors(kinds, p)
	if want <= most {
		return
	}
	// What a door needs whatever its limits are cannot be lowered.
	fixed := 0
	for _, d := range p.Doors {
		fixed += descriptors(kinds, policy.Limits{}, d.Kind)
	}
	for i := range p.Doors {
		d := &p.Doors[i]
		d.Limits = d.Limits.Lowered(max(most-fixed, 0), want-fixed)
	}
}
