package postgresgate

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"sync"
	"weak"

	"github.com/sallyport/sallyport/auth"
	"github.com/sallyport/sallyport/policy"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

// verifiers are what the passwords of apps are checked against by SCRAM. They
// cost a millisecond or two each, so they are made once for each policy and not
// in a login, whose time would tell that the app exists. They print as [secret].
type verifiers struct {
	secret wire.ScramSecret

	mu   sync.Mutex
	from weak.Pointer[policy.Policy] // the digest does not cover the values of secrets
	most int                         // of one app: everybody is checked against as many
	of   map[string][]wire.Verifier
}

func newVerifiers() verifiers { return verifiers{secret: wire.NewScramSecret()} }

// refresh makes the verifiers of a policy, unless they are made already.
func (v *verifiers) refresh(p *policy.Policy) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.of != nil && v.from == weak.Make(p) {
		return
	}
	of, most := map[string][]wire.Verifier{}, 1
	for i := range p.Apps {
		name := p.Apps[i].Name
		_, passwords, ok := auth.Passwords(p, name)
		if !ok {
			continue
		}
		for _, password := range passwords {
			made, err := wire.NewVerifier(string(password), v.secret.Salt(name), wire.ScramIterations)
			if err != nil {
				continue // its password proves nothing then
			}
			of[name] = append(of[name], made)
		}
		most = max(most, len(of[name]))
	}
	v.from, v.most, v.of = weak.Make(p), most, of
}

// find is the verifiers of a user, who may not exist: as many for everyone.
func (v *verifiers) find(user string) []wire.Verifier {
	v.mu.Lock()
	defer v.mu.Unlock()
	all := append(make([]wire.Verifier, 0, v.most), v.of[user]...)
	for len(all) < v.most {
		all = append(all, v.secret.Unknown(user))
	}
	return all
}

// bindingOf is what clients bind the channel to; nil where they cannot.
func bindingOf(conf *tls.Config) ([]byte, error) {
	if conf == nil {
		return nil, nil
	}
	leaf, err := x509.ParseCertificate(conf.Certificates[0].Certificate[0])
	if err != nil {
		return nil, err
	}
	binding, err := wire.ServerEndPoint(leaf)
	if errors.Is(err, wire.ErrUnsupported) {
		return nil, nil
	}
	return binding, err
}
