package postgresgate

import (
	"strings"

	"github.com/sallyport/sallyport"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// harmless are the parameters that a login may set, as SET of them belongs to
// the group session: how values are written, and how transactions begin. Whom a
// session acts as and what it may use up are not among them; nor is what names
// mean, search_path, which is judged as a SET of it.
var harmless = map[string]bool{
	"application_name": true, "client_min_messages": true, "datestyle": true, "intervalstyle": true, "timezone": true,
	"extra_float_digits": true, "bytea_output": true, "xmloption": true, "default_transaction_isolation": true,
	"default_transaction_read_only": true, "default_transaction_deferrable": true,
}

// accept judges the parameters of a StartupMessage, and returns those that the
// session at the database begins with. The reason is set where the login is
// refused, and which then says what for the client alone.
func (d *door) accept(m *wire.StartupMessage) (params []wire.Parameter, which string, why sallyport.Reason) {
	refuse := func(note string) sallyport.Reason { return sallyport.Reason{Code: sallyport.Protocol, Note: note} }
	user, _ := m.Get("user")
	if user == "" {
		return nil, "", refuse("the login names no user")
	}
	for _, p := range m.Params {
		name := strings.ToLower(p.Name)
		switch {
		case name == "user", strings.HasPrefix(name, "_pq_."):
		case name == "database":
			// A client that names none sends the user's name, as libpq does.
			if p.Value != "" && p.Value != d.d.Database && p.Value != user {
				return nil, "", refuse(otherDatabase)
			}
		case name == "replication":
			if on := strings.ToLower(p.Value); on != "" && on != "false" && on != "off" && on != "no" && on != "0" {
				return nil, "", refuse("the door does not serve replication")
			}
		case name == "client_encoding":
			if !isUTF8(p.Value) {
				return nil, "", refuse("the login wants a client_encoding other than UTF8")
			}
		case name == "options":
			more, bad := options(p.Value)
			if bad {
				return nil, "options", refuse("the login sets what it may not")
			}
			params = append(params, more...)
		case harmless[name], name == searchPath:
			params = append(params, wire.Parameter{Name: name, Value: p.Value})
		default:
			return nil, p.Name, refuse("the login sets what it may not")
		}
	}
	paths := 0
	for _, p := range params {
		if p.Name != searchPath {
			continue
		}
		if paths++; paths > 1 {
			return nil, searchPath, refuse("the login sets a parameter twice")
		}
		if _, ok := setOfPath(p.Value); !ok {
			return nil, searchPath, refuse("the login sets a parameter to what is no value of it")
		}
	}
	return params, "", sallyport.Reason{}
}

const otherDatabase = "the login names a database other than the door's `database:`"

// isUTF8 tells whether a client encoding is UTF8 under one of its names, which
// the server compares by letters and digits alone.
func isUTF8(name string) bool {
	key := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, strings.ToLower(name))
	return key == "utf8" || key == "unicode"
}

// options reads the command line that a login may carry: `-c name=value` and
// `--name=value`, of parameters that a login may set. A backslash, which joins what blanks
// would part, is not read.
func options(line string) (params []wire.Parameter, bad bool) {
	if strings.Contains(line, `\`) {
		return nil, true
	}
	words := strings.Fields(line)
	for i := 0; i < len(words); i++ {
		setting, long := strings.CutPrefix(words[i], "--")
		if !long {
			short, ok := strings.CutPrefix(words[i], "-c")
			if setting = short; !ok {
				return nil, true
			}
			if setting == "" && i+1 < len(words) {
				i++
				setting = words[i]
			}
		}
		name, value, ok := strings.Cut(setting, "=")
		name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
		if !ok || !harmless[name] && name != searchPath {
			return nil, true
		}
		params = append(params, wire.Parameter{Name: name, Value: value})
	}
	return params, false
}
