package postgres

import "fmt"

// AuthMethod is the number in an Authentication message that tells what it is.
type AuthMethod uint32

// The methods. A codec's user refuses those that are not Supported.
const (
	AuthOK                AuthMethod = 0
	AuthKerberosV5        AuthMethod = 2
	AuthCleartextPassword AuthMethod = 3
	AuthMD5Password       AuthMethod = 5
	AuthSCMCredential     AuthMethod = 6
	AuthGSS               AuthMethod = 7
	AuthGSSContinue       AuthMethod = 8
	AuthSSPI              AuthMethod = 9
	AuthSASL              AuthMethod = 10
	AuthSASLContinue      AuthMethod = 11
	AuthSASLFinal         AuthMethod = 12
)

var authNames = [...]string{AuthOK: "AuthenticationOk", AuthKerberosV5: "AuthenticationKerberosV5",
	AuthCleartextPassword: "AuthenticationCleartextPassword", AuthMD5Password: "AuthenticationMD5Password",
	AuthSCMCredential: "AuthenticationSCMCredential", AuthGSS: "AuthenticationGSS",
	AuthGSSContinue: "AuthenticationGSSContinue", AuthSSPI: "AuthenticationSSPI", AuthSASL: "AuthenticationSASL",
	AuthSASLContinue: "AuthenticationSASLContinue", AuthSASLFinal: "AuthenticationSASLFinal"}

// String returns the manual's name of the message.
func (m AuthMethod) String() string {
	if uint64(m) < uint64(len(authNames)) && authNames[m] != "" {
		return authNames[m]
	}
	return fmt.Sprintf("Authentication request %d", uint32(m))
}

// Supported reports whether this codec can answer the method. It cannot for
// Kerberos, GSSAPI, SSPI and SCM credentials.
func (m AuthMethod) Supported() bool {
	switch m {
	case AuthOK, AuthCleartextPassword, AuthMD5Password, AuthSASL, AuthSASLContinue, AuthSASLFinal:
		return true
	}
	return false
}

// Authentication is what a server asks of a client, or tells it, while it logs
// in.
type Authentication struct {
	Method AuthMethod
	// Salt is that of AuthMD5Password.
	Salt [4]byte
	// Mechanisms are those of AuthSASL, the server's favourite first; copies.
	Mechanisms []string
	// Data is that of AuthSASLContinue, AuthSASLFinal and AuthGSSContinue,
	// borrowed.
	Data []byte
}

// maxMechanisms bounds what a server may offer; there are two, and a third to
// come.
const maxMechanisms = 16

// DecodeAuthentication decodes an Authentication message. One of a number that
// the manual does not have gives ErrUnsupported, wrapped.
func DecodeAuthentication(p []byte) (Authentication, error) {
	c := cursor{b: p}
	a := Authentication{Method: AuthMethod(c.u32())}
	switch a.Method {
	case AuthOK, AuthKerberosV5, AuthCleartextPassword, AuthSCMCredential, AuthGSS, AuthSSPI:
	case AuthMD5Password:
		copy(a.Salt[:], c.take(len(a.Salt)))
	case AuthGSSContinue, AuthSASLContinue, AuthSASLFinal:
		a.Data = c.take(len(c.b))
	case AuthSASL:
		for {
			name := c.str()
			if len(name) == 0 {
				break
			}
			if len(a.Mechanisms) == maxMechanisms {
				c.fail("too many mechanisms")
				break
			}
			a.Mechanisms = append(a.Mechanisms, string(name))
		}
	default:
		if c.why == "" {
			return Authentication{}, fmt.Errorf("postgres: %v: %w", a.Method, ErrUnsupported)
		}
	}
	if err := c.done(a.Method.String()); err != nil {
		return Authentication{}, err
	}
	return a, nil
}

// Append appends the message. Mechanisms without a name are left out.
func (a *Authentication) Append(dst []byte) []byte {
	dst, at := beginFrame(dst, MsgAuthentication)
	dst = appendU32(dst, uint32(a.Method))
	switch a.Method {
	case AuthMD5Password:
		dst = append(dst, a.Salt[:]...)
	case AuthGSSContinue, AuthSASLContinue, AuthSASLFinal:
		dst = append(dst, a.Data...)
	case AuthSASL:
		for _, m := range a.Mechanisms {
			if cutNUL(m) != "" {
				dst = appendString(dst, m)
			}
		}
		dst = append(dst, 0)
	}
	return endFrame(dst, at)
}
