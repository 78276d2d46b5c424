package mysqlgate

import (
	"context"
	"errors"
	"sync"
	"time"

	wire "github.com/sallyport/sallyport/wire/mysql"
)

// knownServer remembers what the database says of itself, since clients are
// greeted in its name: a made-up version breaks those that heed it.
type knownServer struct {
	mu     sync.Mutex
	server server
	known  bool
	failed time.Time // the last attempt that did not succeed
	err    error
}

// probeAgain is how long a database that could not be asked is left alone, so
// that clients who have not even logged in cannot make the gateway dial.
const probeAgain = time.Second

// greets is what the database says of itself, asked once by a login of the
// gateway's own and brought up to date by every session's.
func (d *door) greets(ctx context.Context) (server, error) {
	k := &d.known
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known {
		return k.server, nil
	}
	if k.err != nil && time.Since(k.failed) < probeAgain {
		return server{}, k.err
	}
	u, err := d.connect(ctx, wanted{login: d.d.Login, collation: wire.CollationUTF8MB4GeneralCI})
	if err != nil {
		k.failed, k.err = time.Now(), err
		return server{}, err
	}
	u.close(true)
	k.server, k.known, k.err = u.server, true, nil
	return k.server, nil
}

// learned brings the memory up to date.
func (k *knownServer) learned(s server) {
	k.mu.Lock()
	k.server, k.known = s, true
	k.mu.Unlock()
}

// forget makes the next client wait for another look at the database.
func (k *knownServer) forget() {
	k.mu.Lock()
	k.known = false
	k.mu.Unlock()
}

// offered is what a client may choose from: of what this codec speaks, what
// the database speaks too, and what the gateway does by itself. It never holds
// compression, and local files and several statements in one message only where the
// door allows them.
func (d *door) offered(s server) wire.Capability {
	caps := wire.Supported & carried & s.caps &^ wire.MariaDBCacheMetadata
	caps |= wire.ClientProtocol41 | wire.ClientSecureConnection | wire.ClientPluginAuth | wire.ClientPluginAuthLenencData |
		wire.ClientConnectWithDB | wire.ClientConnectAttrs | wire.ClientTransactions | wire.ClientLongFlag
	// A MariaDB says by leaving this flag out that its extended ones mean
	// something.
	caps |= s.caps & wire.ClientLongPassword
	if d.several() {
		caps |= s.caps & wire.ClientMultiStatements
	}
	if !d.localInfile() {
		caps &^= wire.ClientLocalFiles
	}
	if d.tls != nil {
		caps |= wire.ClientSSL
	}
	return caps
}

// asUpstreamError finds the reason in an error of connect.
func asUpstreamError(err error) *upstreamError {
	var e *upstreamError
	if errors.As(err, &e) {
		return e
	}
	return &upstreamError{note: "the database cannot be used", err: err}
}
