package policy

import "log/slog"

// String is the reference, never the content: it may be a private key.
func (f File) String() string { return f.Ref }

// GoString is the reference.
func (f File) GoString() string { return f.Ref }

// MarshalText is the reference.
func (f File) MarshalText() ([]byte, error) { return []byte(f.Ref), nil }

// LogValue is the reference.
func (f File) LogValue() slog.Value { return slog.StringValue(f.Ref) }
