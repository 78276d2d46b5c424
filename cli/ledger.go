package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/policy"
)

func (p *Program) ledgerCommand() *cobra.Command {
	c := &cobra.Command{
		Use:        "ledger",
		SuggestFor: []string{"find", "tail", "verify", "prove", "export", "reindex", "log"},
		Short:      "Find, follow, verify, prove and export what crossed",
	}
	c.AddCommand(
		p.findCommand(), p.tailCommand(), p.verifyCommand(), p.proveCommand(),
		p.exportCommand(), p.reindexCommand(),
	)
	return c
}

// where says which ledger a verb is about: a folder, or the one of a policy.
type where struct {
	p      *Program
	dir    string
	policy string
	found  bool // the folder, by the policy

	keyless bool // what was asked for could not be hashed as the ledger hashes it
}

func (p *Program) ledgerFlags(c *cobra.Command) *where {
	w := &where{p: p}
	c.Flags().StringVar(&w.dir, "ledger", "", "the ledger's `folder`, or a copy of it; without it, the one that the policy names")
	policyFlag(c, &w.policy)
	return w
}

// path is the ledger's folder, which has to be there.
func (w *where) path() (string, error) {
	if w.dir == "" {
		at, diags := policy.LoadLedger(w.policy, w.p.Source)
		if diags.Failed() {
			return "", usage(fmt.Errorf("%w\nor name the ledger's folder with --ledger", diags))
		}
		w.dir, w.found = at.Path, true
	}
	if info, err := os.Stat(w.dir); err != nil || !info.IsDir() {
		return "", unavailable(fmt.Errorf("there is no ledger in %s: it begins with the first `sallyport run`", w.dir))
	}
	return w.dir, nil
}

// absentSecrets is a Source for verbs that need no secret: whoever reads the
// ledger or asks about a policy need not hold the database's password.
type absentSecrets struct{ policy.Source }

// Env is a placeholder, another for each name, where the variable is not set.
func (s absentSecrets) Env(name string) (string, bool) {
	if v, set := s.Source.Env(name); set && v != "" {
		return v, true
	}
	return "a placeholder for what is not set: " + name, true
}

// SecretFile is a placeholder, another for each path, where the file cannot be
// read.
func (s absentSecrets) SecretFile(path string) ([]byte, bool) {
	if _, _, err := s.Source.File(path); err != nil {
		return []byte("a placeholder for what is not there: " + path), true
	}
	return nil, false
}

var _ policy.StandIn = absentSecrets{}

// verifierKey is the one that was given, or what stands beside the ledger,
// which whoever changed the ledger could have changed too.
func verifierKey(dir, given string) (key string, ownWord bool, err error) {
	if given != "" {
		return given, false, nil
	}
	text, err := os.ReadFile(strings.TrimRight(dir, "/") + ".pub")
	if errors.Is(err, fs.ErrNotExist) {
		return "", false, usage(errors.New("name the ledger's public key with --key: it was printed when the ledger began"))
	}
	if err != nil {
		return "", false, usage(fmt.Errorf("reading the ledger's public key: %w: or name it with --key", err))
	}
	return strings.TrimSpace(string(text)), true, nil
}
