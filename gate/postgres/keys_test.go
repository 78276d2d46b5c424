package postgresgate

import (
	"testing"

	wire "github.com/sallyport/sallyport/wire/postgres"
)

// TestProcessID gives clients the process ID that the database has, by which
// they name their session in statements.
func TestProcessID(t *testing.T) {
	h := start(t, setup{allow: openPolicy})
	c := h.conn()
	var pid uint32
	if err := c.QueryRow(t.Context(), "SELECT pg_backend_pid()").Scan(&pid); err != nil || pid != c.PgConn().PID() {
		t.Errorf("the database has %d, the client %d, %v", pid, c.PgConn().PID(), err)
	}
}

// TestKeysOfOneProcessID gives sessions of one process ID, which several servers
// behind a door can have, keys of their own; one whose database has none gets a
// random one.
func TestKeysOfOneProcessID(t *testing.T) {
	k := keys{of: map[uint32][]key{}}
	var given []wire.BackendKeyData
	var all []*session
	for _, pid := range []uint32{7, 7, 7, 0, 0} {
		s := &session{up: &upstream{key: wire.CancelRequest{ProcessID: pid, Key: []byte("database")}}}
		all, given = append(all, s), append(given, k.give(s))
	}
	for i, g := range given {
		if (g.ProcessID == 7) != (i < 3) || g.ProcessID == 0 {
			t.Errorf("session %d has the process ID %d", i, g.ProcessID)
		}
		if found := k.find(&wire.CancelRequest{ProcessID: g.ProcessID, Key: g.Key}); found != all[i] {
			t.Errorf("the key of session %d is of another", i)
		}
		if k.find(&wire.CancelRequest{ProcessID: g.ProcessID, Key: []byte("database")}) != nil {
			t.Error("the database's key is one of the door's")
		}
	}
	k.drop(7, all[1])
	for i, want := range map[int]*session{0: all[0], 1: nil, 2: all[2]} {
		if found := k.find(&wire.CancelRequest{ProcessID: 7, Key: given[i].Key}); found != want {
			t.Errorf("session %d after another has gone: %v", i, found)
		}
	}
	for i, s := range all {
		k.drop(given[i].ProcessID, s)
	}
	if len(k.of) != 0 {
		t.Errorf("%d process IDs are left", len(k.of))
	}
}
