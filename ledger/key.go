package ledger

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
)

// keyring is what a log's secret gives: the signer of its checkpoints, the key
// of its pseudonyms and that of its write-ahead log.
type keyring struct {
	signer   note.Signer
	verifier note.Verifier
	public   string
	fresh    bool
	wal      []byte    // the key of the frames of the write-ahead log
	hashes   sync.Pool // of hash.Hash, keyed
}

// derive makes a key for one purpose out of the log's private key, whose text
// has the log's origin in it.
func derive(private, purpose string) []byte {
	h := hmac.New(sha256.New, []byte(private))
	h.Write([]byte(purpose))
	return h.Sum(nil)
}

// keyPath stands beside the directory, so that a copy of the log does not
// carry its key.
func keyPath(dir string) string    { return filepath.Clean(dir) + ".key" }
func publicPath(dir string) string { return filepath.Clean(dir) + ".pub" }

// openKeys reads the key, or makes one where there is none yet.
func openKeys(disk fileSystem, dir, origin string) (*keyring, error) {
	k := new(keyring)
	private, err := disk.ReadFile(keyPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		if origin == "" {
			return nil, errors.New("opening ledger: Origin is needed to make its key")
		}
		if err := unkeyed(disk, dir); err != nil {
			return nil, fmt.Errorf("opening ledger %s: %w", dir, err)
		}
		if private, err = makeKey(disk, dir, origin); err != nil {
			return nil, fmt.Errorf("making the ledger's key %s: %w", keyPath(dir), err)
		}
		k.fresh = true
	}
	if err != nil {
		return nil, fmt.Errorf("reading the ledger's key: %w", err)
	}
	text := strings.TrimSpace(string(private))
	if k.signer, err = note.NewSigner(text); err != nil {
		return nil, fmt.Errorf("reading the ledger's key %s: %w", keyPath(dir), err)
	}
	if origin != "" && origin != k.signer.Name() {
		return nil, fmt.Errorf("opening ledger: the key %s is of the log %q, not of %q: give the log its old origin or another directory", keyPath(dir), k.signer.Name(), origin)
	}
	if k.public, err = publicOf(text); err != nil {
		return nil, fmt.Errorf("reading the ledger's key %s: %w", keyPath(dir), err)
	}
	if k.verifier, err = note.NewVerifier(k.public); err != nil {
		return nil, fmt.Errorf("reading the ledger's key %s: %w", keyPath(dir), err)
	}
	k.wal = derive(text, "sallyport ledger write-ahead log, version 2")
	secret := derive(text, "sallyport ledger pseudonyms, version 1")
	k.hashes.New = func() any { return hmac.New(sha256.New, secret) }
	have, err := disk.ReadFile(publicPath(dir))
	if err == nil && strings.TrimSpace(string(have)) == k.public {
		return k, nil
	}
	if err := writeFile(disk, publicPath(dir), []byte(k.public+"\n")); err != nil {
		return nil, fmt.Errorf("writing the ledger's verifier key: %w", err)
	}
	return k, disk.SyncDir(filepath.Dir(publicPath(dir)))
}

// unkeyed refuses to make a key for a log that has begun with another.
func unkeyed(disk fileSystem, dir string) error {
	_, err := disk.ReadFile(filepath.Join(dir, checkpointName))
	begun := err == nil
	if errors.Is(err, fs.ErrNotExist) {
		begun, err = hasEntries(disk, dir)
	}
	if begun {
		return fmt.Errorf("its key %s is not there: put it back, or, if it is lost, move the ledger elsewhere and begin a new one", keyPath(dir))
	}
	return err
}

func makeKey(disk fileSystem, dir, origin string) ([]byte, error) {
	private, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, err
	}
	if _, err := note.NewSigner(private); err != nil {
		return nil, fmt.Errorf("origin %q: no spaces and no plus signs: %w", origin, err)
	}
	parent := filepath.Dir(keyPath(dir))
	made, err := disk.Mkdir(parent)
	if err == nil && made {
		err = disk.SyncDir(filepath.Dir(parent))
	}
	if err != nil {
		return nil, err
	}
	if err := writeFile(disk, keyPath(dir), []byte(private+"\n")); err != nil {
		return nil, err
	}
	return []byte(private), disk.SyncDir(parent)
}

// publicOf makes the verifier key of a signer key ("PRIVATE+KEY+name+hash+…",
// the base64 of a byte for the algorithm and the Ed25519 seed).
func publicOf(private string) (string, error) {
	f := strings.SplitN(private, "+", 5)
	if len(f) != 5 {
		return "", errors.New("not a note signer key")
	}
	raw, err := base64.StdEncoding.DecodeString(f[4])
	if err != nil || len(raw) != 33 || raw[0] != 1 {
		return "", errors.New("not an Ed25519 note signer key")
	}
	public := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(f[2], public)
}

var pseudonymCode = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Pseudonym is what stands in the ledger for a value that may not stand there:
// "h:" and 24 letters and digits, 120 bits of HMAC-SHA-256 under a key derived
// from the log's own. Equal values of one kind have one pseudonym as long as
// the log keeps its key; values of different kinds share none. It keeps no
// memory of value and may be called by many goroutines.
func (l *Log) Pseudonym(kind string, value []byte) string {
	h := l.keys.hashes.Get().(hash.Hash)
	h.Reset()
	var buf [sha256.Size]byte
	h.Write(append(buf[:0], byte(len(kind)>>8), byte(len(kind))))
	h.Write([]byte(kind))
	h.Write(value)
	sum := h.Sum(buf[:0])
	l.keys.hashes.Put(h)
	var text [26]byte
	copy(text[:], "h:")
	pseudonymCode.Encode(text[2:], sum[:15])
	return string(text[:])
}

// readPublic reads the verifier key beside a log's directory; "" where there
// is none.
func readPublic(dir string) string {
	b, err := os.ReadFile(publicPath(dir))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
