// Package testpki makes throw-away certificates for tests: one certificate
// authority in memory, and server and client certificates signed by it.
//
// It knows X.509 and nothing of doors, policies or databases. Its keys are
// made at run time and live for a day, so that nothing secret is ever checked
// in and nothing made here is of use elsewhere. It is for tests, benchmarks
// and the conformance runs; the product never imports it.
package testpki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// lifetime bounds every certificate; it starts an hour in the past so that a
// peer whose clock lags a little still accepts it.
const lifetime = 24 * time.Hour

// CA is a certificate authority whose key never leaves the process.
// It is safe for concurrent use.
type CA struct {
	cert *x509.Certificate
	key  crypto.Signer

	// PEM is the authority's own certificate, as a peer wants it in a file.
	PEM []byte
}

// Pair is a certificate and its private key (PKCS #8), both PEM.
type Pair struct {
	Cert, Key []byte
}

// NewCA makes an authority whose subject's common name is name.
func NewCA(name string) (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the key of test authority %s: %w", name, err)
	}
	tmpl, err := template(name)
	if err != nil {
		return nil, err
	}
	tmpl.IsCA = true
	tmpl.BasicConstraintsValid = true
	tmpl.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("signing test authority %s: %w", name, err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("reading back test authority %s: %w", name, err)
	}
	return &CA{cert: cert, key: key, PEM: pemBlock("CERTIFICATE", der)}, nil
}

// Server makes a certificate for a TLS server that answers under hosts, each a
// DNS name or an IP address. Without hosts it is for localhost, 127.0.0.1 and ::1.
func (ca *CA) Server(hosts ...string) (Pair, error) {
	if len(hosts) == 0 {
		hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	tmpl, err := template(hosts[0])
	if err != nil {
		return Pair{}, err
	}
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			tmpl.IPAddresses = append(tmpl.IPAddresses, ip)
		} else {
			tmpl.DNSNames = append(tmpl.DNSNames, h)
		}
	}
	return ca.issue(tmpl)
}

// Client makes a certificate for a TLS client that is known as name, which is
// both its common name and its only DNS name.
func (ca *CA) Client(name string) (Pair, error) {
	return ca.ClientAs(name, func(tmpl *x509.Certificate) { tmpl.DNSNames = []string{name} })
}

// ClientAs makes a certificate for a TLS client whose common name is name. It
// has no other name, and holds as long as any, but for what change makes of it.
func (ca *CA) ClientAs(name string, change func(*x509.Certificate)) (Pair, error) {
	tmpl, err := template(name)
	if err != nil {
		return Pair{}, err
	}
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	change(tmpl)
	return ca.issue(tmpl)
}

// Pool returns a new pool that trusts this authority and no other.
func (ca *CA) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(ca.cert)
	return pool
}

func (ca *CA) issue(tmpl *x509.Certificate) (Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return Pair{}, fmt.Errorf("making the key of test certificate %s: %w", tmpl.Subject.CommonName, err)
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, ca.cert, key.Public(), ca.key)
	if err != nil {
		return Pair{}, fmt.Errorf("signing test certificate %s: %w", tmpl.Subject.CommonName, err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return Pair{}, fmt.Errorf("encoding the key of test certificate %s: %w", tmpl.Subject.CommonName, err)
	}
	return Pair{Cert: pemBlock("CERTIFICATE", der), Key: pemBlock("PRIVATE KEY", pkcs8)}, nil
}

// TLS parses the pair for crypto/tls.
func (p Pair) TLS() (tls.Certificate, error) {
	return tls.X509KeyPair(p.Cert, p.Key)
}

// WriteFiles writes dir/name.pem (mode 0644) and dir/name-key.pem (mode 0600)
// and returns their paths.
func (p Pair) WriteFiles(dir, name string) (certFile, keyFile string, err error) {
	certFile = filepath.Join(dir, name+".pem")
	keyFile = filepath.Join(dir, name+"-key.pem")
	if err := os.WriteFile(certFile, p.Cert, 0o644); err != nil {
		return "", "", fmt.Errorf("writing test certificate %s: %w", name, err)
	}
	if err := os.WriteFile(keyFile, p.Key, 0o600); err != nil {
		return "", "", fmt.Errorf("writing the key of test certificate %s: %w", name, err)
	}
	return certFile, keyFile, nil
}

func template(name string) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, fmt.Errorf("drawing a serial number for test certificate %s: %w", name, err)
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name, Organization: []string{"Sallyport tests"}},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(lifetime),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}, nil
}

func pemBlock(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
