// Package postgres is a codec for the PostgreSQL frontend/backend protocol,
// version 3: bytes to messages and back, for both ends of a connection.
//
// It knows the framing of messages, the start-up packets (StartupMessage,
// SSLRequest, GSSENCRequest, CancelRequest), the authentication exchange with
// SCRAM-SHA-256 and its channel binding on both sides, and the messages of the
// simple query, extended query and COPY flows. It is made for a proxy: rows can
// be counted and forwarded at the cost of reading their five-byte header,
// without decoding or holding them.
//
// It does not know what a statement means, who may send one, which message may
// follow which, how to listen, dial or set a deadline: it reads from an
// io.Reader and writes to an io.Writer that it is given. GSSAPI, SSPI and
// Kerberos are recognised, to be refused; so are function calls. Replication
// goes on inside CopyData, which is not looked into. TLS that starts without an
// SSLRequest is for who accepts the connection to tell.
//
// Decoders borrow, except where they say otherwise: the byte slices in what
// they return point into the payload they were given, and live as long as it
// does. Encoders append whole messages, header and all, to a slice and return
// it. A string that is given to an encoder is cut at its first NUL, which ends
// strings on the wire, so that it cannot become two fields. What does not fit
// a message at all, over 1 GiB or 65,535 items, is the caller's mistake and
// panics: nothing that was decoded can be so large.
//
// The names and layouts are those of the PostgreSQL manual's chapter
// "Frontend/Backend Protocol", sections "Message Formats" and "Error and Notice
// Message Fields".
package postgres
