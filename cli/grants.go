package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/grants"
	"github.com/sallyport/sallyport/grants/connect"
	"github.com/sallyport/sallyport/policy"
)

func (p *Program) grantsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "grants",
		Short: "What the database can enforce too: the rights of the doors' logins, from the policy",
	}
	c.AddCommand(p.grantsGenerateCommand(), p.grantsDiffCommand(), p.grantsVerifyCommand())
	return c
}

// grantsFlags are what the verbs of grants have in common.
type grantsFlags struct{ policy, door string }

func (f *grantsFlags) add(c *cobra.Command) {
	policyFlag(c, &f.policy)
	c.Flags().StringVar(&f.door, "door", "", "only the server that this `door` leads to")
}

// targets loads the policy and chooses the servers.
func (p *Program) targets(f *grantsFlags, src policy.Source) ([]grants.Target, error) {
	loaded, diags := policy.Load(f.policy, p.Vocabulary, src)
	if loaded == nil {
		return nil, usage(diags)
	}
	all := grants.Targets(loaded)
	if f.door != "" {
		var doors []string
		for _, t := range all {
			doors = append(doors, t.Doors...)
		}
		all = slices.DeleteFunc(all, func(t grants.Target) bool { return !slices.Contains(t.Doors, f.door) })
		if near := policy.Nearest(f.door, doors); len(all) == 0 && near != "" {
			return nil, usage(fmt.Errorf("%s has no door %q to a database: did you mean %s?", f.policy, f.door, near))
		} else if len(all) == 0 && len(doors) > 0 {
			return nil, usage(fmt.Errorf("%s has no door %q to a database; there are: %s", f.policy, f.door, strings.Join(doors, ", ")))
		}
	}
	if len(all) == 0 {
		return nil, usage(fmt.Errorf("%s has no door to a database", f.policy))
	}
	return all, nil
}

func (p *Program) grantsGenerateCommand() *cobra.Command {
	var f grantsFlags
	var at dsnFlags
	var server, from string
	var ask bool
	c := &cobra.Command{
		Use:   "generate",
		Short: "Write the SQL that gives each login of the doors what the policy needs, and nothing else",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			targets, err := p.targets(&f, absentSecrets{p.Source})
			if err != nil {
				return err
			}
			if !ask && at.given() {
				return usage(errors.New("an administrator's login is for --from-server"))
			}
			for i := range targets {
				t, o := &targets[i], grants.Options{From: from}
				s, err := serverOf(t, server)
				if err != nil {
					return usage(err)
				}
				if ask {
					if s, o.Catalogue, err = p.inspect(c.Context(), &at, targets); err != nil {
						return err
					}
				}
				if err := grants.Write(c.OutOrStdout(), t, s, o); err != nil {
					return err
				}
			}
			return nil
		},
	}
	f.add(c)
	at.add(c)
	c.Flags().StringVar(&server, "server", "", "the `server` and its version: mariadb:10.11, mysql:8.0, postgres:15")
	c.Flags().StringVar(&from, "from", "%", "the `host` pattern of MySQL accounts: where the gateway logs in from")
	c.Flags().BoolVar(&ask, "from-server", false, "ask the server which tables and sequences it has")
	return c
}

// serverOf is the server that --server names, or the usual one for the doors.
func serverOf(t *grants.Target, word string) (grants.Server, error) {
	if word == "" {
		return grants.Default(t.Kind), nil
	}
	s, err := grants.ParseServer(word)
	if err == nil && !s.Speaks(t.Kind) {
		err = fmt.Errorf("door %s is no door to a %s: choose one with --door", t.Doors[0], s.Flavour)
	}
	return s, err
}

// inspect asks the one server of the targets what it is and has.
func (p *Program) inspect(ctx context.Context, at *dsnFlags, targets []grants.Target) (grants.Server, *grants.Catalogue, error) {
	conn, err := p.administrator(ctx, at, targets)
	if err != nil {
		return grants.Server{}, nil, err
	}
	s, c, err := grants.Inspect(ctx, conn, &targets[0])
	if err = errors.Join(err, conn.Close()); err != nil {
		return s, nil, unavailable(err)
	}
	return s, c, nil
}

func (p *Program) grantsDiffCommand() *cobra.Command {
	var f grantsFlags
	var at dsnFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "diff",
		Short: "Hold the rights that a server has against what the policy needs, with the SQL that mends them",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			targets, err := p.targets(&f, absentSecrets{p.Source})
			if err != nil {
				return err
			}
			conn, err := p.administrator(c.Context(), &at, targets)
			if err != nil {
				return err
			}
			defer conn.Close()
			t := &targets[0]
			all := []grants.Difference{}
			var notes []grants.Note
			var s *grants.State
			for i := range t.Logins {
				if s, err = grants.Read(c.Context(), conn, t, t.Logins[i].User, false); err != nil {
					return unavailable(err)
				}
				diffs, told := grants.Diff(t, &t.Logins[i], s)
				all, notes = append(all, diffs...), append(notes, told...)
			}
			if asJSON {
				err = json.NewEncoder(c.OutOrStdout()).Encode(all)
			} else {
				err = grants.WriteDiff(c.OutOrStdout(), t, s.Server, all, notes)
			}
			if err == nil && len(all) > 0 {
				return findings()
			}
			return err
		},
	}
	f.add(c)
	at.add(c)
	jsonFlag(c, &asJSON)
	return c
}

func (p *Program) grantsVerifyCommand() *cobra.Command {
	var f grantsFlags
	var at dsnFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify",
		Short: "Log in as each login of the doors, and tell weak spots: rights that no rule needs, and how the server is set",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			targets, err := p.targets(&f, p.Source)
			if err != nil {
				return err
			}
			var admin grants.Querier
			if at.given() {
				conn, err := p.administrator(c.Context(), &at, targets)
				if err != nil {
					return err
				}
				defer conn.Close()
				admin = conn
			}
			all := []grants.Finding{}
			var unreached error // what one login is refused hides nothing of the others
			for i := range targets {
				for j := range targets[i].Logins {
					found, err := verifyLogin(c.Context(), admin, &targets[i], &targets[i].Logins[j])
					all = append(all, found...)
					unreached = errors.Join(unreached, err)
				}
			}
			if asJSON {
				err = json.NewEncoder(c.OutOrStdout()).Encode(all)
			} else {
				err = grants.WriteFindings(c.OutOrStdout(), all, unreached == nil)
			}
			switch {
			case err != nil:
				return err
			case unreached != nil:
				return unavailable(unreached)
			case slices.ContainsFunc(all, grants.Finding.Weak):
				return findings()
			}
			return nil
		},
	}
	f.add(c)
	at.add(c)
	jsonFlag(c, &asJSON)
	return c
}

func verifyLogin(ctx context.Context, admin grants.Querier, t *grants.Target, l *grants.Login) ([]grants.Finding, error) {
	config, err := hostConfig(t)
	if err != nil {
		return nil, err
	}
	config.User, config.Password = l.User, string(l.Password.Reveal())
	conn, err := connect.Open(ctx, t.Kind, config)
	if err != nil && connect.Denied(err) {
		return nil, fmt.Errorf("%w: `sallyport grants generate` writes the account, and a comment there says how it gets the password of the policy", err)
	}
	if err != nil {
		return nil, err
	}
	found, err := grants.Verify(ctx, conn, admin, t, l)
	return found, errors.Join(err, conn.Close())
}
