package postgres

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"errors"
	"testing"
)

func TestServerEndPoint(t *testing.T) {
	raw := []byte("a certificate")
	short, middle, long := sha256.Sum256(raw), sha512.Sum384(raw), sha512.Sum512(raw)
	for algorithm, want := range map[x509.SignatureAlgorithm][]byte{
		x509.MD5WithRSA: short[:], x509.SHA1WithRSA: short[:], x509.ECDSAWithSHA1: short[:], x509.SHA256WithRSA: short[:],
		x509.ECDSAWithSHA256: short[:], x509.SHA256WithRSAPSS: short[:], x509.ECDSAWithSHA384: middle[:],
		x509.SHA512WithRSA: long[:], x509.PureEd25519: nil, x509.UnknownSignatureAlgorithm: nil, x509.MD2WithRSA: nil,
	} {
		got, err := ServerEndPoint(&x509.Certificate{Raw: raw, SignatureAlgorithm: algorithm})
		if string(got) != string(want) || errors.Is(err, ErrUnsupported) != (want == nil) {
			t.Errorf("%v: %x, %v", algorithm, got, err)
		}
	}
}
