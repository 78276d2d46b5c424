package main

// The tables. The search reads colours; accounts are read by other statements
// of the app, and payments by none.
const (
	searched = "colours"
	accounts = "users"
	payments = "payments"
)

// colour is what the honest visitor looks for: as long as a sieve needs.
const colour = "ultramarine"

// hole is one way through the vulnerable search and what is behind it.
// techniques are sqlmap's letters for those that it may use. Time alone, by
// which sqlmap reads stacked statements too, is none of the holes: that takes a
// minute and a quiet machine. Both are tried among the rest.
type hole struct {
	name, techniques string
	table, cell      string
}

var holes = []hole{
	{"any technique", "BEUSTQ", payments, "pan"},
	{"errors", "E", payments, "pan"},
	{"blind", "BT", payments, "pan"},
	{"UNION, accounts", "U", accounts, "password_hash"},
}

// honest is a page and what an honest visitor sees on it.
type honest struct{ path, want string }

// The search itself, and a page whose statement the app prepares.
var (
	search = honest{"/search?name=" + colour, `"found":["` + colour + `"]`}
	home   = honest{"/", "<span>" + colour + "</span>"}
)
