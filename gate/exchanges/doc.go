// Package exchanges is what the statements that pass a door of a database have in
// common on their way: the rows of their response, counted as they pass, and the
// facts that their text holds.
//
// It knows no protocol and judges nothing: what has passed it tells the guard, and
// asks how much more may.
package exchanges
