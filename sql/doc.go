// Package sql knows what a SQL statement does: its kind, the tables, columns,
// functions and variables it names, what it changes in the session, and its
// shape: the text without its literals.
//
// A dialect (sql/mysql, sql/postgres) brings the lexer and the grammar; this package
// holds the words that all dialects share and the cache of analyses. It knows
// no connection, no catalogue and no policy, and it never holds a verdict.
//
// The analysis is a function of the statement's key and the session. The key
// is the token sequence with each literal replaced by its type, so two
// statements that differ in literals alone have one analysis by construction:
// the grammar never sees the literals.
package sql
