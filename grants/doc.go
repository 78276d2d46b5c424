// Package grants derives from a policy the rights that the logins of its
// database doors need at their servers, so that the parser is not the only lock.
//
// It knows what each kind of statement and each danger needs at a MySQL, a
// MariaDB and a PostgreSQL, how rights are written as SQL, and how the rights that
// a server has are read and held against those. It opens no connection and knows
// no driver: a Querier asks the server for it. It changes nothing at a server, and
// it never sees a password.
package grants
