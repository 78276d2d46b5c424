package daemon

import (
	"io"
	"log/slog"
	"time"

	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/policy"
)

// Options are what a gateway is built with and started by.
type Options struct {
	Policy     string // path of the policy file
	Watch      bool   // reload when the policy, or a file that it names, changes
	Drain      time.Duration
	Version    string
	Kinds      []gate.Kind
	Vocabulary policy.Vocabulary
	Source     policy.Source
	Inspectors []guard.Inspector
	Maskers    func(*policy.Policy) (guard.Maskers, error) // of a policy and its keys; nil for none
	Log        *slog.Logger
	Out        io.Writer // what a person who starts it has to see: the ledger's key, where the doors are
}
