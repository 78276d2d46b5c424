package cli

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/internal/devpki"
)

func caCommand() *cobra.Command {
	c := &cobra.Command{Use: "ca", Short: "Make certificates for development"}
	c.AddCommand(caInitCommand())
	return c
}

func caInitCommand() *cobra.Command {
	var dir, name string
	var hosts []string
	c := &cobra.Command{
		Use:   "init",
		Short: "Make a development CA in a folder, if there is none, and a certificate from it",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			now := time.Now()
			authority, made, err := devpki.Open(dir, now)
			if err != nil {
				return usage(err)
			}
			if err := authority.Issue(name, hosts, now); err != nil {
				return usage(err)
			}
			word := "old"
			if made {
				word = "new"
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "CA (%s):       %s\ncertificate:    %s\nits key:        %s\n", word,
				filepath.Join(dir, "ca.pem"), filepath.Join(dir, name+".pem"), filepath.Join(dir, name+"-key.pem"))
			return err
		},
	}
	c.Flags().StringVar(&dir, "dir", ".", "the `folder` for ca.pem, ca-key.pem and the certificate")
	c.Flags().StringVar(&name, "name", "gate", "the certificate's file `name`, without .pem")
	c.Flags().StringSliceVar(&hosts, "host", []string{"localhost", "127.0.0.1", "::1"}, "host `names` and addresses that the certificate is for")
	return c
}
