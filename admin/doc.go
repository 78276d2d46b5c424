// Package admin serves the running gateway's own API: health, metrics,
// profiles, what is open, the kill switch and the reload, on a unix socket or
// on loopback.
//
// It knows HTTP and who may ask. What the answers are it asks of the Gateway
// that it is given; what it changes, the Gateway records.
package admin
