package gate

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/sallyport/sallyport/policy"
)

// ServerTLS is the configuration for clients of a door: TLS 1.2 and later with
// Go's choice of suites and curves. It is nil where the door has no
// certificate, which the policy allows only for doors that may be plain. Where
// the door asks clients for a certificate, its ClientCAs are the authorities
// that count; what a client shows has not been held against them when the
// handshake is over.
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
	conf := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}}
	if s.Client.CA.IsZero() {
		return conf, nil
	}
	// The handshake takes any certificate and proves that the client has its
	// key. Whether it is one that counts is found out after it, so that a client
	// is told in its own protocol what was wrong, and the ledger why.
	conf.ClientAuth = tls.RequestClientCert
	if conf.ClientCAs, err = roots(s.Client.CA); err != nil {
		return nil, fmt.Errorf("reading tls: %w", err)
	}
	return conf, nil
}

// TLSVersion is the version that a connection has agreed on, as the ledger
// writes it: "1.3".
func TLSVersion(s tls.ConnectionState) string {
	return strings.TrimPrefix(tls.VersionName(s.Version), "TLS ")
}

// roots is a pool of the authorities in a file.
func roots(f policy.File) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(f.Data) {
		return nil, fmt.Errorf("ca %s holds no certificate in PEM", f.Ref)
	}
	return pool, nil
}

// ClientTLS is the configuration for an upstream that is dialled as name: its
// chain and its name are verified, and the gateway's certificate is shown where
// it has one. It is nil where the policy spells out that the leg is plain.
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
		var err error
		if conf.RootCAs, err = roots(c.CA); err != nil {
			return nil, fmt.Errorf("reading tls of the upstream: %w", err)
		}
	}
	if !c.Cert.IsZero() || !c.Key.IsZero() {
		cert, err := tls.X509KeyPair(c.Cert.Data, c.Key.Data)
		if err != nil {
			return nil, fmt.Errorf("reading tls of the upstream: cert %s with key %s: %w", c.Cert.Ref, c.Key.Ref, err)
		}
		// Shown whatever authorities the server says it knows, as other clients
		// do: a server that then refuses it says so.
		conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
	return conf, nil
}

// AlertedNote says what an error of which Alerted is true may mean, without a
// word of the database's.
const AlertedNote = "the database broke off TLS: it may not accept the gateway's certificate, or want one"

// Alerted tells whether the other side ended a connection by a TLS alert (RFC
// 8446, section 6). A server of TLS 1.3 refuses a client's certificate so, after
// the client's handshake is over.
func Alerted(err error) bool {
	op, ok := errors.AsType[*net.OpError](err)
	return ok && op.Op == "remote error" // as crypto/tls calls what came as an alert
}
