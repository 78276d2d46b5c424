// Package daemon is the running gateway: it puts a policy, a ledger, a guard
// and the doors together, reloads them as one, and ends in good order.
//
// It wires and decides nothing: what may cross is the policy's, how it crosses
// is the guard's and the doors'.
package daemon
