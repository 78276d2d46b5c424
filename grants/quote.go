package grants

import "strings"

// name quotes an identifier, so that no name of a policy or a server is ever
// more than a name.
func (s Server) name(id string) string {
	if s.Flavour == Postgres {
		return `"` + strings.ReplaceAll(id, `"`, `""`) + `"`
	}
	return "`" + strings.ReplaceAll(id, "`", "``") + "`"
}

// text quotes a string. A backslash is doubled for MySQL, which is right in its
// default mode; PostgreSQL gets none, since E” reads the same in every mode.
func (s Server) text(v string) string {
	quoted := "'" + strings.ReplaceAll(v, "'", "''") + "'"
	if !strings.Contains(v, `\`) {
		return quoted
	}
	quoted = strings.ReplaceAll(quoted, `\`, `\\`)
	if s.Flavour == Postgres {
		return "E" + quoted
	}
	return quoted
}

// account is a grantee: a role of PostgreSQL, a user at a host of MySQL.
func (s Server) account(user, host string) string {
	if s.Flavour == Postgres {
		return s.name(user)
	}
	return s.text(user) + "@" + s.text(host)
}

var patternEscapes = strings.NewReplacer(`\`, `\\`, `_`, `\_`, `%`, `\%`)

// object is what a right is on, as it stands after ON. In MySQL's grants on a
// whole database _ and % are wildcards, so they are escaped.
func (s Server) object(r Right) string {
	if s.Flavour != Postgres {
		switch {
		case r.Level == OnServer:
			return "*.*"
		case r.Level == OnSchema && r.Pattern:
			return s.name(r.Schema) + ".*"
		case r.Level == OnSchema:
			return s.name(patternEscapes.Replace(r.Schema)) + ".*"
		case r.Level == OnRoutine:
			return routineWord(r) + s.name(r.Schema) + "." + s.name(strings.TrimPrefix(strings.TrimPrefix(r.Name, procedurePrefix), functionPrefix))
		}
		return s.name(r.Schema) + "." + s.name(r.Name)
	}
	switch r.Level {
	case OnDatabase:
		return "DATABASE " + s.name(r.Name)
	case OnSchema:
		return "SCHEMA " + s.name(r.Schema)
	}
	word, plural := "", "TABLES"
	switch r.Level {
	case OnSequence:
		word, plural = "SEQUENCE ", "SEQUENCES"
	case OnRoutine:
		// The name of a routine is its signature, which the server has quoted.
		if r.Name != "*" {
			return "ROUTINE " + s.name(r.Schema) + "." + r.Name
		}
		plural = "ROUTINES"
	}
	if r.Name == "*" {
		return "ALL " + plural + " IN SCHEMA " + s.name(r.Schema)
	}
	return word + s.name(r.Schema) + "." + s.name(r.Name)
}

// MySQL has procedures and functions of one name: which of them a right is on
// stands before the name.
const (
	procedurePrefix = "procedure "
	functionPrefix  = "function "
)

func routineWord(r Right) string {
	if strings.HasPrefix(r.Name, procedurePrefix) {
		return "PROCEDURE "
	}
	return "FUNCTION "
}

// comment makes a text fit for the rest of a comment's line: names of a policy
// or a server may hold line ends.
func comment(text string) string {
	return strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c == 0x85 || c == 0x2028 || c == 0x2029 {
			return ' '
		}
		return c
	}, text)
}
