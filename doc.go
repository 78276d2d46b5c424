// Package sallyport holds the words that every other package shares: what a
// crossing is, who its parties are, what act it was, what flowed which way,
// what was found, and what was decided and why.
//
// Everything is seen from the application that is guarded: In is what reaches
// it, Out is what leaves it. The package does no I/O, imports the standard
// library only, and knows no protocol, no policy language and no ledger.
//
// Zero values refuse: the zero [Effect] is Deny, the zero [Proof] proves
// nothing, the zero [Verdict] is a denial without a reason.
package sallyport
