package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/ledger/export"
	"github.com/sallyport/sallyport/policy"
)

// maxPolicy is one byte more than a policy can have: reading so much is enough
// to refuse what is larger.
const maxPolicy = 1<<20 + 1

func (p *Program) fmtCommand() *cobra.Command {
	var check bool
	c := &cobra.Command{
		Use:   "fmt [FILE|-]",
		Short: "Write a policy in its one form, comments kept",
		Long: "Write a policy in its one form: keys in the order of the reference, comments kept.\n" +
			"The file is replaced, and named where it changed; - reads standard input and writes\n" +
			"standard output. --check replaces nothing: it exits with 1 where fmt would change the file.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return p.formatPolicy(c, policyArg(args), check)
		},
	}
	c.Flags().BoolVar(&check, "check", false, "change nothing, and exit with 1 where fmt would")
	return c
}

func (p *Program) formatPolicy(c *cobra.Command, file string, check bool) error {
	text, err := p.readPolicy(c.InOrStdin(), file)
	if err != nil {
		return usage(err)
	}
	done, err := policy.Format(text)
	if err != nil {
		var diags policy.Diagnostics
		if errors.As(err, &diags) {
			for i := range diags {
				diags[i].File = file
			}
			err = diags
		}
		return usage(err)
	}
	switch {
	case file == "-" && !check:
		_, err = c.OutOrStdout().Write(done)
		return err
	case bytes.Equal(text, done):
		return nil
	case !check:
		if err := replaceFile(file, done); err != nil {
			return usage(fmt.Errorf("writing %s: %w", file, err))
		}
	}
	if _, err := fmt.Fprintln(c.OutOrStdout(), export.Printable(file)); err != nil {
		return err
	}
	if check {
		return findings()
	}
	return nil
}

func (p *Program) readPolicy(in io.Reader, file string) ([]byte, error) {
	if file != "-" {
		text, _, err := p.Source.File(file)
		if err != nil {
			return nil, fmt.Errorf("%w; name the policy file, or - for standard input", err)
		}
		return text, nil
	}
	text, err := io.ReadAll(io.LimitReader(in, maxPolicy))
	if err != nil {
		return nil, fmt.Errorf("reading standard input: %w", err)
	}
	return text, nil
}

// replaceFile puts text in the place of a file, whole or not at all, with the
// file's own mode. A link is followed: what it names is replaced.
func replaceFile(file string, text []byte) error {
	file, err := filepath.EvalSymlinks(file)
	if err != nil {
		return err
	}
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	return putFile(file, text, info.Mode().Perm())
}

// putFile writes a file whole or not at all, in the place of one that is there.
func putFile(file string, text []byte, mode os.FileMode) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".sallyport-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // gone already where the rename succeeded
	_, err = tmp.Write(text)
	err = errors.Join(err, tmp.Chmod(mode), tmp.Sync(), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}
