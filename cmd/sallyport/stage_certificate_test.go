package main

import (
	"crypto/tls"
	"os"
	"path/filepath"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport/sallyport/internal/testpki"
)

// certificate makes a client's certificate, and the authority that signs it
// where that is not there yet:
//
//	certificate AUTHORITY NAME FILE   FILE.pem and FILE-key.pem, signed by AUTHORITY.pem
//
// A client of pg and sql shows it where its address is followed by %FILE.
func (s *stage) certificate(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("certificate AUTHORITY NAME FILE")
	}
	ca := s.authorities[args[0]]
	if ca == nil {
		var err error
		ca, err = testpki.NewCA(args[0])
		ts.Check(err)
		ts.Check(os.WriteFile(filepath.Join(s.dir, args[0]+".pem"), ca.PEM, 0o600))
		if s.authorities == nil {
			s.authorities = map[string]*testpki.CA{}
		}
		s.authorities[args[0]] = ca
	}
	pair, err := ca.Client(args[1])
	ts.Check(err)
	_, _, err = pair.WriteFiles(s.dir, args[2])
	ts.Check(err)
}

// clientTLS is how a client reaches a door; file is of its certificate, "" for
// none.
func (s *stage) clientTLS(ts *testscript.TestScript, file string) *tls.Config {
	conf := &tls.Config{RootCAs: s.roots, ServerName: "localhost"}
	if file != "" {
		cert, err := tls.LoadX509KeyPair(filepath.Join(s.dir, file+".pem"), filepath.Join(s.dir, file+"-key.pem"))
		ts.Check(err)
		conf.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
	return conf
}
