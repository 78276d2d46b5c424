package admin

import "time"

// Gateway is what the API speaks for. Its methods are safe for concurrent use.
type Gateway interface {
	Status() Status
	// Ready is nil where crossings can pass: the doors are open and the ledger
	// takes entries.
	Ready() error
	// Kill throws the kill switch, Unkill takes it back. Both record it; the
	// bool tells whether it was news.
	Kill(Switch) (bool, error)
	Unkill(Switch) (bool, error)
	// Reload reads the policy anew. An error holds every diagnostic, and the
	// old policy is in force.
	Reload() error
}

// Switch names a door, a caller at every door, or a caller at one door.
type Switch struct {
	Door   string `json:"door,omitempty"`
	Caller string `json:"caller,omitempty"`
}

// Status is what the gateway is doing.
type Status struct {
	Version string    `json:"version"`
	Started time.Time `json:"started"`
	Policy  Policy    `json:"policy"`
	Doors   []Door    `json:"doors"`
	Killed  []Switch  `json:"killed"`
	Ledger  Ledger    `json:"ledger"`
}

// Policy is the one in force, and what became of the last reload.
type Policy struct {
	File   string    `json:"file"`
	Digest string    `json:"digest"`
	Loaded time.Time `json:"loaded"`
	Error  string    `json:"error,omitempty"` // of the last reload, where it was refused
}

// Door is one open door.
type Door struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Listen string `json:"listen"`
	Mode   string `json:"mode"`
}

// Ledger is where the record is kept, and whether it can be.
type Ledger struct {
	Path  string `json:"path"`
	Key   string `json:"key"` // public, as `ledger verify --key` takes it
	Error string `json:"error,omitempty"`
}
