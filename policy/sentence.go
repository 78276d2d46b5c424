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
// Each may end with `from ADDRESS` and `on mon at 09:00 Europe/Berlin`: where the
// caller is, and when. Otherwise it is where its app's first address says, and no rule
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
	times []time.Time // of each it is asked, where it says a time and no day

	whenFrom, whenTo int // where the words behind the door's name are
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
	when    moment
	tail    int // where the words behind the door's name begin
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
	s := &scanner{text: text, when: noMoment()}
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
			if err := s.timed(); err != nil {
				return "", err
			}
			at.address, at.when, at.tail = s.address, s.when, at.pos
			*s = at
			return name, nil
		case "from":
			addr, err := netip.ParseAddr(s.next())
			if err != nil || addr.Zone() != "" {
				return "", s.wrong("write `from 10.0.3.7`", "here an address is wanted")
			}
			s.address = addr.Unmap()
		case "on":
			if err := s.on(); err != nil {
				return "", err
			}
		case "at":
			if err := s.at(); err != nil {
				return "", err
			}
		default:
			return "", s.wrong("end after the door's name, or go on with `from ADDRESS`, `on DAY` and `at TIME`", "%q follows the name of the door", short(word))
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
