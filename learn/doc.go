// Package learn makes rules of what crossed: from the entries of a ledger, the
// `allow:` rules that cover just that, the shapes that a rule can pin, and the
// statements that `prepared: required` refuses, or would.
//
// It knows entries and how a policy's rules cover what they cover (law 5: one
// rule covers a statement whole, and all rules that cover it hold together). It
// reads no ledger and changes no policy: what it writes is for a person to read
// before it is put in force. What it cannot put into a rule it says.
package learn
