package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxCheckpoint bounds a checkpoint in bytes, cosignatures included.
const maxCheckpoint = 64 << 10

// checkpoint is the text that is signed (C2SP tlog-checkpoint).
type checkpoint struct {
	origin string
	size   uint64
	root   tlog.Hash
}

func (c checkpoint) String() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.origin, c.size, c.root)
}

// parseCheckpoint reads the text of a checkpoint. Extension lines are allowed
// and ignored, as C2SP tlog-checkpoint says.
func parseCheckpoint(text string) (checkpoint, error) {
	if len(text) > maxCheckpoint {
		return checkpoint{}, fmt.Errorf("reading checkpoint: %d bytes, at most %d", len(text), maxCheckpoint)
	}
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) < 4 || lines[0] == "" {
		return checkpoint{}, errors.New("reading checkpoint: want three lines, origin, size and root hash")
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil || size > math.MaxInt64>>1 || strconv.FormatUint(size, 10) != lines[1] {
		return checkpoint{}, fmt.Errorf("reading checkpoint: size %.40q is not a decimal number", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return checkpoint{}, fmt.Errorf("reading checkpoint: root hash %.60q is not 32 bytes of base64", lines[2])
	}
	return checkpoint{origin: lines[0], size: size, root: tlog.Hash(root)}, nil
}

// openCheckpoint checks the signature and reads the text.
func openCheckpoint(b []byte, v note.Verifier) (checkpoint, error) {
	if len(b) > maxCheckpoint {
		return checkpoint{}, fmt.Errorf("reading checkpoint: %d bytes, at most %d", len(b), maxCheckpoint)
	}
	n, err := note.Open(b, note.VerifierList(v))
	if err != nil {
		return checkpoint{}, fmt.Errorf("reading checkpoint: %w", err)
	}
	for _, sig := range n.Sigs {
		// The last character of base64 has bits that a lenient decoder passes
		// over: bytes that are not those that were written.
		if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil {
			return checkpoint{}, fmt.Errorf("reading checkpoint: its signature was changed: %w", err)
		}
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil {
		return checkpoint{}, err
	}
	if c.origin != v.Name() {
		return checkpoint{}, fmt.Errorf("reading checkpoint: it is of the log %q, the key of %q", c.origin, v.Name())
	}
	return c, nil
}

// unsignedCheckpoint reads a checkpoint without looking at its signature.
func unsignedCheckpoint(b []byte) (checkpoint, error) {
	text, _, found := bytes.Cut(b, []byte("\n\n"))
	if !found || len(b) > maxCheckpoint {
		return checkpoint{}, errors.New("reading checkpoint: not a signed note")
	}
	return parseCheckpoint(string(text) + "\n")
}

// signedByOther tells whether a whole checkpoint bears signatures and none that
// claims to be the key's.
func signedByOther(b []byte, v note.Verifier) bool {
	_, err := note.Open(b, note.VerifierList(v))
	var unverified *note.UnverifiedNoteError
	if !errors.As(err, &unverified) {
		return false
	}
	if _, err := parseCheckpoint(unverified.Note.Text); err != nil {
		return false
	}
	for _, sig := range unverified.Note.UnverifiedSigs {
		if sig.Name == v.Name() && sig.Hash == v.KeyHash() {
			return false
		}
	}
	return true
}

// splitCheckpoints cuts checkpoints that stand one after the other, as an
// anchor file has them. Each ends after its lines of signatures.
func splitCheckpoints(b []byte) [][]byte {
	var all [][]byte
	start, signed := 0, false
	for at := 0; at < len(b); {
		end := len(b)
		if i := bytes.IndexByte(b[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		isSignature := bytes.HasPrefix(b[at:end], []byte("\u2014 "))
		if signed && !isSignature {
			all = append(all, bytes.TrimLeft(b[start:at], "\n"))
			start = at
		}
		signed = isSignature
		at = end
	}
	if rest := bytes.TrimLeft(b[start:], "\n"); len(rest) > 0 {
		all = append(all, rest)
	}
	return all
}
