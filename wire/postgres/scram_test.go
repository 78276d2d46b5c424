package postgres

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
)

const testPassword = "correct horse"

// exchange is both ends of a SCRAM exchange.
type exchange struct {
	server *ScramServer
	client *ScramClient
}

func newExchange(t *testing.T, serverBinding, clientBinding []byte, verifiers ...Verifier) exchange {
	t.Helper()
	s, err := NewScramServer(serverBinding, verifiers[0], verifiers[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewScramClient(s.Mechanisms(), clientBinding)
	if err != nil {
		t.Fatal(err)
	}
	return exchange{server: s, client: c}
}

// run goes through the exchange up to the server's final message.
func (x exchange) run(password string) (final []byte, err error) {
	first, err := x.client.First()
	if err != nil {
		return nil, err
	}
	answer, err := x.server.First([]byte(x.client.Mechanism()), first)
	if err != nil {
		return nil, err
	}
	challenge, err := x.client.Challenge(answer)
	if err != nil {
		return nil, err
	}
	salted, err := SaltPassword(password, challenge.Salt, challenge.Iterations)
	if err != nil {
		return nil, err
	}
	last, err := x.client.Final(salted)
	if err != nil {
		return nil, err
	}
	return x.server.Final(last)
}

func verifierOf(t testing.TB, password string, salt []byte) Verifier {
	t.Helper()
	v, err := NewVerifier(password, salt, ScramIterations)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestScramRFC7677 is the exchange in section 3 of RFC 7677.
func TestScramRFC7677(t *testing.T) {
	const (
		clientNonce = "rOprNGfwEbeRWgbNEkqO"
		serverNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
		first       = "n,,n=user,r=" + clientNonce
		answer      = "r=" + clientNonce + serverNonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
		last        = "c=biws,r=" + clientNonce + serverNonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
		final       = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
	)
	salt, err := base64.StdEncoding.DecodeString("W22ZaJ0SNY7soEsUEjb6gQ==")
	if err != nil {
		t.Fatal(err)
	}
	s, err := NewScramServer(nil, verifierOf(t, "pencil", salt))
	if err != nil {
		t.Fatal(err)
	}
	s.nonce = serverNonce
	if got, err := s.First([]byte(ScramSHA256), []byte(first)); err != nil || string(got) != answer {
		t.Fatalf("%s, %v", got, err)
	}
	if got, err := s.Final([]byte(last)); err != nil || string(got) != final || !s.Done() {
		t.Fatalf("%s, %v", got, err)
	}

	c, err := NewScramClient([]string{ScramSHA256}, nil)
	if err != nil {
		t.Fatal(err)
	}
	c.nonce = clientNonce
	if got, err := c.First(); err != nil || string(got) != strings.Replace(first, "user", "", 1) {
		t.Fatalf("%s, %v", got, err)
	}
	c.auth = []byte("n=user,r=" + clientNonce)
	challenge, err := c.Challenge([]byte(answer))
	if err != nil || challenge.Iterations != 4096 || !bytes.Equal(challenge.Salt, salt) {
		t.Fatalf("%+v, %v", challenge, err)
	}
	salted, err := SaltPassword("pencil", challenge.Salt, challenge.Iterations)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Final(salted); err != nil || string(got) != last {
		t.Fatalf("%s, %v", got, err)
	}
	if err := c.Verify([]byte(final)); err != nil || !c.Done() {
		t.Fatal(err)
	}
}

func TestScram(t *testing.T) {
	cert, other := []byte("hash of a certificate"), []byte("hash of another")
	secret := NewScramSecret()
	salt := secret.Salt("bob")
	bob, old := verifierOf(t, testPassword, salt), verifierOf(t, "old one", salt)
	for _, c := range []struct {
		name           string
		server, client []byte
		verifiers      []Verifier
		password       string
		mechanism      string
		want           error
	}{
		{"without TLS", nil, nil, []Verifier{bob}, testPassword, ScramSHA256, nil},
		{"bound", cert, cert, []Verifier{bob}, testPassword, ScramSHA256Plus, nil},
		{"client cannot bind", cert, nil, []Verifier{bob}, testPassword, ScramSHA256, nil},
		{"server cannot bind", nil, cert, []Verifier{bob}, testPassword, ScramSHA256, nil},
		{"another certificate", cert, other, []Verifier{bob}, testPassword, ScramSHA256Plus, ErrChannelBinding},
		{"wrong password", nil, nil, []Verifier{bob}, "wrong horse", ScramSHA256, ErrWrongPassword},
		{"wrong password, bound", cert, cert, []Verifier{bob}, "", ScramSHA256Plus, ErrWrongPassword},
		{"the second of two", nil, nil, []Verifier{bob, old}, "old one", ScramSHA256, nil},
		{"the first of two", cert, cert, []Verifier{old, bob}, "old one", ScramSHA256Plus, nil},
		{"none of two", nil, nil, []Verifier{bob, old}, "new one", ScramSHA256, ErrWrongPassword},
		{"unknown user", nil, nil, []Verifier{secret.Unknown("bob")}, testPassword, ScramSHA256, ErrWrongPassword},
	} {
		x := newExchange(t, c.server, c.client, c.verifiers...)
		final, err := x.run(c.password)
		if !errors.Is(err, c.want) || x.client.Mechanism() != c.mechanism {
			t.Errorf("%s: %v by %s, want %v by %s", c.name, err, x.client.Mechanism(), c.want, c.mechanism)
			continue
		}
		if x.server.Done() != (err == nil) {
			t.Errorf("%s: done %v", c.name, x.server.Done())
		}
		if err != nil {
			continue
		}
		if x.server.Bound() != (c.mechanism == ScramSHA256Plus) || x.client.Bound() != x.server.Bound() {
			t.Errorf("%s: bound %v, %v", c.name, x.server.Bound(), x.client.Bound())
		}
		if err := x.client.Verify(final); err != nil || !x.client.Done() {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestScramServerThatDoesNotKnow: a server without the password cannot make the
// client believe it.
func TestScramServerThatDoesNotKnow(t *testing.T) {
	for _, final := range []string{"", "v=", "v=AAAA", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", "e=other-error", "x=y",
		"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=,"} {
		x := newExchange(t, nil, nil, verifierOf(t, testPassword, NewSalt()))
		if _, err := x.run(testPassword); err != nil {
			t.Fatal(err)
		}
		if err := x.client.Verify([]byte(final)); err == nil || x.client.Done() {
			t.Errorf("%q was believed", final)
		}
		if err := x.client.Verify([]byte(final)); !errors.Is(err, errScramOrder) {
			t.Errorf("a second try: %v", err)
		}
	}
}

func TestScramServerFirstRefuses(t *testing.T) {
	cert := []byte("cert")
	for _, c := range []struct {
		mechanism, message string
		binding            []byte
		want               error
	}{
		{"SCRAM-SHA-1", "n,,n=,r=abc", nil, ErrMalformed},
		{ScramSHA256Plus, "p=tls-server-end-point,,n=,r=abc", nil, ErrMalformed},
		{ScramSHA256Plus, "n,,n=,r=abc", cert, ErrMalformed},
		{ScramSHA256Plus, "y,,n=,r=abc", cert, ErrMalformed},
		{ScramSHA256Plus, "p=tls-unique,,n=,r=abc", cert, ErrUnsupported},
		{ScramSHA256, "p=tls-server-end-point,,n=,r=abc", cert, ErrMalformed},
		{ScramSHA256, "y,,n=,r=abc", cert, ErrChannelBinding}, // a downgrade
		{ScramSHA256, "n,a=admin,n=,r=abc", nil, ErrUnsupported},
		{ScramSHA256, "n,b,n=,r=abc", nil, ErrMalformed},
		{ScramSHA256, "n,,m=1,n=,r=abc", nil, ErrUnsupported},
		{ScramSHA256, "n,,r=abc", nil, ErrMalformed},
		{ScramSHA256, "n,,n=,r=", nil, ErrMalformed},
		{ScramSHA256, "n,,n=,r=a c", nil, ErrMalformed},
		{ScramSHA256, "n,,n=,r=abc,", nil, ErrMalformed},
		{ScramSHA256, "n,,n=,r=abc,1=x", nil, ErrMalformed},
		{ScramSHA256, "q,,n=,r=abc", nil, ErrMalformed},
		{ScramSHA256, "n,", nil, ErrMalformed},
		{ScramSHA256, "", nil, ErrMalformed},
		{ScramSHA256, "n,,n=,r=" + strings.Repeat("a", maxScram), nil, ErrMalformed},
	} {
		s, err := NewScramServer(c.binding, verifierOf(t, testPassword, NewSalt()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.First([]byte(c.mechanism), []byte(c.message)); !errors.Is(err, c.want) {
			t.Errorf("%s %q: %v, want %v", c.mechanism, c.message, err, c.want)
		}
		if _, err := s.First([]byte(ScramSHA256), []byte("n,,n=,r=abc")); !errors.Is(err, errScramOrder) {
			t.Errorf("%q, and another try: %v", c.message, err)
		}
	}
}

func TestScramServerFinalRefuses(t *testing.T) {
	const proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
	for _, c := range []struct {
		format string // of the nonce
		want   error
	}{
		{"c=biws,r=%s,p=" + proof, ErrWrongPassword},
		{"c=biws,r=%s,x=ignored,p=" + proof, ErrWrongPassword},
		{"c=biws,r=%sx,p=" + proof, ErrMalformed},
		{"c=eSws,r=%s,p=" + proof, ErrChannelBinding},
		{"c=,r=%s,p=" + proof, ErrChannelBinding},
		{"r=%s,p=" + proof, ErrMalformed},
		{"c=biws,r=%s", ErrMalformed},
		{"c=biws,r=%s,p=" + proof + "A", ErrMalformed},
		{"c=biws,r=%s,p=" + proof[:40] + "====", ErrMalformed},
		{"c=biws,r=%s,p=AAAA", ErrMalformed},
		{"c=biws,r=%s,p=", ErrMalformed},
		{"c=biws,r=%s,p=" + strings.Repeat("A", 44), ErrMalformed}, // 33 bytes
		{"c=biws,r=%s,," + strings.Repeat(" ", maxScram) + ",p=" + proof, ErrMalformed},
	} {
		s, err := NewScramServer(nil, verifierOf(t, testPassword, NewSalt()))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Final([]byte("c=biws,r=abc,p=" + proof)); !errors.Is(err, errScramOrder) {
			t.Fatal("a final message first:", err)
		}
		if _, err := s.First([]byte(ScramSHA256), []byte("n,,n=,r=abc")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Final(fmt.Appendf(nil, c.format, s.nonce)); !errors.Is(err, c.want) || s.Done() {
			t.Errorf("%q: %v, want %v", c.format, err, c.want)
		}
	}
}

func TestScramChallengeRefuses(t *testing.T) {
	for _, c := range []string{"", "r=%s", "r=%sabc,s=c2FsdA==", "r=%sabc,s=,i=4096", "r=%s,s=c2FsdA==,i=4096", "r=abc,s=c2FsdA==,i=4096",
		"r=%sabc,s=c2FsdA==,i=4095", "r=%sabc,s=c2FsdA==,i=10000001", "r=%sabc,s=c2FsdA==,i=-1", "r=%sabc,s=c2FsdA==,i=4096,",
		"r=%sabc,s=c2Fsd,i=4096", "m=x,r=%sabc,s=c2FsdA==,i=4096", "r=%sabc,s=c2FsdA==,i=99999999999999999999",
		"r=%sabc,s=" + strings.Repeat("AAAA", maxScram/4) + ",i=4096"} {
		client, err := NewScramClient([]string{ScramSHA256}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.First(); err != nil {
			t.Fatal(err)
		}
		message := strings.ReplaceAll(c, "%s", client.nonce)
		if _, err := client.Challenge([]byte(message)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", c, err)
		}
		if _, err := client.Final(SaltedPassword{}); !errors.Is(err, errScramOrder) {
			t.Errorf("%q, and then: %v", c, err)
		}
	}
	if _, err := NewScramClient([]string{ScramSHA256Plus, "OAUTHBEARER"}, nil); !errors.Is(err, ErrUnsupported) {
		t.Error(err)
	}
}

func TestVerifier(t *testing.T) {
	v := verifierOf(t, testPassword, []byte("0123456789abcdef"))
	again, err := ParseVerifier(v.AuthString())
	if err != nil || again.AuthString() != v.AuthString() {
		t.Fatal(again.AuthString(), err)
	}
	for _, s := range []string{"", "md5abc", "SCRAM-SHA-256$4096", "SCRAM-SHA-256$0:c2FsdA==$" + strings.SplitN(v.AuthString(), "$", 3)[2],
		v.AuthString() + "=", strings.Replace(v.AuthString(), ":", "", 1), "SCRAM-SHA-256$4096:$" + strings.SplitN(v.AuthString(), "$", 3)[2]} {
		if _, err := ParseVerifier(s); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := NewScramServer(nil, v, verifierOf(t, testPassword, NewSalt())); err == nil {
		t.Error("two salts")
	}
	if _, err := NewScramServer(nil, Verifier{}); err == nil {
		t.Error("the zero verifier")
	}
	secret := NewScramSecret()
	if !bytes.Equal(secret.Salt("a"), secret.Unknown("a").Salt) || bytes.Equal(secret.Salt("a"), secret.Salt("b")) || len(secret.Salt("a")) != len(NewSalt()) {
		t.Error("salts")
	}
	salted, err := SaltPassword(testPassword, NewSalt(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []any{v, &v, secret, salted} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%x", "%d", "%s"} {
			if s := fmt.Sprintf(verb, x); s != "[secret]" {
				t.Errorf("%s of %T: %s", verb, x, s)
			}
		}
	}
}
