// Package postgres knows the SQL text of PostgreSQL 12 to 17: its own lexer,
// the shape of a statement, and the analysis of its syntax tree.
//
// The grammar is PostgreSQL's own, of version 17, compiled to WebAssembly
// (github.com/wasilibs/go-pgquery), but it never sees the statement: it is
// handed a text written anew from the tokens that the lexer here has cut,
// without comments, with a stand-in for each literal and with quotes around
// whatever this lexer took for a name that is a keyword as well. So lexer and
// grammar cannot disagree about what is code and what is data. The lexer follows
// the manual's section "Lexical Structure" and refuses where versions differ.
//
// It knows no connection and no policy. An analysis is of the text alone: views
// appear by their names, and what a stored function does is unknown. What it
// knows of a catalogue is apart from that: which queries a door asks a server,
// and how a sql.Catalogue is made of the rows. From the text alone nobody
// can tell a native function from a stored one of the same name whose arguments
// fit better, or that stands first in the search_path; a column `t.f` from the
// call f(t); an operator or a cast from the function that is behind it; or what
// a rule, a trigger, a row security policy or a foreign key makes of it.
package postgres
