package cli

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/daemon"
)

func (p *Program) runCommand() *cobra.Command {
	o := daemon.Options{
		Version: p.Version, Kinds: p.Kinds, Vocabulary: p.Vocabulary, Source: p.Source,
		Inspectors: p.Inspectors, Maskers: p.Maskers,
	}
	var format, level string
	c := &cobra.Command{
		Use:   "run",
		Short: "Open the doors of a policy and keep them",
		Long: "Open the doors of a policy and keep them until SIGINT or SIGTERM, which drains them.\n" +
			"SIGHUP, or --watch, reads the policy anew: it is put in force whole, or not at all.",
		Args: noArgs("--policy FILE"),
		RunE: func(c *cobra.Command, _ []string) error {
			log, err := logger(c.ErrOrStderr(), format, level)
			if err != nil {
				return usage(err)
			}
			o.Log, o.Out = log, c.OutOrStdout()
			if err := daemon.Run(c.Context(), o); err != nil {
				return usage(err)
			}
			return nil
		},
	}
	policyFlag(c, &o.Policy)
	c.Flags().BoolVar(&o.Watch, "watch", false, "reload when the policy, or a file that it names, changes")
	c.Flags().DurationVar(&o.Drain, "drain", 20*time.Second, "how long what is open may take to end")
	c.Flags().StringVar(&format, "log-format", "text", "text or json")
	c.Flags().StringVar(&level, "log-level", "info", "debug, info, warn or error")
	return c
}

func logger(w io.Writer, format, level string) (*slog.Logger, error) {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("reading --log-level: %q is not debug, info, warn or error", level)
	}
	options := &slog.HandlerOptions{Level: least}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, options)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, options)), nil
	default:
		return nil, fmt.Errorf("reading --log-format: %q is not text or json", format)
	}
}
