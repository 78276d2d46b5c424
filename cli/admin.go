package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/admin"
	"github.com/sallyport/sallyport/policy"
)

// adminCommand speaks to the running gateway; the policy says where it listens
// and what its token is.
func (p *Program) adminCommand() *cobra.Command {
	c := &cobra.Command{Use: "admin", Short: "Ask and steer the running gateway", SuggestFor: []string{"status", "reload", "kill", "unkill", "stop"}}
	c.AddCommand(
		p.adminVerb("status", "Say what the gateway is doing", http.MethodGet, "/v1/status", false),
		p.adminVerb("reload", "Read the policy anew", http.MethodPost, "/v1/reload", false),
		p.adminVerb("kill", "Stop a door, a caller, or a caller at a door, at once", http.MethodPost, "/v1/kill", true),
		p.adminVerb("unkill", "Take a kill switch back", http.MethodPost, "/v1/unkill", true),
	)
	return c
}

func (p *Program) adminVerb(name, short, method, path string, switched bool) *cobra.Command {
	var file, listen string
	var s admin.Switch
	c := &cobra.Command{
		Use: name, Short: short, Args: noArgs(map[bool]string{true: "--door DOOR", false: ""}[switched]),
		RunE: func(c *cobra.Command, _ []string) error {
			if switched {
				if err := oneOrBoth(s.Door, s.Caller); err != nil {
					return err
				}
			}
			at, diags := policy.LoadAdmin(file, p.Source)
			if diags.Failed() && listen == "" {
				return usage(fmt.Errorf("%w\nor say where the gateway listens: --admin unix:admin.sock", diags))
			}
			if listen != "" {
				at.Listen = listen
			}
			if at.Listen == "" {
				return usage(fmt.Errorf("%s has no `admin: {listen: …}`: name it with --admin, or add `admin: {listen: \"unix:admin.sock\"}`", file))
			}
			var body []byte
			if switched {
				var err error
				if body, err = json.Marshal(s); err != nil {
					return err
				}
			}
			return askAdmin(c.Context(), c.OutOrStdout(), at, method, path, body)
		},
	}
	policyFlag(c, &file)
	c.Flags().StringVar(&listen, "admin", "", "where the gateway's admin listener is, `address` or unix:PATH; without it, as the policy says")
	if switched {
		c.Flags().StringVar(&s.Door, "door", "", "the `door`")
		c.Flags().StringVar(&s.Caller, "caller", "", "the `app` or the holder of a key")
	}
	return c
}

// askAdmin prints the answer, which is JSON, indented.
func askAdmin(ctx context.Context, out io.Writer, a policy.Admin, method, path string, body []byte) error {
	socket, isSocket := strings.CutPrefix(a.Listen, "unix:")
	host := a.Listen
	transport := &http.Transport{Proxy: nil}
	if isSocket {
		host = "localhost"
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+host+path, bytes.NewReader(body))
	if err != nil {
		return usage(err)
	}
	if !a.Token.IsZero() {
		r.Header.Set("Authorization", "Bearer "+string(a.Token.Reveal()))
	}
	resp, err := (&http.Client{Transport: transport, Timeout: 30 * time.Second}).Do(r)
	if err != nil {
		return unavailable(fmt.Errorf("asking the gateway at %s: %w; start it with `sallyport run`, or say with --admin where it listens", a.Listen, err))
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return unavailable(fmt.Errorf("reading the gateway's answer: %w", err))
	}
	if resp.StatusCode != http.StatusOK {
		var problem struct{ Error string }
		if json.Unmarshal(answer, &problem) == nil && problem.Error != "" {
			return &exit{code: ExitFindings, err: errors.New(problem.Error)}
		}
		return &exit{code: ExitFindings, err: fmt.Errorf("the gateway answered %s", resp.Status)}
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, answer, "", "  "); err != nil {
		return unavailable(fmt.Errorf("reading the gateway's answer: %w", err))
	}
	_, err = pretty.WriteTo(out)
	return err
}
