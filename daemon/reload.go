package daemon

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

// Reload reads the policy anew and puts it in force, or changes nothing and
// says why, in the log, in the ledger, in the metrics and as the error.
func (g *gateway) Reload() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	err := g.reload()
	g.reloadErr = err
	if err == nil {
		digest := g.live.Load().Digest()
		g.o.Log.Info("A new policy is in force.", "digest", digest.String())
		return nil
	}
	g.policies.refused()
	g.o.Log.Error("The new policy was refused and the old one stays in force.", "error", err)
	if e := g.guard.Event(ledger.PolicyFailed, refusedNote(err)); e != nil {
		g.o.Log.Error("The refusal of the policy could not be recorded.", "error", e)
	}
	return err
}

func (g *gateway) reload() error {
	p, diags := g.read()
	if p == nil {
		return diags
	}
	if err := restartNeeded(g.live.Load(), p); err != nil {
		return err
	}
	change, err := g.doors.Prepare(p)
	if err != nil {
		return listening(err)
	}
	return g.commit(p, change)
}

// restartNeeded names what a running gateway cannot change: its log and its
// own API are held open.
func restartNeeded(old, next *policy.Policy) error {
	var errs []error
	if old.Ledger.Path != next.Ledger.Path || old.Ledger.Keep != next.Ledger.Keep ||
		old.Ledger.Addresses != next.Ledger.Addresses || fmt.Sprint(old.Ledger.Anchors) != fmt.Sprint(next.Ledger.Anchors) {
		errs = append(errs, errors.New("`ledger:` changed: restart the gateway for that"))
	}
	if old.Admin.Listen != next.Admin.Listen {
		errs = append(errs, errors.New("`admin: {listen: …}` changed: restart the gateway for that"))
	}
	return errors.Join(errs...)
}

// refusedNote is what the ledger keeps of a refused policy: the codes and the
// lines. The text of a policy has no business there.
func refusedNote(err error) string {
	var diags policy.Diagnostics
	if !errors.As(err, &diags) {
		return "it could not be put in force"
	}
	var all []string
	for _, d := range diags {
		if d.Severity != policy.Error {
			continue
		}
		if len(all) == 10 {
			return strings.Join(all, "; ") + "; …"
		}
		all = append(all, fmt.Sprintf("%s at line %d", d.Code, d.Line))
	}
	return strings.Join(all, "; ")
}
