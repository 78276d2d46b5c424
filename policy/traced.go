package policy

import (
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
)

// untracedDangers bring values that no lineage tells of: of files, other
// servers, other sessions and statements in strings.
var untracedDangers = []string{"file", "network", "admin", "dynamic_sql", "sessions"}

// untraced tells whether a statement can do what its lineage does not tell of.
func untraced(s *sallyport.Statement) bool {
	return slices.ContainsFunc(s.Dangers, func(d string) bool { return slices.Contains(untracedDangers, d) })
}

// quietKinds are the kinds of statement that show no value, move none, and leave
// every column what it was.
var quietKinds = []string{"truncate", "lock", "drop", "transaction", "use", "grant", "kill", "flush", "notify"}

// definingKinds show definitions and settings.
var definingKinds = []string{"show", "describe"}

// quiet tells whether nothing stored can come out of a statement, or be moved by
// it, whatever its lineage says.
func quiet(s *sallyport.Statement) bool {
	return only(s, quietKinds) || only(s, definingKinds) && !untraced(s)
}

// touchesNothing tells whether a statement has nothing to take a stored value
// from: no table, and nothing that could stand for one.
func touchesNothing(s *sallyport.Statement) bool {
	if len(s.Tables) > 0 || untraced(s) || s.Lineage != nil && (s.Lineage.Code || len(s.Lineage.Relations) > 0) {
		return false
	}
	for _, d := range [...]string{"stored_code", "user_variable", "into_variable"} {
		if slices.Contains(s.Dangers, d) {
			return false
		}
	}
	return quiet(s) || only(s, []string{"select", "set", "explain"})
}

// only tells whether a statement is of these kinds alone.
func only(s *sallyport.Statement, kinds []string) bool {
	return slices.Contains(kinds, s.Kind) && !slices.ContainsFunc(s.Kinds, func(k string) bool { return !slices.Contains(kinds, k) })
}

// maxWhy bounds what a note repeats of a lineage, in bytes: it can name what a
// client named.
const maxWhy = 200

// whyUnknown says in words what is not known of a lineage.
func whyUnknown(l *sallyport.Lineage) string {
	if l != nil {
		if l.Unknown != "" {
			return brief(l.Unknown)
		}
		for _, c := range l.Columns {
			if c.Unknown != "" {
				return brief(c.Unknown)
			}
		}
	}
	return "nobody has worked out where its values come from"
}

func brief(why string) string {
	if len(why) <= maxWhy {
		return why
	}
	return strings.ToValidUTF8(why[:maxWhy], "") + "…"
}
