package sql

// Access says how a statement touches a table.
type Access uint8

// The bits of Access.
const (
	Read  Access = 1 << iota // rows or definition are read
	Write                    // rows or definition are changed
)

// String returns "read", "write" or "read, write".
func (a Access) String() string {
	switch a {
	case Read:
		return "read"
	case Write:
		return "write"
	case Read | Write:
		return "read, write"
	}
	return "none"
}

// Table is a table, view or sequence that a statement names. Schema is empty
// where the statement does not say it: then it is the session's database.
// Names are as written.
type Table struct {
	Schema, Name string
	Access       Access
}

// Column is a column as the statement writes it: Schema and Table are empty
// where it is not qualified, Table may be an alias, and `*` has the Name "*".
type Column struct {
	Schema, Table, Name string
}

// Danger is a thing in a statement that is more than reading and writing
// tables. A policy must name it, or it is refused.
type Danger uint8

// The closed set of dangers.
const (
	DangerNone         Danger = iota
	DangerFile                // INTO OUTFILE, INTO DUMPFILE, LOAD_FILE(), LOAD DATA of a file of the server, COPY of a file
	DangerNetwork             // a storage engine or statement that opens connections
	DangerAdmin               // users, rights, plugins, global variables, replication
	DangerDynamicSQL          // PREPARE, EXECUTE, EXECUTE IMMEDIATE
	DangerTime                // SLEEP(), BENCHMARK(), GET_LOCK() and the like
	DangerUserVariable        // @x is read or set
	DangerIntoVariable        // SELECT … INTO @x
	DangerLockingRead         // FOR UPDATE, LOCK IN SHARE MODE
	DangerStoredCode          // routines, triggers and events are made; CALL; stored functions
	DangerHint                // an optimizer hint that the server may obey
	DangerSessions            // other sessions are shown, or ended: process lists, logs of statements, KILL
	dangerCount
)

var dangerWords = [dangerCount]string{
	"none", "file", "network", "admin", "dynamic_sql", "time", "user_variable",
	"into_variable", "locking_read", "stored_code", "hint", "sessions",
}

// String returns the lower-case word for d, fit for a metric label.
func (d Danger) String() string {
	if d < dangerCount {
		return dangerWords[d]
	}
	return "invalid"
}

// Analysis is what a statement does, as far as its text tells. One Analysis
// is shared by all statements of one shape and session: it must not be changed.
type Analysis struct {
	// Kind is the statement's own kind, KindUnknown when Err is set.
	Kind Kind
	// Kinds holds every kind that the statement comprises, Kind first.
	Kinds []Kind
	// Detail tells apart what shares a Kind: "table", "view", "user",
	// "begin", "commit", "unlock tables"…
	Detail string
	// Tables holds each table once, with the union of its accesses, in the
	// order of first mention. Names of common table expressions are none.
	Tables []Table
	// Databases holds the names of databases, or of PostgreSQL's schemas, that
	// are touched as such (CREATE DATABASE, USE, SHOW TABLES FROM) or whose
	// stored code is called by its qualified name, as written.
	Databases []string
	// Columns holds each column once.
	Columns []Column
	// Functions holds the names of the functions and stored procedures that
	// are called, in lower case, each once; a qualified one as "schema.name".
	Functions []string
	// Fields holds the names that stand behind an expression in a PostgreSQL's
	// statement, as in (x).f, as written, each once: columns of a row, or functions
	// that are called with it. So may be the names of Columns that have a Table,
	// where RowCalls is set.
	Fields   []string
	RowCalls bool
	// Operators holds the operators of a PostgreSQL's statement, and Types the
	// types that it names, as written, each once: what somebody has made among them
	// runs stored code (see Code).
	Operators []OperatorName
	Types     []Name
	// Variables holds "@name" and "@@name" (without scope, in lower case),
	// read or set, each once.
	Variables []string
	// Cursor is the name of the one that a PostgreSQL's DECLARE, FETCH, MOVE or
	// CLOSE is about, folded as the server does; "" for none, and for CLOSE ALL.
	Cursor string
	// Session marks the built-in group `session`: statements that only steer
	// the session, or ask it for what it is.
	Session bool
	// Dangers holds each danger once, in ascending order.
	Dangers []Danger
	// LocalInfile is set for LOAD DATA LOCAL: the server will ask the client
	// for a file. It reads none of the server's, so it is no DangerFile.
	LocalInfile bool
	// MultiStatement is set when something follows a semicolon. Kind is then
	// KindUnknown: only one statement at a time is analysed.
	MultiStatement bool
	// Statements is how many there are where MultiStatement is set and the
	// dialect's grammar has counted them, else 0.
	Statements int
	// ResultRows is set when a result set is to be expected.
	ResultRows bool
	// Change is what the statement changes in the Session, nil for nothing.
	Change *SessionChange
	// Query is what the statement computes from stored rows and writes: of a
	// SELECT, INSERT, UPDATE, DELETE, REPLACE, MERGE, TABLE, VALUES, COPY, LOAD
	// DATA, CREATE TABLE AS, CREATE VIEW, SELECT INTO, DECLARE CURSOR, of what
	// PREPARE holds, and of the statement that an EXPLAIN is about; of a MySQL's
	// SET, DO and CALL, what they compute. Nil for every other, where nothing may
	// be concluded from that.
	Query *Query
	// Err says what was not understood, and where. It is nil or an *Error.
	Err error
}

// Has reports whether d is among the dangers.
func (a *Analysis) Has(d Danger) bool {
	for _, x := range a.Dangers {
		if x == d {
			return true
		}
	}
	return false
}

// SessionChange is what a SET or USE changes in the part of the session that
// gives statements their meaning. It applies when the server has said OK. A
// PostgreSQL takes it back where the transaction is rolled back: whoever follows
// a session keeps what held when the transaction, or its savepoint, began.
type SessionChange struct {
	Database string // the new current database, "" for no change
	Charset  string // the new client character set or encoding, "" for no change
	// SQLMode is the new sql_mode, when SetSQLMode.
	SQLMode    string
	SetSQLMode bool
	// SearchPath is PostgreSQL's new search_path, when SetSearchPath.
	SearchPath    string
	SetSearchPath bool
	// Role is PostgreSQL's new role, when SetRole; "" is the session's user.
	Role    string
	SetRole bool
	// NonConformingStrings is the opposite of PostgreSQL's new
	// standard_conforming_strings, when SetStrings.
	NonConformingStrings, SetStrings bool
	// Opaque is set when the new value cannot be told from the statement (an
	// expression, DEFAULT): whoever lets it pass must ask the server for
	// @@sql_mode, @@character_set_client and DATABASE() before the next one, or
	// a PostgreSQL for search_path, role, session_authorization,
	// client_encoding and standard_conforming_strings.
	Opaque bool
}

// Apply brings s up to date after the statement that c belongs to has
// succeeded. It reports false when c is opaque, and s must be asked for anew.
func (c *SessionChange) Apply(s *Session) bool {
	if c == nil {
		return true
	}
	if c.Database != "" {
		s.Database = c.Database
	}
	if c.Charset != "" {
		s.Charset = c.Charset
	}
	if c.SetSQLMode {
		s.SetSQLMode(c.SQLMode)
	}
	if c.SetSearchPath {
		s.SearchPath = c.SearchPath
	}
	if c.SetRole {
		s.Role = c.Role
	}
	if c.SetStrings {
		s.NonConformingStrings = c.NonConformingStrings
	}
	return !c.Opaque
}

// Session is the part of a database session that changes what a statement
// means. Its zero value is a server of unknown version with default modes.
type Session struct {
	// Database is the current database, "" for none.
	Database string
	// SQLMode is @@sql_mode as the server prints it: "A,B,C".
	SQLMode string
	// Charset is @@character_set_client, or PostgreSQL's client_encoding; "" is
	// utf8mb4, or UTF8. Character sets in which a quote or backslash byte can be
	// part of a character are refused.
	Charset string
	// Version is the server's version as its greeting says: "10.11.6-MariaDB",
	// "8.0.36", "15.4 (Debian 15.4-1)". Without one, versioned comments are
	// ambiguous, and only what all servers have is native.
	Version string
	// ANSIQuotes and NoBackslashEscapes say what SQLMode says too; either
	// suffices.
	ANSIQuotes, NoBackslashEscapes bool
	// MariaDB says that the server is a MariaDB; a Version that says so
	// suffices.
	MariaDB bool
	// SearchPath is PostgreSQL's search_path: where names without a schema are
	// looked for. Role is its current role, "" for the session's user. The
	// analysis of a text hangs on neither; what its names mean does.
	SearchPath, Role string
	// NonConformingStrings says that PostgreSQL's standard_conforming_strings is
	// off: a backslash escapes in strings.
	NonConformingStrings bool
}

// SetSQLMode takes over a new sql_mode, and the two flags with it.
func (s *Session) SetSQLMode(mode string) {
	m := ParseModes(mode)
	s.SQLMode = mode
	s.ANSIQuotes = m&ModeANSIQuotes != 0
	s.NoBackslashEscapes = m&ModeNoBackslashEscapes != 0
}
