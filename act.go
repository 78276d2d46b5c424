package sallyport

// Direction says which way an act goes, as the app sees it. The zero value is
// not a direction.
type Direction uint8

const (
	// Ingress is data that enters the app: reading a database, receiving a
	// form, importing a file, telemetry, an API request.
	Ingress Direction = iota + 1
	// Egress is data that leaves the app: writing a database, exporting a
	// file, mail, an upload, an API response.
	Egress
)

// String is "ingress", "egress" or, for the zero value, "none".
func (d Direction) String() string {
	return word(directionWords, d)
}

var directionWords = []string{"none", "ingress", "egress"}

// Act is what was done in a crossing. The set is sealed: the types of this
// package are all there are.
type Act interface {
	act()
	// Direction is that of the act itself; an exchange moves data both ways,
	// and the Crossing's In and Out count each.
	Direction() Direction
}

// HTTPRequest is one HTTP request to the app and its response. A received
// form and an API request are both ingress; the response is the crossing's Out.
type HTTPRequest struct {
	Method      string // as sent, upper case (RFC 9110, section 9)
	Path        string // canonical and decoded; never written to the ledger
	Route       string // the pattern of the rule that matched; "" where none did
	Host        string // the authority asked for, lower case, without port
	Proto       string // "HTTP/1.1" or "HTTP/2.0"
	ContentType string // the media type of the request body without parameters
	Upgrade     string // the protocol asked for in Upgrade, lower case; "" for none
	Status      int    // of the response as the client got it; 0 before there was one
}

// Statement is one SQL statement and its rows or its outcome.
type Statement struct {
	Protocol  string     // "mysql"
	Kind      string     // the first word of Kinds
	Kinds     []string   // every kind that it comprises, in the words of a policy
	Writes    bool       // some part of it changes data or the server
	Database  string     // the database that unqualified tables are in
	Tables    []TableUse // every table that it touches
	Columns   []ColumnUse
	Lineage   *Lineage // where values come from and go to; nil where nobody worked it out
	Functions []string // lower case
	Dangers   []string // what it could do beyond tables: words of sql.Danger
	Session   bool     // it only steers the session: the built-in group
	Prepared  bool     // it came as a server-side prepared statement
	Params    int      // parameters bound
	Literals  int      // literals in the text, beyond those that carry meaning
	Varies    bool     // prepared, and its app has prepared the shape with other literals before
	Multi     bool     // several statements in one text
	Infile    bool     // it asks the client for a local file
	Shape     string   // the text with its literals taken out
	Unparsed  string   // why it was not understood; "" where it was
	Affected  uint64   // rows changed, as the server said
	Error     string   // the server's or the door's error code; never its message
}

// Steers tells whether the statement is of the group `session`. What touches a
// table or could do more is not, whatever its analysis says.
func (s *Statement) Steers() bool {
	return s.Session && len(s.Tables) == 0 && len(s.Dangers) == 0
}

// TableUse is a table and how a statement uses it.
type TableUse struct {
	Schema, Name string // Schema is "" for the session's database
	Write        bool
}

// String is schema.name, or the name alone in the session's database.
func (t TableUse) String() string {
	if t.Schema == "" {
		return t.Name
	}
	return t.Schema + "." + t.Name
}

// ColumnUse is a column as a statement names it; Name "*" is every column.
type ColumnUse struct{ Schema, Table, Name string }

// Logon is a client's attempt to open a session at a door, before any
// statement: who it says it is, and what became of it.
type Logon struct {
	Protocol string // "mysql"; "http" for a connection that was refused before a request
	User     string // the name shown; hashed in the ledger unless a policy knows it
	Database string
	TLS      bool
	Error    string // the code of the refusal; "" where the session opened
}

// Dial is one outbound connection of the app.
type Dial struct {
	Host string
	Port uint16
}

// Mail is one message given to a relay.
type Mail struct {
	Recipients int
	Size       uint64
}

// Object is a file or an object that is imported, exported or uploaded.
type Object struct {
	Name, MediaType string
	Size            uint64
	Import          bool // false: it leaves the app
}

// Message is one message of a telemetry or queue protocol.
type Message struct {
	Topic   string
	Publish bool // true: the app sends it
}

func (*HTTPRequest) act() {}
func (*Statement) act()   {}
func (*Logon) act()       {}
func (*Dial) act()        {}
func (*Mail) act()        {}
func (*Object) act()      {}
func (*Message) act()     {}

// Direction is Ingress: a request brings data into the app.
func (*HTTPRequest) Direction() Direction { return Ingress }

// Direction is Egress where the statement writes, else Ingress.
func (s *Statement) Direction() Direction { return directed(s.Writes) }

// Direction is Ingress for an app's session at a database door: what it opens
// is the way in for rows.
func (*Logon) Direction() Direction { return Ingress }

// Direction is Egress: the app opens a way out.
func (*Dial) Direction() Direction { return Egress }

// Direction is Egress.
func (*Mail) Direction() Direction { return Egress }

// Direction is Ingress for an import, else Egress.
func (o *Object) Direction() Direction { return directed(!o.Import) }

// Direction is Egress for what the app publishes, else Ingress.
func (m *Message) Direction() Direction { return directed(m.Publish) }

func directed(out bool) Direction {
	if out {
		return Egress
	}
	return Ingress
}
