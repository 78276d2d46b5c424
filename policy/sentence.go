package policy

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/sallyport/sallyport"
)

// The tests of a policy and the questions to Explain are sentences:
//
//	WHO may [not] METHOD /path at DOOR
//	WHO may [not] "SQL" at DOOR
//	WHO may [not] prepare "SQL" at DOOR
//	WHO may [not] log in at DOOR
//
// Each may end with `from ADDRESS` and `on 2026-03-02T09:00Z`: where the caller
// is, and when. Otherwise it is where its app's first address says, and no rule
// that has `hours:`, or `addresses:` that this is not in, covers it.
//
// WHO is anyone, an app or a key. A question can leave `may` out. Whoever is
// named counts as proven and as being where the policy says; a `?` in the SQL of
// a mysql door, a `$1` in that of a postgres door, or the word prepare, means a
// prepared statement. Nothing is looked up.

// maxSentence bounds a sentence in bytes.
const maxSentence = 16 << 10

// sentence is one that was read: its crossing, and what it expects.
type sentence struct {
	door  *doorMatcher
	not   bool
	cross sallyport.Crossing
}

// sentenceError is what is wrong with a sentence, and where: the bytes from..to
// of its text.
type sentenceError struct {
	code       Code
	from, to   int
	what, hint string
}

func (e *sentenceError) Error() string {
	if e.hint == "" {
		return e.what
	}
	return e.what + "; " + e.hint
}

const sentenceHint = "write `WHO may GET /path at DOOR`, or `WHO may \"SQL\" at DOOR`"

// scanner goes over the words of a sentence.
type scanner struct {
	text string
	pos  int
	from int // where the word that was read last begins

	address netip.Addr // from it, where the sentence says so
	time    time.Time  // on it, where the sentence says so
}

func (s *scanner) next() string {
	for s.pos < len(s.text) && isBlank(s.text[s.pos]) {
		s.pos++
	}
	s.from = s.pos
	for s.pos < len(s.text) && !isBlank(s.text[s.pos]) {
		s.pos++
	}
	return s.text[s.from:s.pos]
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func (s *scanner) wrong(hint, format string, args ...any) *sentenceError {
	to := s.pos
	if to == s.from {
		to = len(s.text)
	}
	return &sentenceError{CodeTestGrammar, min(s.from, len(s.text)), to, fmt.Sprintf(format, args...), hint}
}

// read understands a sentence; a question can leave `may` out.
func (p *Policy) read(text string, question bool) (*sentence, *sentenceError) {
	s := &scanner{text: text}
	if len(text) > maxSentence {
		return nil, s.wrong("", "a sentence has at most %d bytes", maxSentence)
	}
	who := s.next()
	whoAt := *s
	out := &sentence{}
	verb := s.next()
	switch {
	case verb == "may":
		if verb = s.next(); verb == "not" {
			out.not = true
			verb = s.next()
		}
	case !question:
		return nil, s.wrong(sentenceHint, "here `may` is wanted")
	}
	var doorName string
	switch {
	case verb == "":
		return nil, s.wrong(sentenceHint, "the sentence does not say what")
	case slices.Contains(notYetWords["tests[]"], verb):
		return nil, &sentenceError{CodeNotYet, s.from, s.pos, fmt.Sprintf("`%s` is not yet there in this version", verb), "remove the test until its kind of door is there"}
	case verb[0] == '"':
		s.pos = s.from
		return p.readSQL(s, out, who, whoAt, false)
	case verb == "prepare":
		return p.readSQL(s, out, who, whoAt, true)
	case verb == "log":
		if s.next() != "in" {
			return nil, s.wrong("write `log in at DOOR`", "here `in` is wanted")
		}
		out.cross.Act = &sallyport.Logon{}
	case slices.Contains(methods, verb):
		path := s.next()
		if err := s.path(path); err != nil {
			return nil, err
		}
		out.cross.Act = &sallyport.HTTPRequest{Method: verb, Path: path, Proto: "HTTP/1.1"}
	case slices.Contains(sqlWords, strings.ToLower(verb)):
		return nil, s.wrong("put SQL in double quotes, and the sentence in single ones: '"+short(who)+" may \"SELECT 1\" at DOOR'", "%q is no method", short(verb))
	default:
		return nil, s.wrong(didYouMean(verb, append([]string{"prepare", "log", "not"}, methods...), sentenceHint), "%q is nothing that one can do at a door", short(verb))
	}
	doorName, err := s.door()
	if err != nil {
		return nil, err
	}
	if err := p.fill(out, s, doorName, who, whoAt); err != nil {
		return nil, err
	}
	return out, nil
}

// sqlWords are what SQL begins with that has lost its quotes.
var sqlWords = Vocabulary{}.filled().Statements

func (s *scanner) path(path string) *sentenceError {
	if path == "" || path[0] != '/' {
		return s.wrong("write /path after the method", "here a path is wanted")
	}
	if strings.Contains(path, "*") {
		return s.wrong("write one path that the rule is to cover", "a test asks for one path, not for a pattern")
	}
	if _, bad := parsePath(path); bad != nil {
		return s.wrong(bad.hint, "no request has this path: %s", bad.what)
	}
	return nil
}

// door reads `at DOOR` and the end.
func (s *scanner) door() (string, *sentenceError) {
	if s.next() != "at" {
		return "", s.wrong("end with `at DOOR`", "here `at` and the name of a door are wanted")
	}
	name := s.next()
	if name == "" {
		return "", s.wrong("end with `at DOOR`", "here the name of a door is wanted")
	}
	at := *s
	for {
		switch word := s.next(); word {
		case "":
			at.address, at.time = s.address, s.time
			*s = at
			return name, nil
		case "from":
			addr, err := netip.ParseAddr(s.next())
			if err != nil || addr.Zone() != "" {
				return "", s.wrong("write `from 10.0.3.7`", "here an address is wanted")
			}
			s.address = addr.Unmap()
		case "on":
			when, err := time.Parse("2006-01-02T15:04Z07:00", s.next())
			if err != nil {
				return "", s.wrong("write `on 2026-03-02T09:00Z`, or `on 2026-03-02T09:00+01:00`", "here a moment is wanted")
			}
			s.time = when
		default:
			return "", s.wrong("end after the door's name, or go on with `from ADDRESS` or `on TIME`", "%q follows the name of the door", short(word))
		}
	}
}

// readSQL reads `"SQL" at DOOR`; the SQL goes to the last quote.
func (p *Policy) readSQL(s *scanner, out *sentence, who string, whoAt scanner, prepared bool) (*sentence, *sentenceError) {
	for s.pos < len(s.text) && isBlank(s.text[s.pos]) {
		s.pos++
	}
	s.from = s.pos
	last := strings.LastIndexByte(s.text, '"')
	if s.pos >= len(s.text) || s.text[s.pos] != '"' || last == s.pos {
		s.pos = len(s.text)
		return nil, s.wrong("write \"SQL\" in double quotes, then `at DOOR`", "here a statement in double quotes is wanted")
	}
	text, sqlAt := s.text[s.pos+1:last], scanner{text: s.text, pos: last + 1, from: s.pos}
	s.pos = last + 1
	name, err := s.door()
	if err != nil {
		return nil, err
	}
	if err := p.fill(out, s, name, who, whoAt); err != nil {
		return nil, err
	}
	if !out.door.kind.takes(&sallyport.Statement{}) {
		return nil, sqlAt.wrong("name a database door", "%s is no database door, and this is SQL", name)
	}
	if p.analyze == nil {
		return nil, &sentenceError{CodeTestSQL, sqlAt.from, sqlAt.pos, "no analysis of SQL is built in, so the statement cannot be tested", "remove the test"}
	}
	st, errSQL := p.analyze(*out.door.door, text)
	if errSQL != nil || st == nil {
		return nil, &sentenceError{CodeTestSQL, sqlAt.from, sqlAt.pos, fmt.Sprintf("analysing the statement: %v", errSQL), "write one SQL statement as the app sends it"}
	}
	own := *st
	if p.lineage != nil && own.Lineage == nil {
		own.Lineage = p.lineage(*out.door.door, out.door.named(), text)
	}
	own.Prepared = own.Prepared || prepared || out.door.kind == mysqlKind && placeholder(text)
	out.cross.Act = &own
	return out, nil
}

// placeholder tells whether a `?` stands outside of strings and quoted names.
func placeholder(text string) bool {
	var quote byte
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == '\\' && quote != '`' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"' || c == '`':
			quote = c
		case c == '?':
			return true
		}
	}
	return false
}

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
		if !key.Expires.IsZero() {
			c.Context.Time = key.Expires.Add(-time.Second)
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
	if !s.time.IsZero() {
		c.Context.Time = s.time
	}
	return nil
}
