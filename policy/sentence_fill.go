package policy

import (
	"time"

	"github.com/sallyport/sallyport"
)

// fill finds the door and the caller, and makes the crossing of them.
func (p *Policy) fill(out *sentence, s *scanner, doorName, who string, whoAt scanner) *sentenceError {
	m := p.matcher.doors[doorName]
	if m == nil {
		var names []string
		for _, d := range p.Doors {
			names = append(names, d.Name)
		}
		return s.wrong(didYouMean(doorName, names, "the doors are "+oneOf(names)), "the policy has no door %q", short(doorName))
	}
	out.door = m
	c := &out.cross
	if logon, ok := c.Act.(*sallyport.Logon); ok {
		logon.Protocol = m.kind.name()
	}
	c.Door, c.App = doorName, m.door.To.App
	if c.Act != nil && !m.kind.takes(c.Act) {
		if _, request := c.Act.(*sallyport.HTTPRequest); request {
			return s.wrong("name an http door", "%s is no http door, and this is a request", doorName)
		}
		return s.wrong("name a database door", "nobody logs in at %s", doorName)
	}
	noApp, _ := m.kind.unprovable(WhoApp)
	app, key := p.matcher.apps[who], p.matcher.keys[who]
	var expires time.Time
	switch {
	case who == "anyone":
		c.From = sallyport.Party{Kind: sallyport.AnyoneParty}
	case app != nil && (key == nil || noApp == ""):
		c.From = sallyport.Party{Kind: sallyport.AppParty, Name: who}
		for _, proof := range app.any {
			c.From.Proof |= proof
		}
		if len(app.Certificates) > 0 {
			c.From.Certificate = app.Certificates[0]
		}
		if len(app.Addresses) > 0 {
			c.From.Proof |= sallyport.ProofAddress
			c.From.Addr = addrPort(app.Addresses[0].Addr())
		}
	case key == nil && p.matcher.certs[who]:
		c.From = sallyport.Party{Kind: sallyport.CallerParty, Name: who, Proof: sallyport.ProofCertificate}
	case key != nil:
		c.From = sallyport.Party{Kind: sallyport.CallerParty, Name: who, Proof: sallyport.ProofKey}
		if expires = key.Expires; !expires.IsZero() {
			c.Context.Time = expires.Add(-time.Second)
		}
	default:
		names := []string{"anyone"}
		for _, a := range p.Apps {
			names = append(names, a.Name)
		}
		for _, k := range p.Keys {
			names = append(names, k.Name)
		}
		return whoAt.wrong(didYouMean(who, names, "the callers are "+oneOf(names)), "the policy has no caller %q", short(who))
	}
	if s.address.IsValid() {
		c.From.Addr = addrPort(s.address)
	}
	if out.times = s.when.times(expires); len(out.times) > 0 {
		c.Context.Time = out.times[0]
	}
	out.whenFrom, out.whenTo = s.tail, len(s.text)
	return nil
}
