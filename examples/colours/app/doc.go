// Package app is the favourite-colours application as an http.Handler: sign
// up, log in, save a favourite colour, as pages with forms and as a JSON API
// under /api.
//
// It knows accounts, passwords, sessions and what a valid input is. It knows
// no SQL (see package store), no listener and no TLS (see cmd/colours), and
// nothing of the gateway that may stand before or behind it.
package app
