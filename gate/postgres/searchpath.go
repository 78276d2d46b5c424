package postgresgate

import (
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// searchPath is the parameter of a login that says what names mean. It is judged
// as the SET that it stands for, once it is known who asks.
const searchPath = "search_path"

// pathOf is the search_path among a login's parameters.
func pathOf(params []wire.Parameter) (value string, asked bool) {
	for _, p := range params {
		if p.Name == searchPath {
			return p.Value, true
		}
	}
	return "", false
}

// setOfPath is the SET of a search_path whose value is written as a login has it:
// a list of names, which the server folds to lower case where they are not quoted
// (SplitIdentifierString). It is false for what the server takes for no list.
func setOfPath(value string) (string, bool) {
	const blanks = " \t\n\r\f"
	if strings.Contains(value, "\v") {
		return "", false // which is a blank from PostgreSQL 16 on, and part of a name before
	}
	var names []string
	for rest := strings.TrimLeft(value, blanks); rest != "" || len(names) > 0; {
		var name string
		if quoted, ok := strings.CutPrefix(rest, `"`); ok {
			for {
				part, behind, closed := strings.Cut(quoted, `"`)
				if !closed {
					return "", false
				}
				name += part
				if quoted, ok = strings.CutPrefix(behind, `"`); !ok {
					rest = behind
					break
				}
				name += `"`
			}
		} else {
			end := strings.IndexAny(rest+",", ","+blanks)
			if end == 0 {
				return "", false
			}
			name, rest = lower(rest[:end]), rest[end:]
		}
		names = append(names, quote(name))
		rest = strings.TrimLeft(rest, blanks)
		if rest == "" {
			break
		}
		var more bool
		if rest, more = strings.CutPrefix(rest, ","); !more {
			return "", false
		}
		rest = strings.TrimLeft(rest, blanks)
	}
	if len(names) == 0 {
		names = []string{"''"}
	}
	return "SET search_path = " + strings.Join(names, ", "), true
}

// lower folds the letters of ASCII, as the server does with a name in UTF8.
func lower(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, name)
}

// quote writes a name for a statement. One without a letter is none there.
func quote(name string) string {
	if name == "" {
		return "''"
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// setPath judges the search_path that a login asks for as the SET of it, and
// records it as one. x is nil where the login asks for none. Where it may not be
// set, so may the login p not be: the client has been told, and in is false.
func (s *session) setPath(p *guard.Passage, act *sallyport.Logon, params []wire.Parameter) (x *exchange, in bool) {
	value, asked := pathOf(params)
	if !asked {
		return nil, true
	}
	text, _ := setOfPath(value) // accept has refused what is no list
	m, err := s.understand([]byte(text))
	if err != nil {
		p.Close(err)
		return nil, false
	}
	x = &exchange{m: m, act: m.in(nil)}
	no, err := s.admit(x, uint64(len(text)))
	if err != nil {
		p.Close(err) // and it was told
		return nil, false
	}
	if no == nil && x.p.Watched() {
		s.d.analyst.NoteText(x.p, []byte(text), &s.sql)
	}
	if x.p == nil {
		p.Close(guard.ErrNotRun)
		s.farewell(no)
		return nil, false
	}
	if refused := x.p.Refusal(); refused != nil {
		x.p.Close(nil)
		why := refused.Verdict.Reason()
		p.Deny(why)
		e := refusal(why, act, p.ID())
		e.Detail = "It is: " + searchPath
		if err := p.Close(nil); err != nil {
			e = s.errorFor(err, &x.c)
		}
		s.farewell(e)
		return nil, false
	}
	return x, true
}

// settle records how the SET of a login's search_path went.
func (x *exchange) settle(err error) error {
	if x == nil {
		return nil
	}
	return x.p.Close(err)
}
