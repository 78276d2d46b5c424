package postgresgate

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/binary"
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

// keys are the keys by which clients cancel what their sessions do: the door's
// own, random in both parts, so that a client can name no session of anybody
// else's. There is one for each open session.
type keys struct {
	mu sync.Mutex
	of map[uint32]key // by process ID
}

type key struct {
	secret [4]byte
	s      *session
}

// give makes the key of a session.
func (k *keys) give(s *session) wire.BackendKeyData {
	k.mu.Lock()
	defer k.mu.Unlock()
	for {
		var b [8]byte
		rand.Read(b[:])
		pid := binary.BigEndian.Uint32(b[:4]) >> 1 // clients show it as a signed number
		if _, taken := k.of[pid]; taken || pid == 0 {
			continue
		}
		made := key{s: s, secret: [4]byte(b[4:])}
		k.of[pid] = made
		return wire.BackendKeyData{ProcessID: pid, Key: made.secret[:]}
	}
}

func (k *keys) drop(pid uint32) {
	k.mu.Lock()
	delete(k.of, pid)
	k.mu.Unlock()
}

// find is the session that a key is of, or nil.
func (k *keys) find(r *wire.CancelRequest) *session {
	k.mu.Lock()
	found, ok := k.of[r.ProcessID]
	k.mu.Unlock()
	if !ok || subtle.ConstantTimeCompare(found.secret[:], r.Key) != 1 {
		return nil
	}
	return found.s
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
	s.mu.Lock()
	up := s.up
	s.mu.Unlock()
	if up == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, cancelTime)
	defer cancel()
	select {
	case d.cancels <- struct{}{}:
		defer func() { <-d.cancels }()
	case <-ctx.Done():
		return
	}
	if err := d.cancelNow(ctx, up.key); err != nil {
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
