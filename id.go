package sallyport

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"sync"
	"time"
)

// ID names a crossing or a session: 128 bits, ordered by time. It is a UUID
// of version 7 (RFC 9562, section 5.7) whose twelve bits after the version
// hold the fraction of the millisecond (section 6.2, method 3), so that IDs of
// one process that are made one after the other also sort so.
type ID [16]byte

var ids struct {
	sync.Mutex
	last uint64
	pool [512]byte
	used int
}

// NewID makes an ID for the moment t. IDs made by one process are strictly
// increasing, even where t stands still or steps back.
func NewID(t time.Time) ID {
	// 48 bits of milliseconds and 12 of their fraction are one number of
	// 1/4096 ms; the version's four bits are put between them below.
	// A moment before 1970 has no place in it, and counts as 1970: one that
	// was never set must not push every later ID into the far future.
	var ns uint64
	if t.After(time.Unix(0, 0)) {
		ns = uint64(t.UnixNano())
	}
	tick := ns/1e6<<12 | ns%1e6*4096/1e6
	var id ID
	ids.Lock()
	if tick <= ids.last {
		tick = ids.last + 1
	}
	ids.last = tick
	if ids.used == 0 {
		rand.Read(ids.pool[:]) // never fails: it ends the process instead
		ids.used = len(ids.pool)
	}
	copy(id[8:], ids.pool[ids.used-8:ids.used])
	ids.used -= 8
	ids.Unlock()
	binary.BigEndian.PutUint64(id[:8], tick>>12<<16|0x7000|tick&0xfff)
	id[8] = id[8]&0x3f | 0x80
	return id
}

// Time is the moment the ID was made for, to the fraction of a millisecond
// that it holds.
func (id ID) Time() time.Time {
	hi := binary.BigEndian.Uint64(id[:8])
	return time.UnixMilli(int64(hi >> 16)).Add(time.Duration((hi & 0xfff) * 1e6 / 4096)).UTC()
}

// IsZero tells whether the ID was never set.
func (id ID) IsZero() bool { return id == ID{} }

// String is the canonical form of RFC 9562, section 4: 36 characters.
func (id ID) String() string {
	var b [36]byte
	return string(id.appendText(b[:0]))
}

func (id ID) appendText(b []byte) []byte {
	b = hex.AppendEncode(b, id[0:4])
	for _, part := range [...][]byte{id[4:6], id[6:8], id[8:10], id[10:16]} {
		b = append(b, '-')
		b = hex.AppendEncode(b, part)
	}
	return b
}

// AppendText implements encoding.TextAppender.
func (id ID) AppendText(b []byte) ([]byte, error) { return id.appendText(b), nil }

// MarshalText implements encoding.TextMarshaler with the form of String.
func (id ID) MarshalText() ([]byte, error) { return id.appendText(nil), nil }

// UnmarshalText implements encoding.TextUnmarshaler; see ParseID.
func (id *ID) UnmarshalText(text []byte) error {
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// ParseID reads the 36 characters that String writes. Any other form is an
// error that quotes it.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, fmt.Errorf("reading ID %.40q: want 36 characters like 0198c1a2-7b3c-7def-8123-456789abcdef", s)
	}
	plain := s[0:8] + s[9:13] + s[14:18] + s[19:23] + s[24:36]
	if _, err := hex.Decode(id[:], []byte(plain)); err != nil {
		return ID{}, fmt.Errorf("reading ID %q: %w", s, err)
	}
	return id, nil
}
