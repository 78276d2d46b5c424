package policy

import "log/slog"

// Secret is a value that the policy names only by reference: `env:NAME` or
// `file:path`. It prints as [secret] whatever the verb.
type Secret struct {
	Ref   string // as written
	value []byte
}

// Reveal is the value itself. It belongs to the Secret: do not change it.
func (s Secret) Reveal() []byte { return s.value }

// IsZero tells whether the policy names no secret here.
func (s Secret) IsZero() bool { return s.Ref == "" }

// String is "[secret]".
func (s Secret) String() string { return "[secret]" }

// GoString is "[secret]".
func (s Secret) GoString() string { return "[secret]" }

// MarshalText is "[secret]".
func (s Secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// LogValue is "[secret]".
func (s Secret) LogValue() slog.Value { return slog.StringValue("[secret]") }

// File is the content of a file that the policy names.
type File struct {
	Ref  string // as written, without "file:"
	Path string // absolute
	Data []byte
}

// IsZero tells whether the policy names no file here.
func (f File) IsZero() bool { return f.Ref == "" }
