package daemon

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sallyport/sallyport/admin"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/ledger"
	"github.com/sallyport/sallyport/policy"
)

// killFile keeps the kill switches beside the ledger: what an operator stopped
// stays stopped when the gateway is started again.
type killFile string

func (g *gateway) restoreKills(p *policy.Policy) error {
	g.kills = killFile(p.Ledger.Path + ".kills.json")
	data, err := os.ReadFile(string(g.kills))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var on []guard.Kill
	if err == nil {
		err = json.Unmarshal(data, &on)
	}
	if err != nil {
		return fmt.Errorf("reading the kill switches: %w; mend or remove %s", err, g.kills)
	}
	for _, k := range on {
		g.guard.Kill(k)
		g.o.Log.Warn("A kill switch is on from before.", "what", k.String())
	}
	return nil
}

// save replaces the file whole.
func (f killFile) save(on []guard.Kill) error {
	data, err := json.Marshal(on)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(string(f)), ".kills-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), string(f))
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// Kill throws a kill switch. Stopping comes before recording: an operator who
// stops something must not be kept from it by a full disk. The error then says
// that it is stopped and not recorded.
func (g *gateway) Kill(s admin.Switch) (bool, error) {
	if err := known(g.live.Load(), s); err != nil {
		return false, err
	}
	return g.throw(guard.Kill(s), g.guard.Kill, ledger.Kill)
}

// known tells what of a switch the policy does not have: a slip of the pen in
// an emergency must not look like success.
func known(p *policy.Policy, s admin.Switch) error {
	if _, ok := p.Door(s.Door); s.Door != "" && !ok {
		return fmt.Errorf("the policy has no door %q; %s", s.Door, thereAre(s.Door, doorNames(p)))
	}
	callers := callerNames(p)
	if s.Caller != "" && !slices.Contains(callers, s.Caller) {
		return fmt.Errorf("the policy has no app or key %q; %s; to stop callers that prove nothing, stop the door", s.Caller, thereAre(s.Caller, callers))
	}
	return nil
}

// thereAre lists the names that could have been meant instead, the nearest
// one last.
func thereAre(got string, names []string) string {
	if len(names) == 0 {
		return "there are none"
	}
	list := "there are: " + strings.Join(names, ", ")
	if near := policy.Nearest(got, names); near != "" {
		list += fmt.Sprintf("; did you mean %q?", near)
	}
	return list
}

func doorNames(p *policy.Policy) (names []string) {
	for _, d := range p.Doors {
		names = append(names, d.Name)
	}
	return names
}

func callerNames(p *policy.Policy) (names []string) {
	for _, a := range p.Apps {
		names = append(names, a.Name)
	}
	for _, k := range p.Keys {
		names = append(names, k.Name)
	}
	return append(names, p.CertifiedNames()...)
}

// Unkill takes a kill switch back, also one of a name that the policy has no
// more.
func (g *gateway) Unkill(s admin.Switch) (bool, error) {
	moved, err := g.throw(guard.Kill(s), g.guard.Unkill, ledger.Unkill)
	if !moved && err == nil {
		err = known(g.live.Load(), s)
	}
	return moved, err
}

func (g *gateway) throw(k guard.Kill, move func(guard.Kill) bool, event ledger.Type) (bool, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !move(k) {
		return false, nil
	}
	g.o.Log.Warn("A kill switch was moved.", "event", string(event), "what", k.String())
	err := errors.Join(g.guard.Event(event, k.String()), g.kills.save(g.guard.Kills()))
	if err != nil {
		return true, fmt.Errorf("%s holds, but could not be recorded: %w", k, err)
	}
	return true, nil
}
