package ledger

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/sallyport/sallyport"
)

// MaxEntry is the largest encoded entry in bytes: an entry bundle of C2SP
// tlog-tiles holds lengths of 16 bits.
const MaxEntry = 65535

// CutNote ends the Note of an entry whose lists and texts are not whole, since
// they would not have fitted.
const CutNote = "cut to fit the ledger"

// Entry is one record of the ledger, one JSON object in the log. It holds no
// value of the data that crossed (law 10): names that the policy knows stand in
// clear, everything that a client chose stands as a keyed hash ("h:…") or not
// at all. Field order is the order in the encoding. docs/ledger-format.md
// describes each field.
type Entry struct {
	Type    Type         `json:"type"`
	ID      sallyport.ID `json:"id,omitzero"` // admit and crossing of one exchange share it
	Session sallyport.ID `json:"session,omitzero"`
	Time    time.Time    `json:"time"`        // UTC; when the crossing began
	Nanos   int64        `json:"ns,omitzero"` // how long it took
	App     string       `json:"app,omitzero"`
	Door    string       `json:"door,omitzero"`
	From    Peer         `json:"from,omitzero"`
	To      Peer         `json:"to,omitzero"`
	Act     Act          `json:"act,omitzero"`
	In      Flow         `json:"in,omitzero"`
	Out     Flow         `json:"out,omitzero"`
	Cause   Cause        `json:"cause,omitzero"`
	Finds   []Find       `json:"findings,omitempty"`
	Effect  string       `json:"verdict,omitzero"` // deny, mask, allow
	Would   string       `json:"would,omitzero"`   // where it differs from Effect
	Reasons []Reason     `json:"reasons,omitempty"`
	Masks   []Mask       `json:"masks,omitempty"`
	Values  []Values     `json:"values,omitempty"` // by class; only where a budget of them is spent
	Policy  string       `json:"policy,omitzero"`  // digest, 64 hexadecimal digits
	SQL     *SQLState    `json:"sql,omitempty"`
	Count   uint64       `json:"count,omitzero"` // flood and gap: how many
	Until   uint64       `json:"until,omitzero"` // ledger.drop: the bundles of every entry before this index are gone
	Note    string       `json:"note,omitzero"`  // events: what happened, for a person
}

// Peer is one end of a crossing.
type Peer struct {
	Kind  string `json:"kind,omitzero"`
	Name  string `json:"name,omitzero"`
	Addr  string `json:"addr,omitzero"` // ip:port where the policy names it, else "h:" and a keyed hash of the address
	Proof string `json:"proof,omitzero"`
	// Certificate is the name of an app's certificate, as the policy writes it,
	// where the proof has "mtls".
	Certificate string `json:"certificate,omitzero"`
	TLS         string `json:"tls,omitzero"` // the version of its connection, "1.2" or "1.3"; at doors of databases
}

// Act is what was done. Kind is http, sql, logon, dial, mail, object or message.
type Act struct {
	Kind     string   `json:"kind,omitzero"`
	Dir      string   `json:"dir,omitzero"`      // ingress or egress, as the app sees it
	Verb     string   `json:"verb,omitzero"`     // method, statement kind
	Kinds    []string `json:"kinds,omitempty"`   // every statement kind, where there are several
	What     string   `json:"what,omitzero"`     // route pattern, statement shape
	Rest     string   `json:"rest,omitzero"`     // keyed hash of the path, or of the user name shown
	Host     string   `json:"host,omitzero"`     // keyed hash of the host asked for
	Proto    string   `json:"proto,omitzero"`    // HTTP/2.0, mysql
	Media    string   `json:"media,omitzero"`    // media type of what was sent
	Tables   []string `json:"tables,omitempty"`  // schema.table, or table in the session's database
	Writes   []string `json:"writes,omitempty"`  // those of Tables that are written
	Danger   []string `json:"dangers,omitempty"` // what a statement could do beyond tables
	Columns  []Column `json:"columns,omitempty"` // at doors that learn; whole where Traced is set
	Traced   bool     `json:"traced,omitzero"`   // Columns holds every column that the statement uses
	Steers   bool     `json:"steers,omitzero"`   // of the group session: no rule has to name it
	Prepared bool     `json:"prepared,omitzero"`
	Varies   bool     `json:"varies,omitzero"` // prepared with other literals before
	Params   int      `json:"params,omitzero"`
	Affected uint64   `json:"affected,omitzero"`
	Status   int      `json:"status,omitzero"` // HTTP status
	Error    string   `json:"error,omitzero"`  // database error code, never its message
}

// Column is a stored column that a statement uses.
type Column struct {
	Table string `json:"table"`        // schema.table, or table in the session's database
	Name  string `json:"name"`         // "*" for any of the table, where the statement leaves them open
	Use   string `json:"use,omitzero"` // of read, test and write, in this order, with blanks between; "" for "*"
}

// Flow is what moved one way.
type Flow struct {
	Bytes   uint64   `json:"bytes,omitzero"`
	Rows    uint64   `json:"rows,omitzero"`
	Classes []string `json:"classes,omitempty"`
}

// Cause is the crossing that led to this one.
type Cause struct {
	ID  sallyport.ID `json:"id,omitzero"`
	How string       `json:"how,omitzero"`
}

// Find is a finding of an inspector.
type Find struct {
	By    string `json:"by"`
	Code  string `json:"code"`
	Where string `json:"where,omitzero"`
	Class string `json:"class,omitzero"`
	Count uint64 `json:"count,omitzero"`
}

// Reason is why the verdict is what it is.
type Reason struct {
	Code string `json:"code"`
	At   string `json:"at,omitzero"`   // file:line of the policy
	Path string `json:"path,omitzero"` // doors[0].allow[1]
	Note string `json:"note,omitzero"`
}

// Mask is a masked column or field.
type Mask struct {
	Where  string `json:"where"`
	Masker string `json:"masker"`
}

// Values is how many different values of a class came in that had not come in
// already in the span of their budget.
type Values struct {
	Class string `json:"class"`
	Count uint64 `json:"count,omitzero"`
}

// SQLState is the part of the session that changes what a statement means.
type SQLState struct {
	Database  string `json:"database,omitzero"`
	Role      string `json:"role,omitzero"`
	Mode      string `json:"mode,omitzero"`
	Charset   string `json:"charset,omitzero"`
	Server    string `json:"server,omitzero"`
	Catalogue string `json:"catalogue,omitzero"`
}

// Decode reads one entry. Unknown fields are ignored, so that older readers
// can read newer logs; anything that is not one JSON object of at most
// MaxEntry bytes is an error.
func Decode(b []byte) (*Entry, error) {
	if len(b) > MaxEntry {
		return nil, fmt.Errorf("decoding entry: %d bytes, at most %d", len(b), MaxEntry)
	}
	e := new(Entry)
	if err := json.Unmarshal(b, e); err != nil {
		return nil, fmt.Errorf("decoding entry: %w", err)
	}
	return e, nil
}
