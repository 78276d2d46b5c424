// Package mysqlgate is the MySQL door: it ends the app's login and makes its
// own at the database, so that the app never holds the database's password; it
// takes each statement through the guard, and forwards responses untouched
// while counting their rows.
//
// It knows the conversation of the MySQL protocol and nothing of rules: what a
// statement does is told by package sql, what may cross is decided by the
// guard, and bytes are turned into messages by package wire/mysql.
//
// The folder is gate/mysql; the package is called mysqlgate because it needs
// the codec and the dialect under that name.
package mysqlgate
