package postgres

import (
	"crypto"
	"crypto/x509"
	"fmt"
)

// ServerEndPoint is the channel binding "tls-server-end-point" of RFC 5929,
// section 4.1: the hash of a server's certificate by the hash function of its
// signature, SHA-256 in the place of MD5 and SHA-1. Servers take the
// certificate that they showed, clients the one that they were shown, first of
// its chain and verified. Signatures that have no hash function of their own,
// Ed25519's, give ErrUnsupported, wrapped: servers do not offer channel binding
// with them either.
func ServerEndPoint(cert *x509.Certificate) ([]byte, error) {
	var hash crypto.Hash
	switch cert.SignatureAlgorithm {
	case x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.ECDSAWithSHA1,
		x509.SHA256WithRSA, x509.DSAWithSHA256, x509.ECDSAWithSHA256, x509.SHA256WithRSAPSS:
		hash = crypto.SHA256
	case x509.SHA384WithRSA, x509.ECDSAWithSHA384, x509.SHA384WithRSAPSS:
		hash = crypto.SHA384
	case x509.SHA512WithRSA, x509.ECDSAWithSHA512, x509.SHA512WithRSAPSS:
		hash = crypto.SHA512
	default:
		return nil, fmt.Errorf("postgres: channel binding to a certificate signed by %v: %w", cert.SignatureAlgorithm, ErrUnsupported)
	}
	h := hash.New()
	h.Write(cert.Raw)
	return h.Sum(nil), nil
}
