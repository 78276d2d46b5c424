// Package auth answers who a caller is: it checks API keys and client
// certificates, knows the passwords that apps may show at a door, and slows
// down those that guess.
//
// It knows what proves a name under the policy in force. It does not know what
// a proven name may do (the policy decides), how a proof travels in a database
// protocol (the doors verify scrambles themselves), and it opens no connection
// and keeps no policy.
package auth
