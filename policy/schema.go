package policy

// The schema is every key that the language has, in the order in which fmt
// writes them. The reader, fmt, the list of what is not yet there and the test
// of docs/policy.md all go by it.

// key is one key of an object.
type key struct {
	name   string
	notYet bool    // known, and refused in this version
	object *object // what its value is made of, where that has keys
	list   bool    // a list of such objects
	named  bool    // a mapping from names that the policy gives to such objects
}

// object is a set of keys.
type object struct {
	what string // as a message calls it: "a door"
	keys []key
}

func (o *object) find(name string) (key, bool) {
	for _, k := range o.keys {
		if k.name == name {
			return k, true
		}
	}
	return key{}, false
}

func (o *object) names() []string {
	var all []string
	for _, k := range o.keys {
		if !k.notYet {
			all = append(all, k.name)
		}
	}
	return all
}

var schemaPolicy = &object{what: "a policy", keys: []key{
	{name: "version"},
	{name: "apps", object: schemaApp, named: true},
	{name: "hosts", object: schemaHost, named: true},
	{name: "classes", object: schemaClass, named: true},
	{name: "doors", object: schemaDoor, list: true},
	{name: "keys", object: schemaKey, named: true},
	{name: "issuers", notYet: true, named: true},
	{name: "ledger", object: schemaLedger},
	{name: "admin", object: schemaAdmin},
	{name: "console", notYet: true},
	{name: "tests"},
}}

var schemaApp = &object{what: "an app", keys: []key{
	{name: "proof"},
	{name: "password"},
	{name: "certificates"},
	{name: "addresses"},
	{name: "masking-key"},
	{name: "kubernetes", notYet: true},
}}

var schemaClass = &object{what: "a class", keys: []key{
	{name: "detect", notYet: true},
	{name: "min-hits", notYet: true},
	{name: "columns"},
	{name: "mask"},
	{name: "predicates"},
}}

var schemaHost = &object{what: "a host", keys: []key{
	{name: "name"},
	{name: "port"},
	{name: "addresses"},
	{name: "tls", object: schemaHostTLS},
	{name: "plaintext"},
	{name: "kubernetes", notYet: true},
}}

var schemaHostTLS = &object{what: "a host's tls", keys: []key{
	{name: "verify"},
	{name: "ca"},
	{name: "server-name"},
	{name: "cert"},
	{name: "key"},
}}

var schemaDoor = &object{what: "a door", keys: []key{
	{name: "name"},
	{name: "kind"},
	{name: "listen"},
	{name: "tls", object: schemaDoorTLS},
	{name: "plaintext"},
	{name: "to", object: schemaTo},
	{name: "database"},
	{name: "multi-statements"},
	{name: "local-infile"},
	{name: "login", object: schemaLogin},
	{name: "logins", object: schemaLogin, named: true},
	{name: "allow", object: schemaRule, list: true},
	{name: "injection", notYet: true},
	{name: "waf", notYet: true},
	{name: "in", named: true},
	{name: "out", named: true},
	{name: "unknown-lineage"},
	{name: "mode"},
	{name: "audit"},
	{name: "limits", object: schemaLimits},
}}

var schemaDoorTLS = &object{what: "a door's tls", keys: []key{
	{name: "cert"},
	{name: "key"},
	{name: "optional"},
	{name: "acme", notYet: true},
	{name: "client", object: schemaDoorClient},
}}

var schemaDoorClient = &object{what: "a door's tls for clients", keys: []key{
	{name: "ca"},
	{name: "optional"},
}}

var schemaTo = &object{what: "the way to an app", keys: []key{
	{name: "app"},
	{name: "url"},
	{name: "ca"},
	{name: "server-name"},
	{name: "plaintext"},
}}

var schemaLogin = &object{what: "a login", keys: []key{
	{name: "user"},
	{name: "password"},
}}

var schemaRule = &object{what: "a rule", keys: []key{
	{name: "who", object: schemaWho},
	{name: "methods"},
	{name: "paths"},
	{name: "upgrade"},
	{name: "openapi", notYet: true},
	{name: "statements"},
	{name: "tables"},
	{name: "columns"},
	{name: "functions"},
	{name: "dangers"},
	{name: "prepared"},
	{name: "shapes"},
	{name: "rows"},
	{name: "rows-per-hour"},
	{name: "rows-per-day"},
	{name: "values-per-hour", named: true},
	{name: "login"},
	{name: "to", notYet: true},
	{name: "open", notYet: true},
	{name: "opaque", notYet: true},
	{name: "from", notYet: true},
	{name: "size", notYet: true},
	{name: "addresses"},
	{name: "hours"},
	{name: "rate"},
	{name: "body"},
}}

var schemaWho = &object{what: "a caller", keys: []key{
	{name: "key"},
	{name: "jwt", notYet: true},
	{name: "claims", notYet: true},
	{name: "mtls"},
}}

var schemaLimits = &object{what: "limits", keys: []key{
	{name: "sessions"},
	{name: "sessions-per-caller"},
	{name: "unproven"},
	{name: "requests"},
	{name: "requests-per-caller"},
	{name: "rate"},
	{name: "idle"},
	{name: "handshake"},
	{name: "header"},
	{name: "statement"},
	{name: "memory"},
	{name: "memory-per-caller"},
}}

var schemaKey = &object{what: "a key", keys: []key{
	{name: "sha256"},
	{name: "expires"},
}}

var schemaLedger = &object{what: "the ledger", keys: []key{
	{name: "path"},
	{name: "keep"},
	{name: "anchors"},
	{name: "addresses"},
}}

var schemaAdmin = &object{what: "admin", keys: []key{
	{name: "listen"},
	{name: "token"},
}}

// notYetWords are values that the language has and this version refuses, by
// the path of their key.
var notYetWords = map[string][]string{
	"doors[].kind": {"egress", "smtp", "file", "mqtt"},
	"tests[]":      {"connect", "send"},
}

// notYetKinds are the kinds of door that will have a key of another kind, by the
// path of the key.
var notYetKinds = map[string][]string{
	"doors[].in":               {"http"},
	"doors[].out":              {"http"},
	"doors[].tls.client":       {"http"},
	"doors[].allow[].who.mtls": {"http"},
}
