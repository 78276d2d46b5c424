package ledger

import "fmt"

// FaultKind says what is wrong.
type FaultKind string

const (
	Flipped      FaultKind = "flipped"       // bytes are not those that were written
	Missing      FaultKind = "missing"       // entries or files are not there
	Swapped      FaultKind = "swapped"       // entries stand in another order
	Truncated    FaultKind = "truncated"     // a file is shorter, or longer, than it must be
	RolledBack   FaultKind = "rolled-back"   // the log ends before a checkpoint that is kept elsewhere
	Forked       FaultKind = "forked"        // the entries are not those that a checkpoint signed
	BadSignature FaultKind = "bad-signature" // a checkpoint that the log's key did not sign
	Torn         FaultKind = "torn"          // the end of the write-ahead log is not whole
	Unexpected   FaultKind = "unexpected"    // something that does not belong there
)

// Fault is one thing that is wrong.
type Fault struct {
	Kind FaultKind `json:"kind"`
	From uint64    `json:"from"`
	To   uint64    `json:"to"` // entries [From, To); equal where it concerns no entry of its own
	File string    `json:"file,omitzero"`
	What string    `json:"what"`
	Do   string    `json:"do"`
}

// String is the fault on one line.
func (f Fault) String() string {
	where := ""
	switch {
	case f.To == f.From+1:
		where = fmt.Sprintf(" entry %d", f.From)
	case f.To > f.From:
		where = fmt.Sprintf(" entries %d to %d", f.From, f.To-1)
	}
	if f.File != "" {
		where += " in " + f.File
	}
	return fmt.Sprintf("%s%s: %s; %s", f.Kind, where, f.What, f.Do)
}

// Range is entries [From, To).
type Range struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}

// Report is what Verify found.
type Report struct {
	Origin  string   `json:"origin"`
	Size    uint64   `json:"size"`              // of the last checkpoint
	Root    string   `json:"root"`              // base64
	Tail    uint64   `json:"tail"`              // entries beyond the last checkpoint, not signed yet
	Since   []uint64 `json:"since,omitempty"`   // sizes of the checkpoints kept elsewhere that the log extends
	Dropped []Range  `json:"dropped,omitempty"` // bundles that keep: took, told by a signed ledger.drop entry
	Notes   []string `json:"notes,omitempty"`   // for a person; nothing wrong
	Faults  []Fault  `json:"faults,omitempty"`
}

// OK tells that nothing is wrong with the Size entries that are signed. What
// Tail counts is not proven by it: anybody who can write to the directory could
// have written it.
func (r *Report) OK() bool { return len(r.Faults) == 0 }

// maxFaults bounds a report.
const maxFaults = 1000

func (r *Report) fault(kind FaultKind, from, to uint64, file, do, format string, args ...any) {
	if len(r.Faults) == maxFaults {
		r.note("there are more than %d faults; the others are not listed", maxFaults)
	}
	if len(r.Faults) >= maxFaults {
		r.Faults = r.Faults[:maxFaults]
		return
	}
	r.Faults = append(r.Faults, Fault{Kind: kind, From: from, To: to, File: file, What: fmt.Sprintf(format, args...), Do: do})
}

func (r *Report) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); len(r.Notes) < maxFaults && (len(r.Notes) == 0 || r.Notes[len(r.Notes)-1] != n) {
		r.Notes = append(r.Notes, n)
	}
}

// What to do about a fault.
const (
	doRestore  = "restore the file from a backup; until then do not trust these entries"
	doTile     = "the entries are right: restore the hash tile from a backup, or rebuild it from them"
	doInquire  = "find out who could write to this directory; compare with a backup and with checkpoints kept elsewhere"
	doKey      = "check that this is the log's own verifier key; if it is, the checkpoint was changed: restore it from an anchor"
	doReopen   = "if the gateway crashed, starting it cuts this off; otherwise compare with a backup"
	doDrop     = "if this is a copy that was made while the log was written, copy it again; otherwise " + doRestore
	doOld      = "do not trust its entries: anybody who can write to this directory could have written them; the gateway does not start until it is moved away"
	doRollback = "the log was rolled back, or this copy is older than the checkpoint: compare with a backup"
)
