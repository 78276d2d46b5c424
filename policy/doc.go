// Package policy reads the one policy file and answers, without I/O and
// without a clock, whether a crossing is asked for (Match) and what is to be
// done with it (Decide).
//
// It knows the language: its keys, its errors and where each thing stands in
// the file. It knows no wire protocol and opens no listener; what the doors
// need of it they read from the checked Policy.
package policy
