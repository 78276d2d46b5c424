// Package sessions is what the sessions of the doors of databases have in common:
// two connections, the app's and the database's behind it, a wait between
// messages, and somebody who looks after those that wait, hang or have to end.
//
// It knows no protocol and judges nothing: a door says what ends a session, and
// what its client is told then.
package sessions
