package policy

import (
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/sallyport/sallyport"
)

// Policy is a checked policy file. It is immutable once loaded; a reload makes
// another one. The zero Policy allows nothing.
type Policy struct {
	File    string // as it was named to Load
	Apps    []App
	Hosts   []Host
	Classes []Class
	Doors   []Door
	Keys    []Key
	Ledger  Ledger
	Admin   Admin
	Tests   []Test
	digest  sallyport.Digest
	matcher matcher
	analyze Analyzer // for the statements of questions
	lineage Lineage  // the same; nil for none
}

// Digest is the SHA-256 over the policy's canonical form and every file that
// it names (certificates, CAs), secrets left out.
func (p *Policy) Digest() sallyport.Digest { return p.digest }

// App is an application that is guarded.
type App struct {
	Name      string
	At        sallyport.Position
	Proof     []string // accepted proofs, any of them: "password", "mtls", "password+mtls"
	Passwords []Secret // what it shows at database doors; more than one while rotating
	// Certificates are the names that its certificate may bear, any of them, as
	// auth.Certificate reads them; empty where no proof of its asks for one.
	Certificates []string
	Addresses    []netip.Prefix
	// MaskingKey is what keyed maskers hide the app's values by; zero for none.
	MaskingKey Secret
}

// Host is another system: a name, a port and, where its addresses are special,
// those addresses.
type Host struct {
	Name      string // in the policy
	At        sallyport.Position
	DNS       string // the name or the literal address to dial
	Port      uint16
	Addresses []netip.Prefix
	TLS       ClientTLS
}

// Door is a named listener.
type Door struct {
	Name   string
	Kind   string // http, mysql
	At     sallyport.Position
	Listen string // host:port; host may be empty for all addresses
	TLS    ServerTLS
	To     Upstream
	// Database is the one that unqualified tables of the rules are in; "" for
	// the session's.
	Database string
	// MultiStatements lets one message hold several statements. Each is judged,
	// and the message passes whole or not at all.
	MultiStatements bool
	// LocalInfile lets a LOAD DATA LOCAL that the rules cover have the app's file.
	LocalInfile bool
	Login       Login            // the gateway's own at the upstream; zero where there is none
	Logins      map[string]Login // those that rules can name
	Allow       []Rule
	// In is what becomes of classes that come into the app, Out of those that go
	// out of it, each sorted by the class. UnknownLineage is what becomes of a
	// column that may hold one of In: Deny, or Mask.
	In, Out          []ClassRule
	UnknownLineage   sallyport.Effect
	UnknownLineageAt sallyport.Position
	Mode             Mode
	Audit            Audit
	Limits           Limits
	connection       sallyport.Digest
}

// Connection is the digest of everything but the rules, the classes and the mode: a door whose
// Connection differs after a reload has to end its sessions, since they were
// set up under what no longer holds. It covers the values of secrets.
func (d *Door) Connection() sallyport.Digest { return d.connection }

// AsksLineage tells whether anything at the door hangs on where the values of a
// statement come from.
func (d *Door) AsksLineage() bool {
	return len(d.In)+len(d.Out) > 0 || slices.ContainsFunc(d.Allow, func(r Rule) bool { return len(r.Columns)+len(r.Values) > 0 })
}

// TracesLineage tells whether the door works lineages out: some rule asks for
// them, or `sallyport learn` will want to know which columns are used.
func (d *Door) TracesLineage() bool { return d.Mode == Learn || d.AsksLineage() }

// ServerTLS is how clients reach a door. The zero value wants TLS and has no
// certificate, so nothing can be served with it.
type ServerTLS struct {
	Cert, Key File
	Client    ClientCertificates
	// Optional: clients may stay in the clear. The policy only loads with it
	// where the door listens on loopback, or says `plaintext: accepted`.
	Optional bool
}

// ClientCertificates is what a door asks its clients for. The zero value asks
// for none and takes none.
type ClientCertificates struct {
	CA       File // the authorities of clients; zero where the door asks for no certificate
	Optional bool // clients may show none; one that is shown has to be valid all the same
}

// ClientTLS is how an upstream is reached. The zero value verifies the chain
// and the name against the system's roots.
type ClientTLS struct {
	CA         File   // roots instead of the system's; zero for those
	ServerName string // to verify instead of the name that is dialled
	Cert, Key  File   // what the gateway shows an upstream that asks for it; zero for none
	// Plain: no TLS. The policy only loads with it where the upstream is on
	// loopback, or `plaintext: accepted` is spelled out.
	Plain bool
}

// Upstream is where a door leads.
type Upstream struct {
	App  string   // http doors: the app behind it
	URL  *url.URL // http doors: scheme and authority; path is empty
	Host string   // database doors: the name of a Host
	TLS  ClientTLS
}

// Login is a user name and its password at an upstream.
type Login struct {
	User     string
	Password Secret
}

// WhoKind says how a rule names its callers.
type WhoKind uint8

const (
	WhoNobody WhoKind = iota // the zero value names nobody
	WhoAnyone
	WhoApp         // an app of the policy, proven
	WhoKey         // a holder of an API key
	WhoCertificate // a holder of a client certificate that is no app's
)

// Who is whom a rule speaks of.
type Who struct {
	Kind WhoKind
	Name string // of the app, the key or the certificate
}

// Rule is one entry of a door's `allow:`. An absent condition means any.
type Rule struct {
	At         sallyport.Position
	Who        []Who
	Methods    []string // http: upper case
	Paths      []string // http: patterns as written
	Upgrade    []string // http: protocols, lower case; absent means none
	Statements []string // database: words of sql.Kind
	Tables     []string // database: table, schema.table, or * for all
	Columns    []string // database: table.column, schema.table.column, table.*
	Functions  []string // database: name, schema.name, schema.*, in lower case
	Dangers    []string // database: words of sql.Danger that the rule grants
	Prepared   bool
	Rows       sallyport.Limit
	Body       sallyport.Limit
	Rates      []sallyport.Rate
	Budgets    []sallyport.Budget      // database: of all sessions of a caller together
	Values     []sallyport.ValueBudget // database: the same of different values, sorted by the class
	Addresses  []netip.Prefix          // where the caller has to be
	Hours      []Hours                 // when
	Login      string                  // the upstream login to use: a name of the door's `logins:`
	PreparedAt sallyport.Position
	Shapes     Shapes // database: the only shapes that statements may have; zero for any
}

// Test is one entry of `tests:`, which check runs.
type Test struct {
	At   sallyport.Position
	Text string
}

// Mode is what a door does with a verdict.
type Mode uint8

const (
	Enforce Mode = iota // the zero value enforces
	Report              // let it pass and say what would have been refused
	Learn               // as report, and record for `sallyport learn`
)

// String is "enforce", "report" or "learn".
func (m Mode) String() string { return [...]string{"enforce", "report", "learn"}[m%3] }

// Audit is when an entry is durable.
type Audit uint8

const (
	Spool  Audit = iota // one entry at the end, group committed
	Strict              // an entry before dispatch and one before the last of the result
)

// String is "spool" or "strict".
func (a Audit) String() string { return [...]string{"spool", "strict"}[a%2] }

// Limits bound what one door and one caller of it may use.
type Limits struct {
	Sessions          int            // open at once at the door
	SessionsPerCaller int            // open at once by one caller or, where it is unproven, one address
	Unproven          int            // database: of Sessions, what those that have not logged in yet may have
	Requests          int            // http: in flight at once at the door
	RequestsPerCaller int            // http: in flight of one caller or, where it is unproven, one address
	Rate              sallyport.Rate // crossings of the whole door; zero for no bound
	Idle              time.Duration  // a session that is silent for so long is ended
	Handshake         time.Duration  // from connect to logged in
	HeaderBytes       int            // http
	StatementBytes    int            // database: one packet or statement
	Memory            int64          // database: bytes that the door lends to commands under way
	MemoryPerCaller   int64          // and those to one caller
}

// Lowered is the limits with what may be open at once lowered to part of whole,
// and to no less than one.
func (l Limits) Lowered(part, whole int) Limits {
	for _, n := range []*int{&l.Sessions, &l.SessionsPerCaller, &l.Unproven, &l.Requests, &l.RequestsPerCaller} {
		if *n > 0 {
			*n = max(1, int(int64(*n)*int64(part)/int64(whole)))
		}
	}
	return l
}

// Key is an API key: only its hash is known here.
type Key struct {
	Name    string
	At      sallyport.Position
	SHA256  [][32]byte // of the key's text; more than one while rotating
	Expires time.Time  // zero for never
}

// Ledger says where the record is kept and for how long.
type Ledger struct {
	Path      string // absolute, or relative to the policy file; resolved by Load
	Keep      time.Duration
	Anchors   []string
	Addresses string // "hash" (default) or "clear": client addresses that the policy does not name
}

// Admin is the listener for health, metrics and the running daemon's own API.
type Admin struct {
	Listen string // loopback host:port, or unix:/path
	Token  Secret // asked for by everything but health on a TCP listener
}
