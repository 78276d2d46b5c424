package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id as the OWASP Password Storage Cheat Sheet recommends
// them: 19 MiB, two passes, one lane.
const (
	argonMemory = 19 * 1024 // KiB
	argonTime   = 2
	argonLanes  = 1
	saltLen     = 16
	keyLen      = 32
)

// hashers bounds how many passwords are hashed at once: 2 x 19 MiB, however
// many people log in.
const hashers = 2

// patience bounds how long a log-in waits for its turn to be hashed.
const patience = 5 * time.Second

// ErrBusy says that too many passwords are waiting to be hashed.
var ErrBusy = errors.New("too many log-ins at once")

// Hasher hashes passwords and checks them. It is safe for concurrent use.
type Hasher struct {
	slots chan struct{}
	dummy string // the hash of no password
}

// NewHasher makes a Hasher.
func NewHasher() (*Hasher, error) {
	h := &Hasher{slots: make(chan struct{}, hashers)}
	var err error
	h.dummy, err = h.Hash(context.Background(), rand.Text())
	return h, err
}

// Hash gives the password's hash in PHC string format, with a salt of its own.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	key, err := h.key(ctx, password, salt)
	if err != nil {
		return "", err
	}
	enc := base64.RawStdEncoding
	return prefix + enc.EncodeToString(salt) + "$" + enc.EncodeToString(key), nil
}

// prefix names the algorithm, its version (1.3) and its parameters.
var prefix = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonTime, argonLanes)

// Check tells whether password is the one that was hashed. An empty hash, of
// an account that does not exist, takes as long as any other and is never right.
func (h *Hasher) Check(ctx context.Context, hash, password string) (bool, error) {
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	rest, ok := strings.CutPrefix(hash, prefix)
	if !ok {
		return false, errors.New("reading a password hash: not argon2id with this app's parameters")
	}
	encSalt, encKey, _ := strings.Cut(rest, "$")
	enc := base64.RawStdEncoding.Strict()
	salt, err := enc.DecodeString(encSalt)
	if err != nil || len(salt) != saltLen {
		return false, errors.New("reading a password hash: its salt is not 16 bytes of base64")
	}
	want, err := enc.DecodeString(encKey)
	if err != nil || len(want) != keyLen {
		return false, errors.New("reading a password hash: its key is not 32 bytes of base64")
	}
	got, err := h.key(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (h *Hasher) key(ctx context.Context, password string, salt []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ErrBusy
	}
	return argon2.IDKey([]byte(password), salt, argonTime, argonMemory, argonLanes, keyLen), nil
}
