// Package catalogue keeps what a door knows of its database's tables, views and
// routines fresh, and says with it where the values of a statement come from.
//
// It knows when to ask anew and how to put an answer into the words of the root
// package. It knows no protocol and no dialect: a door reads its database and
// analyses its statements.
package catalogue
