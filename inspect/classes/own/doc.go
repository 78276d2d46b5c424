// Package own finds what a user has listed: words, and what one regular
// expression matches. It knows nothing of the built-in classes beside which it
// runs, but speaks of hits as they do.
package own
