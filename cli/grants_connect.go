package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport/sallyport/gate"
	"github.com/sallyport/sallyport/grants"
	"github.com/sallyport/sallyport/grants/connect"
)

// dsnFlags say whom to log in as, to ask a server for everybody's rights. No
// secret stands on a command line, where every user of the machine can read it.
type dsnFlags struct{ dsnEnv, address, user, passwordFile string }

func (f *dsnFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.dsnEnv, "dsn-env", "", "the environment `variable` that holds mysql://USER:PASSWORD@HOST:PORT or postgres://…, an administrator's")
	c.Flags().StringVar(&f.address, "address", "", "where the server is, instead of where the policy says: `host:port`")
	c.Flags().StringVar(&f.user, "user", "", "the administrator's `name`")
	c.Flags().StringVar(&f.passwordFile, "password-file", "", "the `file` that holds the administrator's password")
}

func (f *dsnFlags) given() bool { return *f != (dsnFlags{}) }

// administrator logs in at the one server that the targets are at. The error
// has its exit code.
func (p *Program) administrator(ctx context.Context, f *dsnFlags, targets []grants.Target) (connect.Conn, error) {
	if len(targets) > 1 {
		return nil, usage(fmt.Errorf("the doors lead to %d servers or databases: choose one with --door", len(targets)))
	}
	t := &targets[0]
	user, password, address, err := p.credentials(f)
	if err != nil {
		return nil, usage(err)
	}
	config, err := hostConfig(t)
	if err != nil {
		return nil, usage(err)
	}
	config.User, config.Password = user, password
	if address != "" {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, usage(errors.New("the server's address is host:port"))
		}
		config.Host = address
		config.Dial = func(ctx context.Context) (net.Conn, error) { return new(net.Dialer).DialContext(ctx, "tcp", address) }
		if config.TLS != nil && t.Host.TLS.ServerName == "" {
			config.TLS.ServerName = host
		}
	}
	conn, err := connect.Open(ctx, t.Kind, config)
	if err != nil {
		return nil, unavailable(err)
	}
	return conn, nil
}

// credentials reads the flags. No error holds what the variable or the file do.
func (p *Program) credentials(f *dsnFlags) (user, password, address string, err error) {
	switch {
	case f.dsnEnv != "" && (f.user != "" || f.passwordFile != ""):
		return "", "", "", errors.New("write --dsn-env, or --user and --password-file")
	case f.dsnEnv != "":
		text, ok := p.Source.Env(f.dsnEnv)
		if !ok {
			return "", "", "", fmt.Errorf("the environment variable %s is not set", f.dsnEnv)
		}
		u, err := url.Parse(text)
		if err != nil || u.User == nil || u.Scheme != "mysql" && u.Scheme != "mariadb" && u.Scheme != "postgres" && u.Scheme != "postgresql" {
			return "", "", "", fmt.Errorf("the environment variable %s is no mysql://USER:PASSWORD@HOST:PORT and no postgres://USER:PASSWORD@HOST:PORT", f.dsnEnv)
		}
		password, _ := u.User.Password()
		if f.address != "" {
			return u.User.Username(), password, f.address, nil
		}
		return u.User.Username(), password, u.Host, nil
	case f.user == "" || f.passwordFile == "":
		return "", "", "", errors.New("say whom to log in as: --dsn-env NAME, or --user NAME and --password-file FILE")
	}
	b, _, err := p.Source.File(f.passwordFile)
	if err != nil {
		return "", "", "", fmt.Errorf("reading the password: %w", err)
	}
	return f.user, strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), f.address, nil
}

// hostConfig is how a server is reached as the doors reach it.
func hostConfig(t *grants.Target) (connect.Config, error) {
	tls, err := gate.ClientTLS(t.Host.TLS, t.Host.DNS)
	if err != nil {
		return connect.Config{}, err
	}
	return connect.Config{
		Host: t.Address(), Database: t.Database, TLS: tls,
		Dial: func(ctx context.Context) (net.Conn, error) { return gate.DialHost(ctx, &t.Host) },
	}, nil
}
