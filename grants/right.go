package grants

import (
	"cmp"
	"strings"
)

// Level is what sort of thing a right is on.
type Level uint8

// The levels, from the widest. What PostgreSQL calls a database is OnDatabase;
// what MySQL calls so holds tables, as PostgreSQL's schemas do, and is OnSchema.
const (
	OnServer Level = iota
	OnDatabase
	OnSchema
	OnTable
	OnSequence
	OnRoutine
)

// Right is a privilege on a thing. Names are as the server has them, unquoted.
type Right struct {
	Privilege    string // in upper case: "SELECT"
	Level        Level
	Schema, Name string // Name "*" is everything of the level in the schema
	Column       string // OnTable: "" for the whole table
	// Pattern says that Schema is one of MySQL's patterns, where _ and % stand
	// for any character and any text.
	Pattern bool
}

// object is the right without its privilege and column.
func (r Right) object() Right {
	r.Privilege, r.Column = "", ""
	return r
}

// compare orders rights as they are written: by object, then by privilege.
func (r Right) compare(o Right) int {
	return cmp.Or(cmp.Compare(r.Level, o.Level), cmp.Compare(r.Schema, o.Schema), cmp.Compare(r.Name, o.Name),
		cmp.Compare(rank(r.Privilege), rank(o.Privilege)), cmp.Compare(r.Privilege, o.Privilege), cmp.Compare(r.Column, o.Column))
}

// covers tells whether who has r can do all that o allows.
func (r Right) covers(o Right) bool {
	if r.Privilege != o.Privilege && r.Privilege != "ALL" {
		return false
	}
	if r.Level == OnServer {
		return true
	}
	if r.Schema != o.Schema && !(r.Pattern && !o.Pattern && likePattern(r.Schema, o.Schema)) || r.Pattern != o.Pattern && o.Pattern {
		return false
	}
	switch r.Level {
	case OnDatabase:
		return o.Level == OnDatabase && r.Name == o.Name
	case OnSchema: // MySQL's are on the tables too; PostgreSQL's USAGE is not its sequences'
		return o.Level == OnSchema || o.Level > OnSchema && r.Privilege != "USAGE"
	}
	return r.Level == o.Level && (r.Name == "*" || r.Name == o.Name) && (r.Column == "" || r.Column == o.Column)
}

// likePattern tells whether a name is one that a pattern of MySQL's grants
// means. It takes no longer than the product of their lengths.
func likePattern(pattern, name string) bool {
	p, n := 0, 0
	star, from := -1, 0 // where to go on when what follows the last % does not fit
	for n < len(name) {
		switch width := fits(pattern[p:], name[n]); {
		case width > 0:
			p, n = p+width, n+1
		case p < len(pattern) && pattern[p] == '%':
			p++
			star, from = p, n
		case star >= 0:
			from++
			p, n = star, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "%") == ""
}

// fits is how many bytes of the pattern stand for the byte c: 0 where its first
// character does not.
func fits(pattern string, c byte) int {
	switch {
	case pattern == "" || pattern[0] == '%':
		return 0
	case pattern[0] == '\\' && len(pattern) > 1:
		if pattern[1] == c {
			return 2
		}
		return 0
	case pattern[0] == '_' || pattern[0] == c:
		return 1
	}
	return 0
}

// privilegeOrder is the order in which privileges are written; others follow.
var privilegeOrder = strings.Split("CONNECT,USAGE,SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,MAINTAIN,"+
	"CREATE,DROP,ALTER,INDEX,CREATE VIEW,SHOW VIEW,CREATE TEMPORARY TABLES,LOCK TABLES,TEMPORARY,EXECUTE,CREATE ROUTINE,ALTER ROUTINE,EVENT", ",")

func rank(privilege string) int {
	for i, p := range privilegeOrder {
		if p == privilege {
			return i
		}
	}
	return len(privilegeOrder)
}
