package policy

import "sync/atomic"

// Live holds the policy that is in force. Doors read it once per session or
// request and never keep it: a reload replaces it whole. The zero Live holds a
// policy that allows nothing.
type Live struct{ p atomic.Pointer[Policy] }

// Load is the policy in force; never nil.
func (l *Live) Load() *Policy {
	if p := l.p.Load(); p != nil {
		return p
	}
	return &Policy{}
}

// Store puts p in force.
func (l *Live) Store(p *Policy) { l.p.Store(p) }

// Door is the door of that name, or false where the policy has none.
func (p *Policy) Door(name string) (*Door, bool) {
	for i := range p.Doors {
		if p.Doors[i].Name == name {
			return &p.Doors[i], true
		}
	}
	return nil, false
}

// Login is the login of that name of a door; false where the policy has no such
// door, or the door no such login.
func (p *Policy) Login(door, name string) (Login, bool) {
	d, ok := p.Door(door)
	if !ok {
		return Login{}, false
	}
	l, ok := d.Logins[name]
	return l, ok
}

// App is the app of that name, or false where the policy has none.
func (p *Policy) App(name string) (*App, bool) {
	for i := range p.Apps {
		if p.Apps[i].Name == name {
			return &p.Apps[i], true
		}
	}
	return nil, false
}

// Host is the host of that name, or false where the policy has none.
func (p *Policy) Host(name string) (*Host, bool) {
	for i := range p.Hosts {
		if p.Hosts[i].Name == name {
			return &p.Hosts[i], true
		}
	}
	return nil, false
}
