package cli

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/policy"
)

func (p *Program) explainCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain QUESTION|ID|NUMBER",
		Short: "Say what the policy decides and why, or what became of a crossing",
		Long: "Say what the policy decides and why, or what the ledger holds of one crossing.\n" +
			"  sallyport explain 'anyone may GET /admin at front'\n" +
			"  sallyport explain 'colours may \"SELECT name FROM colours WHERE user_id = ?\" at db'\n" +
			"  sallyport explain 'colours may log in at db on sat at 03:00 Europe/Berlin'\n" +
			"  sallyport explain 0198c1a2-7b3c-7def-8123-456789abcdef\n" +
			"  sallyport explain 1042",
	}
	at := p.ledgerFlags(c)
	jsonFlag(c, &asJSON)
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return usage(errors.New("ask a question: `sallyport explain 'anyone may GET / at front'`; --help has more"))
		}
		question := sentenceOf(args)
		if namesEntry(question) {
			dir, err := at.path()
			if err != nil {
				return err
			}
			found, err := byName(c.Context(), dir, question)
			if err != nil {
				return err
			}
			return explainEntry(c.OutOrStdout(), found, asJSON)
		}
		loaded, diags := policy.LoadUntested(at.policy, p.Vocabulary, absentSecrets{p.Source})
		if loaded == nil {
			return usage(diags)
		}
		answer, err := loaded.Explain(question)
		if err != nil {
			return usage(err)
		}
		if asJSON {
			err = json.NewEncoder(c.OutOrStdout()).Encode(answer)
		} else {
			err = answer.Write(c.OutOrStdout())
		}
		if err == nil && answer.Verdict.Denied() {
			return findings()
		}
		return err
	}
	return c
}

// namesEntry tells an ID or a number, as find shows it, from a question.
func namesEntry(s string) bool {
	if _, err := sallyport.ParseID(s); err == nil {
		return true
	}
	_, ok := number(s)
	return ok
}

// sentenceOf joins arguments. One of several that holds blanks was in quotes,
// which the shell has taken off.
func sentenceOf(args []string) string {
	words := make([]string, len(args))
	for i, a := range args {
		if words[i] = a; len(args) > 1 && strings.ContainsAny(a, " \t\n") && !strings.Contains(a, `"`) {
			words[i] = `"` + a + `"`
		}
	}
	return strings.Join(words, " ")
}
