package find

import "github.com/sallyport/sallyport"

// sort says how the values of a field are read.
type sort uint8

const (
	text sort = iota
	number
	size
	duration
	status
	identity
	address
	asked
	rule
	since
	until
	at
)

// field is one word before a colon. A text holds where any of its columns
// holds it; a number is the sum of its columns.
type field struct {
	name    string
	columns []Column
	sort    sort
	words   map[string]string // a closed set and what each word stands for; nil: any text
	help    string
}

func words(list ...string) map[string]string {
	m := make(map[string]string, len(list))
	for _, w := range list {
		m[w] = w
	}
	return m
}

var (
	directions = map[string]string{"in": "ingress", "out": "egress", "ingress": "ingress", "egress": "egress"}
	verdicts   = map[string]string{
		"deny": "deny", "denied": "deny", "blocked": "deny",
		"mask": "mask", "masked": "mask", "allow": "allow", "allowed": "allow",
	}
	acts  = words("http", "sql", "logon", "dial", "mail", "object", "message")
	codes = func() map[string]string {
		m := make(map[string]string)
		for _, c := range sallyport.ReasonCodes() {
			m[c.String()] = c.String()
		}
		return m
	}()
)

// fields is the whole language, in the order in which it is listed to people.
var fields = []field{
	{"since", []Column{Time}, since, nil, "began at this time or later: 1h, today, 2026-11-01"},
	{"until", []Column{Time}, until, nil, "began before the end of this time"},
	{"at", []Column{Time}, at, nil, "began within this time, or in a..b"},
	{"id", []Column{ID}, identity, nil, "the crossing's ID"},
	{"session", []Column{Session}, identity, nil, "the connection's ID"},
	{"cause", []Column{Cause}, identity, nil, "the ID of the crossing that led to it"},
	{"evidence", []Column{CauseHow}, text, nil, "how the cause is known"},
	{"type", []Column{Type}, text, nil, "crossing, admit, flood, policy.load…"},
	{"app", []Column{App}, text, nil, "the app that is guarded"},
	{"door", []Column{Door}, text, nil, "the door's name"},
	{"peer", []Column{From, To}, text, nil, "either end, by name"},
	{"from", []Column{From}, text, nil, "who began it, by name"},
	{"to", []Column{To}, text, nil, "the other end, by name"},
	{"addr", []Column{FromAddr, ToAddr}, address, nil, "either end's address: 10.0.3.5, 10.0.0.0/8"},
	{"from.kind", []Column{FromKind}, text, nil, "app, caller, host, anyone…"},
	{"to.kind", []Column{ToKind}, text, nil, "app, caller, host, anyone…"},
	{"proof", []Column{FromProof}, text, nil, "how it proved its name"},
	{"tls", []Column{FromTLS}, text, words("1.2", "1.3"), "the TLS version of the app's connection to a database door"},
	{"act", []Column{ActKind}, text, acts, "http, sql, logon, dial, mail, object, message"},
	{"dir", []Column{Dir}, text, directions, "of the act as the app sees it: in, out"},
	{"verb", []Column{Verb, Verbs}, text, nil, "method or kind of statement"},
	{"what", []Column{Route, Shape, What}, text, nil, "the route or the statement's shape"},
	{"route", []Column{Route}, text, nil, "the route of an HTTP request"},
	{"shape", []Column{Shape}, text, nil, "the shape of a statement"},
	{"table", []Column{Tables}, text, nil, "a table that a statement touches"},
	{"writes", []Column{Writes}, text, nil, "a table that a statement writes"},
	{"column", []Column{Columns}, text, nil, "a column that a statement reads, tests or writes, at a door that learns"},
	{"danger", []Column{Dangers}, text, nil, "what a statement could do beyond tables"},
	{"host", []Column{Host}, asked, nil, "the host asked for, its whole name"},
	{"proto", []Column{Proto}, text, nil, "HTTP/2.0, mysql…"},
	{"media", []Column{Media}, text, nil, "media type of what was sent"},
	{"prepared", []Column{Prepared}, text, words("yes", "no"), "whether a statement was prepared"},
	{"varies", []Column{Varies}, text, words("yes", "no"), "whether its shape was prepared with other literals before"},
	{"class", []Column{InClasses, OutClasses, FoundClasses}, text, nil, "a class of data, either way"},
	{"in.class", []Column{InClasses}, text, nil, "a class of data into the app"},
	{"out.class", []Column{OutClasses}, text, nil, "a class of data out of the app"},
	{"finding", []Column{Findings}, text, nil, "the code of an inspector's finding"},
	{"mask", []Column{Masks}, text, nil, "a column or field that was masked"},
	{"verdict", []Column{Verdict}, text, verdicts, "allow, mask, deny"},
	{"would", []Column{Would}, text, verdicts, "what enforcing would have done, where it differs"},
	{"reason", []Column{Reasons}, text, codes, "why: no-rule, row-limit, class…"},
	{"rule", []Column{Rules, RulePaths}, rule, nil, "place in the policy: policy.yaml:41, 41, doors[0]*"},
	{"policy", []Column{Policy}, text, nil, "digest of the policy"},
	{"error", []Column{Failure}, text, nil, "the database's error code"},
	{"status", []Column{Status}, status, nil, "HTTP status: 404, 4xx, >=400"},
	{"rows", []Column{InRows, OutRows}, number, nil, "rows, both ways together"},
	{"in.rows", []Column{InRows}, number, nil, "rows into the app"},
	{"out.rows", []Column{OutRows}, number, nil, "rows out of the app"},
	{"affected", []Column{Affected}, number, nil, "rows changed"},
	{"params", []Column{Params}, number, nil, "parameters bound"},
	{"bytes", []Column{InBytes, OutBytes}, size, nil, "bytes, both ways together: >64KiB"},
	{"in.bytes", []Column{InBytes}, size, nil, "bytes into the app"},
	{"out.bytes", []Column{OutBytes}, size, nil, "bytes out of the app"},
	{"ns", []Column{Nanos}, duration, nil, "how long it took: >10ms"},
	{"count", []Column{Count}, number, nil, "how many a flood or gap entry stands for"},
	{"note", []Column{Note}, text, nil, "an event's note"},
}

// word is the field of a term without one.
var word = field{"", []Column{
	Route, Shape, What, Tables, From, To, App, Door, Host, Note,
}, text, nil, "a word in what was done, the tables or the names"}

// aliases are other words for fields; String writes the field's own.
var aliases = map[string]string{
	"who": "from", "took": "ns", "classes": "class", "tables": "table", "columns": "column", "method": "verb",
	"in.classes": "in.class", "out.classes": "out.class", "findings": "finding",
	"digest": "policy", "from.tls": "tls",
}

var fieldsByName = func() map[string]*field {
	m := make(map[string]*field)
	for i := range fields {
		m[fields[i].name] = &fields[i]
	}
	for alias, name := range aliases {
		m[alias] = m[name]
	}
	return m
}()

// Field describes one field of the language, for help and completion.
type Field struct{ Name, Help string }

// Fields is every field, in the order to show them in.
func Fields() []Field {
	all := make([]Field, len(fields))
	for i, f := range fields {
		all[i] = Field{f.name, f.help}
	}
	return all
}
