// Package classes finds classes of sensitive data in bytes: it knows what a
// card number, an IBAN or a token of a cloud looks like and how each is
// checked. It does not know where the bytes come from, what a policy makes of
// a hit, or how documents and archives are opened.
//
// A Scanner takes a stream in chunks of any size and tells each hit once, in
// order, no matter how the stream is cut. It goes over the bytes once, from one
// anchor to the next (a digit, an @, a letter of a prefix), and looks closer
// only there. It keeps one window of fixed size and allocates nothing.
package classes
