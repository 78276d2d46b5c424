package sql

import "strings"

// Modes is the set of those words of sql_mode that change what a statement's
// text means.
type Modes uint8

// The modes that matter (MariaDB: "SQL_MODE"; MySQL: "Server SQL Modes").
const (
	ModeANSIQuotes         Modes = 1 << iota // "x" is an identifier
	ModeNoBackslashEscapes                   // \ is a plain character in strings
	ModeIgnoreSpace                          // count (*) is a function call
	ModePipesAsConcat                        // || is no OR
	ModeHighNotPrecedence                    // NOT binds as ! does
	ModeOracle                               // another grammar altogether
)

// ParseModes finds the modes that matter in a value of @@sql_mode.
func ParseModes(mode string) Modes {
	var m Modes
	for word := range strings.SplitSeq(mode, ",") {
		switch strings.ToUpper(strings.TrimSpace(word)) {
		case "ANSI_QUOTES":
			m |= ModeANSIQuotes
		case "NO_BACKSLASH_ESCAPES":
			m |= ModeNoBackslashEscapes
		case "IGNORE_SPACE":
			m |= ModeIgnoreSpace
		case "PIPES_AS_CONCAT":
			m |= ModePipesAsConcat
		case "HIGH_NOT_PRECEDENCE":
			m |= ModeHighNotPrecedence
		case "ANSI", "DB2", "MAXDB", "MSSQL", "POSTGRESQL":
			m |= ModeANSIQuotes | ModeIgnoreSpace | ModePipesAsConcat
		case "ORACLE":
			m |= ModeOracle | ModeANSIQuotes | ModeIgnoreSpace | ModePipesAsConcat
		}
	}
	return m
}
