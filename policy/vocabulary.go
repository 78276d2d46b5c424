package policy

import (
	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
)

// Vocabulary is what the program that loads a policy is built with: the words
// that the policy's language leaves open.
type Vocabulary struct {
	Doors      []string // the kinds of door, as in `kind:`
	Statements []string // kinds of statement; nil for those of package sql
	Dangers    []string // words of sql.Danger; nil for those of package sql

	// Masker reads the masker that a class names, or says what is wrong with it
	// and what to write. Without it no class can name one.
	Masker func(spec string) (m Masker, what, hint string)

	// Lineage says where the values of a statement that Analyze has read come from
	// and go to. Without it, or where it gives nil, that is not known.
	Lineage Lineage

	// Analyze reads the statement of a test or of a question to Explain as the
	// door would, with the door's database as the session's. Without it a
	// policy with such tests does not load.
	Analyze Analyzer
}

// Analyzer says what a SQL text does at a door. A text that is not understood
// is no error but a Statement with Unparsed set.
type Analyzer func(door Door, text string) (*sallyport.Statement, error)

// Lineage is worked out without a database: named are the columns, of the door's
// tables, that the policy speaks of. A column may be "*", which names none.
type Lineage func(door Door, named []sallyport.Origin, text string) *sallyport.Lineage

// filled is v with the words of package sql where v brings none of its own.
func (v Vocabulary) filled() Vocabulary {
	if v.Statements == nil {
		for _, k := range sql.Kinds() {
			v.Statements = append(v.Statements, k.String())
		}
	}
	if v.Dangers == nil {
		for d := sql.DangerNone + 1; d.String() != "invalid"; d++ {
			v.Dangers = append(v.Dangers, d.String())
		}
	}
	return v
}
