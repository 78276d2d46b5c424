package learn

import (
	"strings"
	"unicode"
)

// nameOf is a table of an entry as a rule of the door names it: the database
// that unqualified names of the rules are in stands for itself, every other is
// written out. It is false for a name that no rule can have. An entry does not
// tell a dot within a name from the one before it.
func nameOf(table, proto, session, home string) (string, bool) {
	schema, name, qualified := strings.Cut(table, ".")
	if !qualified {
		schema, name = session, table
		if proto == "postgres" {
			schema = "public"
		}
	}
	if proto == "postgres" {
		home = "public"
	}
	switch {
	case !plainName(name) && name != "*", schema != "" && !plainName(schema), name == "*" && schema == "":
		return "", false
	case schema == "" || schema == home && name != "*":
		return name, true
	}
	return schema + "." + name, true
}

// plainName tells whether a rule can have a part of a table's name: 1 to 64
// bytes without quotes, blanks, dots and what else a rule gives a meaning.
func plainName(s string) bool {
	return s != "" && len(s) <= 64 && !strings.ContainsAny(s, "`\"' %?,;().*") && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsPrint(r) || r == unicode.ReplacementChar
	})
}
