package cli

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/policy"
)

// keyBytes is the entropy of an API key.
const keyBytes = 32

func keysCommand() *cobra.Command {
	c := &cobra.Command{Use: "keys", Short: "Make API keys"}
	c.AddCommand(newKeyCommand())
	return c
}

func newKeyCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "new NAME",
		Short: "Make an API key: it is shown once, and the policy gets its SHA-256",
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usage(errors.New("name who is to have the key: `sallyport keys new NAME`"))
			}
			if err := policy.CheckName(args[0]); err != nil {
				return usage(err)
			}
			var secret [keyBytes]byte
			rand.Read(secret[:]) // never fails: it ends the process instead
			key := "sp_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret[:]))
			sum := sha256.Sum256([]byte(key))
			hash := hex.EncodeToString(sum[:])
			if asJSON {
				return json.NewEncoder(c.OutOrStdout()).Encode(map[string]string{"name": args[0], "key": key, "sha256": hash})
			}
			_, err := fmt.Fprintf(c.OutOrStdout(), "The key, shown this once; its holder sends it as `Authorization: Bearer KEY`:\n  %s\nThe policy gets:\n  keys:\n    %s: {sha256: %s}\n", key, args[0], hash)
			return err
		},
	}
	jsonFlag(c, &asJSON)
	return c
}
