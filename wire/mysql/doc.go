// Package mysql is a codec for the MySQL and MariaDB client/server protocol,
// version 4.1 and later: bytes to messages and back, for both ends of a
// connection.
//
// It knows packet framing, the connection phase (greeting, response, TLS
// request, authentication methods), the commands, result sets in the text and
// the binary protocol, and which packet of a response is what. It is made for
// a proxy: rows can be counted and forwarded at the cost of reading their
// four-byte header, without decoding or holding them.
//
// It does not know what a statement means, who may send one, how to listen,
// dial or set a deadline: it reads from an io.Reader and writes to an
// io.Writer that it is given. Compression is not supported; a peer must not
// negotiate it (see Supported).
//
// Decoders borrow: the byte slices in what they return point into the payload
// they were given, and live as long as it does. Encoders append to a slice and
// return it. The names and layouts are those of the MySQL manual's "Client/Server
// Protocol" pages and of MariaDB's protocol documentation.
package mysql
