package ledger

import "slices"

// Type says what an entry records.
type Type string

const (
	Admitted     Type = "admit"          // a crossing was let in (strict doors: before dispatch)
	Crossed      Type = "crossing"       // a crossing is over, or was refused
	Flood        Type = "flood"          // equal denials of one second, counted
	Gap          Type = "ledger.gap"     // entries that could not be kept, counted
	Started      Type = "gateway.start"  // the gateway began to write this log
	Stopped      Type = "gateway.stop"   // it ended in good order
	PolicyLoaded Type = "policy.load"    // a policy came into force
	PolicyFailed Type = "policy.refused" // a reload was refused and the old policy kept
	Kill         Type = "admin.kill"     // a kill switch was thrown
	Unkill       Type = "admin.unkill"   // and taken back
	Dropped      Type = "ledger.drop"    // old entry bundles were dropped by keep:
)

var types = []Type{
	Admitted, Crossed, Flood, Gap, Started, Stopped, PolicyLoaded, PolicyFailed, Kill, Unkill, Dropped,
}

// Types is every type of entry.
func Types() []Type { return slices.Clone(types) }
