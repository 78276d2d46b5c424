package sallyport

import "slices"

// methods are those of the IANA registry that a request to an app can have.
// CONNECT and TRACE are not: no door forwards them.
var methods = []string{
	"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "SEARCH", "REPORT",
	"PROPFIND", "PROPPATCH", "MKCOL", "MKCALENDAR", "COPY", "MOVE", "LOCK", "UNLOCK", "ACL",
	"BIND", "UNBIND", "REBIND", "LINK", "UNLINK", "CHECKIN", "CHECKOUT", "UNCHECKOUT", "MERGE",
	"MKACTIVITY", "MKWORKSPACE", "MKREDIRECTREF", "UPDATE", "UPDATEREDIRECTREF", "LABEL",
	"BASELINE-CONTROL", "VERSION-CONTROL", "ORDERPATCH",
}

// Methods is the HTTP methods that a rule can name and the ledger writes.
func Methods() []string { return slices.Clone(methods) }

// Verb is one word of a closed set for the method: a client may invent others,
// and those must not become names in the ledger.
func (r *HTTPRequest) Verb() string {
	if slices.Contains(methods, r.Method) || r.Method == "CONNECT" || r.Method == "TRACE" {
		return r.Method
	}
	return "other"
}
