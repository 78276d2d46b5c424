// Package mysql knows the SQL text of MySQL and MariaDB: its own lexer, the
// shape of a statement, and the analysis of its syntax tree.
//
// The grammar is the one of github.com/pingcap/tidb/pkg/parser, but it never
// sees the statement: it is handed a text written anew from the tokens that
// the lexer here has cut, without comments, with a stand-in for each literal
// and with quotes around whatever this lexer took for an identifier. So lexer
// and grammar cannot disagree about what is code and what is data. The lexer
// follows the manuals' chapter "Language Structure" and refuses where servers
// differ.
//
// It knows no connection and no policy, and an analysis hangs on no catalogue:
// views appear by their names; what a stored routine does is unknown. A
// CatalogueReader makes the catalogue that names are resolved in from the rows
// that a server gives.
package mysql
