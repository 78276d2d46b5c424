// Package devpki makes a certificate authority and certificates for
// development and demonstrations, so that every leg can be encrypted from the
// first minute on.
//
// It is no PKI: the authority's key lies in a file beside the certificates,
// and nothing is ever revoked.
package devpki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

const (
	caYears  = 10
	leafDays = 397 // what browsers accept at most (CA/Browser Forum baseline requirements 6.3.2)
)

var (
	fileName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$`)
	hostName = regexp.MustCompile(`^(\*\.)?([A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$`)
)

// Authority signs certificates for development.
type Authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Open reads the authority in dir (ca.pem, ca-key.pem) or makes it there; made
// tells which. Half an authority is an error: nothing is overwritten.
func Open(dir string, now time.Time) (a *Authority, made bool, err error) {
	a = &Authority{dir: dir}
	certPEM, certErr := os.ReadFile(filepath.Join(dir, "ca.pem"))
	keyPEM, keyErr := os.ReadFile(filepath.Join(dir, "ca-key.pem"))
	switch {
	case errors.Is(certErr, fs.ErrNotExist) && errors.Is(keyErr, fs.ErrNotExist):
		return a, true, a.create(now)
	case certErr != nil || keyErr != nil:
		return nil, false, fmt.Errorf("opening the authority in %s: %w", dir, errors.Join(certErr, keyErr))
	}
	certDER, _ := pem.Decode(certPEM)
	keyDER, _ := pem.Decode(keyPEM)
	if certDER == nil || keyDER == nil {
		return nil, false, fmt.Errorf("opening the authority in %s: ca.pem or ca-key.pem holds no PEM", dir)
	}
	if a.cert, err = x509.ParseCertificate(certDER.Bytes); err != nil {
		return nil, false, fmt.Errorf("opening the authority in %s: ca.pem: %w", dir, err)
	}
	if a.key, err = x509.ParseECPrivateKey(keyDER.Bytes); err != nil {
		return nil, false, fmt.Errorf("opening the authority in %s: ca-key.pem: %w", dir, err)
	}
	switch {
	case !a.cert.IsCA:
		return nil, false, fmt.Errorf("opening the authority in %s: ca.pem is the certificate of no authority", dir)
	case !a.key.PublicKey.Equal(a.cert.PublicKey):
		return nil, false, fmt.Errorf("opening the authority in %s: ca-key.pem is not the key of ca.pem", dir)
	}
	return a, false, nil
}

func (a *Authority) create(now time.Time) error {
	if err := os.MkdirAll(a.dir, 0o755); err != nil {
		return fmt.Errorf("making the authority: %w", err)
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "Sallyport development CA"},
		NotAfter:              now.AddDate(caYears, 0, 0),
		IsCA:                  true,
		BasicConstraintsValid: true,
		MaxPathLenZero:        true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	var err error
	a.cert, a.key, err = a.write("ca", template, now)
	return err
}

// Issue writes NAME.pem and NAME-key.pem for the given host names and
// addresses, good for servers and for clients, and replaces older ones.
func (a *Authority) Issue(name string, hosts []string, now time.Time) error {
	if len(hosts) == 0 {
		return errors.New("issuing a certificate: name at least one host or address")
	}
	if name == "ca" || name == "ca-key" || !fileName.MatchString(name) {
		return fmt.Errorf("issuing a certificate: %q is no name for its file: letters, digits, - _ and . make one, and ca is the authority's", name)
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: hosts[0]},
		NotAfter:    now.AddDate(0, 0, leafDays),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	for _, h := range hosts {
		if ip, err := netip.ParseAddr(h); err == nil {
			template.IPAddresses = append(template.IPAddresses, ip.AsSlice())
		} else if hostName.MatchString(h) && len(h) <= 253 {
			template.DNSNames = append(template.DNSNames, h)
		} else {
			return fmt.Errorf("issuing a certificate: %q is neither a host name nor an address", h)
		}
	}
	_, _, err := a.write(name, template, now)
	return err
}

// write makes a key, signs the template with the authority's (or, for the
// authority itself, with its own) and writes both files.
func (a *Authority) write(name string, template *x509.Certificate, now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	fail := func(err error) (*x509.Certificate, *ecdsa.PrivateKey, error) {
		return nil, nil, fmt.Errorf("making the certificate %s: %w", name, err)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return fail(err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return fail(err)
	}
	template.SerialNumber = serial
	template.NotBefore = now.Add(-time.Hour)
	parent, signer := a.cert, a.key
	if parent == nil {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		return fail(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return fail(err)
	}
	if err := replace(filepath.Join(a.dir, name+"-key.pem"), "EC PRIVATE KEY", keyDER, 0o600); err != nil {
		return fail(err)
	}
	if err := replace(filepath.Join(a.dir, name+".pem"), "CERTIFICATE", der, 0o644); err != nil {
		return fail(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return fail(err)
	}
	return cert, key, nil
}

// replace writes a PEM file whole, with its mode from the start.
func replace(path, kind string, der []byte, mode fs.FileMode) error {
	tmp := path + ".new"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	err = pem.Encode(f, &pem.Block{Type: kind, Bytes: der})
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
