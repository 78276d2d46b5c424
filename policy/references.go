package policy

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

var (
	envName  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	userInfo = regexp.MustCompile(`://[^/\s]*@`)
)

const secretHint = "write env:NAME or file:path"

// hideSecrets masks whatever stands where a secret could: also under keys that
// are misspelt, since their line is shown as well.
func (d *document) hideSecrets(n *yaml.Node, path string) {
	switch n.Kind {
	case yaml.SequenceNode:
		for _, c := range n.Content {
			d.hideSecrets(c, path+"[]")
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			at := join(path, k.Value)
			switch {
			case strings.HasPrefix(at, "classes.") || strings.HasSuffix(path, ".out") || strings.HasSuffix(path, ".in"):
			case path == "apps" || path == "hosts" || path == "keys" || strings.HasSuffix(path, ".logins"):
				d.hideSecrets(v, at)
			case secretWord(k.Value), edits(strings.ToLower(k.Value), "masking-key") <= 2, k.Value == "login" && v.Kind == yaml.ScalarNode && strings.Contains(v.Value, ":"):
				d.hideAll(v)
			default:
				d.hideSecrets(v, at)
			}
		}
	case yaml.ScalarNode:
		if userInfo.MatchString(n.Value) {
			d.hide(n)
		}
	}
}

func secretWord(key string) bool {
	key = strings.ToLower(key)
	for _, w := range []string{"pass", "secret", "token", "pwd", "credential"} {
		if strings.Contains(key, w) {
			return true
		}
	}
	return edits(key, "password") <= 2 || edits(key, "token") <= 1 || edits(key, "secret") <= 1
}

func (d *document) hideAll(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && !strings.HasPrefix(n.Value, "env:") && !strings.HasPrefix(n.Value, "file:") {
		d.hide(n)
	}
	for i, c := range n.Content {
		if n.Kind == yaml.SequenceNode || i%2 == 1 {
			d.hideAll(c)
		}
	}
}

// secret reads `env:NAME` or `file:path`. What it says never holds the value.
func (r *reader) secret(v value) (Secret, bool) {
	if v.node.Kind != yaml.ScalarNode {
		v.errorf(CodeType, secretHint, "%s is to be a reference to a secret, and this is %s", v.last(), v.shape())
		return Secret{}, false
	}
	s := Secret{Ref: v.node.Value}
	if name, ok := strings.CutPrefix(s.Ref, "env:"); ok {
		if !envName.MatchString(name) {
			r.doc.hide(v.node)
			v.errorf(CodeLiteralSecret, "write env: and the variable's name, without $ and blanks", "env: is to be followed by the name of a variable")
			return Secret{}, false
		}
		text, set := r.src.Env(name)
		if !set {
			v.errorf(CodeSecretMissing, "set "+name+" where Sallyport runs, or write file:path", "the environment variable %s is not set", name)
			return Secret{}, false
		}
		s.value = []byte(text)
		return s, r.checkSecret(v, s)
	}
	if path, ok := strings.CutPrefix(s.Ref, "file:"); ok {
		if stand, ok := r.src.(StandIn); ok {
			if s.value, ok = stand.SecretFile(resolve(r.dir, path)); ok {
				return s, true
			}
		}
		data, mode, ok := r.content(v, path)
		if !ok {
			return Secret{}, false
		}
		r.checkMode(v, mode)
		s.value = trimLine(data)
		return s, r.checkSecret(v, s)
	}
	if v.node.Tag == "!!null" || s.Ref == "" {
		v.errorf(CodeEmpty, secretHint, "%s is empty", v.last())
		return Secret{}, false
	}
	r.doc.hide(v.node)
	if variable.MatchString(s.Ref) {
		v.errorf(CodeLiteralSecret, "write env:NAME, without $ and braces; if this is the secret itself, change it: it has been written down", "nothing is expanded in a policy: this would be taken as it stands")
		return Secret{}, false
	}
	v.errorf(CodeLiteralSecret, secretHint+", and change the secret: it has been written down", "a secret stands in the policy itself")
	return Secret{}, false
}

func (r *reader) checkSecret(v value, s Secret) bool {
	switch n := len(s.value); {
	case n == 0:
		v.errorf(CodeSecretEmpty, "give it a value", "the secret is empty")
		return false
	case n < 12:
		v.warnf(CodeWeakSecret, "make one with `openssl rand -hex 24`", "the secret has fewer than 12 bytes")
	}
	return true
}

// checkMode warns of a secret file that others than its owner and group can
// read.
func (r *reader) checkMode(v value, mode fs.FileMode) {
	if mode.Perm()&0o004 != 0 {
		v.warnf(CodeSecretReadable, "chmod o-r the file", "everybody on this machine can read the file")
	}
}

// trimLine is data without its last line end.
func trimLine(data []byte) []byte {
	s := strings.TrimSuffix(string(data), "\n")
	return []byte(strings.TrimSuffix(s, "\r"))
}

// file reads `file:path`, a file that is no secret.
func (r *reader) file(v value) (File, fs.FileMode, bool) {
	s, ok := v.text("write file:path")
	if !ok {
		return File{}, 0, false
	}
	path, ok := strings.CutPrefix(s, "file:")
	if !ok {
		v.errorf(CodeFileReference, "write file: before the path", "%s is to be a file, and %q is none", v.last(), short(s))
		return File{}, 0, false
	}
	data, mode, ok := r.content(v, path)
	return File{Ref: path, Path: resolve(r.dir, path), Data: data}, mode, ok
}

func (r *reader) content(v value, path string) ([]byte, fs.FileMode, bool) {
	if path == "" || strings.TrimSpace(path) != path {
		v.errorf(CodeFileReference, "write file: and the path, relative to the policy's folder", "file: is to be followed by a path")
		return nil, 0, false
	}
	if variable.MatchString(path) {
		v.errorf(CodeExpansion, "write the path itself", "nothing is expanded in a policy: this would be taken as it stands")
		return nil, 0, false
	}
	data, mode, err := r.src.File(resolve(r.dir, path))
	if err != nil {
		v.errorf(CodeFileMissing, fileHint(err), "reading the file: %s", withoutPath(err))
		return nil, 0, false
	}
	return data, mode, true
}

func fileHint(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "let the user that runs this read it"
	case errors.Is(err, errTooLarge):
		return "a file that a policy names has at most 1 MiB: see that this is the one"
	case errors.Is(err, errIrregular):
		return "write the content to a file: it is read again at each reload"
	}
	return "the path is relative to the policy's folder"
}

// withoutPath is what went wrong without the absolute path, which the line
// that is shown holds as it was written.
func withoutPath(err error) string {
	s := err.Error()
	if i := strings.LastIndex(s, ": "); i >= 0 {
		return s[i+2:]
	}
	return s
}

// ca reads a file with at least one certificate.
func (r *reader) ca(v value) File {
	f, _, ok := r.file(v)
	if ok && !x509.NewCertPool().AppendCertsFromPEM(f.Data) {
		v.errorf(CodeCertificate, "name a PEM file with the certificate of the authority", "the file holds no certificate")
	}
	return f
}

// pair checks that a certificate and its key belong together. whose is as the
// cure calls the certificate that comes first.
func (r *reader) pair(certAt, keyAt value, cert, key File, whose string) bool {
	_, err := tls.X509KeyPair(cert.Data, key.Data)
	if err == nil {
		return true
	}
	if _, err := tls.X509KeyPair(cert.Data, nil); err != nil && strings.Contains(err.Error(), "find any PEM data in certificate") {
		certAt.errorf(CodeCertificate, "name a PEM file with the certificate chain, the "+whose+" first", "the file holds no certificate")
	} else {
		keyAt.errorf(CodeCertificate, "name the PEM file of this certificate's private key", "the key does not belong to the certificate, or is none")
	}
	return false
}
