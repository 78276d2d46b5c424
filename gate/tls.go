package gate

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"

	"github.com/sallyport/sallyport/policy"
)

// ServerTLS is the configuration for clients of a door: TLS 1.2 and later with
// Go's choice of suites and curves. It is nil where the door has no
// certificate, which the policy allows only for doors that may be plain.
func ServerTLS(s policy.ServerTLS) (*tls.Config, error) {
	if s.Cert.IsZero() {
		if s.Optional {
			return nil, nil
		}
		return nil, errors.New("reading tls: a door without a certificate has to say `tls: optional`")
	}
	cert, err := tls.X509KeyPair(s.Cert.Data, s.Key.Data)
	if err != nil {
		return nil, fmt.Errorf("reading tls: cert %s with key %s: %w", s.Cert.Ref, s.Key.Ref, err)
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}}, nil
}

// ClientTLS is the configuration for an upstream that is dialled as name: its
// chain and its name are verified. It is nil where the policy spells out that
// the leg is plain.
func ClientTLS(c policy.ClientTLS, name string) (*tls.Config, error) {
	if c.Plain {
		return nil, nil
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: name}
	if c.ServerName != "" {
		conf.ServerName = c.ServerName
	}
	if conf.ServerName == "" {
		return nil, errors.New("reading tls of the upstream: there is no name to verify")
	}
	if !c.CA.IsZero() {
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(c.CA.Data) {
			return nil, fmt.Errorf("reading tls of the upstream: ca %s holds no certificate in PEM", c.CA.Ref)
		}
	}
	return conf, nil
}
