package postgresgate

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/auth"
	wire "github.com/sallyport/sallyport/wire/postgres"
)

const (
	// maxCancels bounds the connections that a door opens at once to cancel
	// what runs on others.
	maxCancels = 8
	cancelTime = 5 * time.Second
)

// keys are the keys by which clients cancel what their sessions do: the process
// ID that the database has for the session, which clients name in statements too,
// and a secret of the door's own, so that a client can name no session of anybody
// else's and no key of the database's. There is one for each open session. Process
// IDs need not differ: the door's host can be several servers, or a pool.
type keys struct {
	mu sync.Mutex
	of map[uint32][]key // by process ID
}

type key struct {
	secret [4]byte
	s      *session
}

// give makes the key of a session, which no other one has.
func (k *keys) give(s *session) wire.BackendKeyData {
	k.mu.Lock()
	defer k.mu.Unlock()
	pid := s.up.key.ProcessID
	for {
		var b [8]byte
		rand.Read(b[:])
		if s.up.key.ProcessID == 0 { // the database gave none
			pid = binary.BigEndian.Uint32(b[:4]) >> 1 // clients show it as a signed number
		}
		made := key{s: s, secret: [4]byte(b[4:])}
		if pid == 0 || slices.ContainsFunc(k.of[pid], func(other key) bool { return other.secret == made.secret }) {
			continue
		}
		k.of[pid] = append(k.of[pid], made)
		return wire.BackendKeyData{ProcessID: pid, Key: made.secret[:]}
	}
}

// drop forgets the key of a session.
func (k *keys) drop(pid uint32, s *session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	left := slices.DeleteFunc(k.of[pid], func(other key) bool { return other.s == s })
	if k.of[pid] = left; len(left) == 0 {
		delete(k.of, pid)
	}
}

// find is the session that a key is of, or nil.
func (k *keys) find(r *wire.CancelRequest) (found *session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, one := range k.of[r.ProcessID] {
		if subtle.ConstantTimeCompare(one.secret[:], r.Key) == 1 {
			found = one.s
		}
	}
	return found
}

// canceled serves a connection that asks to cancel what another one does. There
// is no answer but that the connection ends. The key is the proof: like at a
// server neither TLS nor a certificate is asked for, since most clients send it
// without, but a certificate that is shown all the same has to be valid.
func (s *session) canceled(ctx context.Context, r *wire.CancelRequest, act *sallyport.Logon) {
	const nobody = ""
	addr := s.from.Addr.Addr()
	if s.cert.Fault() != "" {
		c := s.crossing(act)
		s.recorded(&c, auth.Wanting(s.d.d.TLS.Client, s.cert))
		return
	}
	found := s.d.keys.find(r)
	if found == nil || s.d.throttle.Wait(nobody, addr) > 0 {
		s.d.throttle.Failure(nobody, addr)
		c := s.crossing(act)
		s.recorded(&c, sallyport.Reason{Code: sallyport.BadCredentials, Note: "it asks to cancel what no session of its key does"})
		return
	}
	s.d.cancel(ctx, found)
}

// cancel cancels what a session does at the database, on a connection of its
// own. When it returns the database has been told or could not be.
func (d *door) cancel(ctx context.Context, s *session) {
	ctx, cancel := context.WithTimeout(ctx, cancelTime)
	defer cancel()
	select {
	case d.cancels <- struct{}{}:
		defer func() { <-d.cancels }()
	case <-ctx.Done():
		return
	}
	if err := d.cancelNow(ctx, s.up.key); err != nil {
		d.env.Log.Debug("A statement could not be cancelled.", "door", d.d.Name, "error", err)
	}
}

// cancelNow waits for the database's end of the connection: the signal has been
// sent then, so that it cannot hit a later statement.
func (d *door) cancelNow(ctx context.Context, r wire.CancelRequest) error {
	u, err := d.dial(ctx)
	if err != nil {
		return err
	}
	defer u.tcp.Close()
	if err := u.c.Send(r.Append(nil)); err != nil {
		return err
	}
	var end [1]byte
	u.conn.Read(end[:])
	return nil
}
