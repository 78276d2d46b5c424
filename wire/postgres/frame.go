package postgres

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// maxItems is how many an Int16 counts, which both ends take for unsigned.
const maxItems = 65_535

// beginFrame appends a header whose length endFrame fills in.
func beginFrame(dst []byte, t MessageType) (out []byte, at int) {
	return append(dst, byte(t), 0, 0, 0, 0), len(dst) + 1
}

// endFrame ends what began with its length at dst[at:].
func endFrame(dst []byte, at int) []byte {
	binary.BigEndian.PutUint32(dst[at:], frameLength(len(dst)-at))
	return dst
}

func frameLength(n int) uint32 {
	if n < 4 || n > maxLength {
		panic("postgres: a message of over 1 GiB cannot be encoded")
	}
	return uint32(n)
}

func appendU16(dst []byte, v uint16) []byte { return binary.BigEndian.AppendUint16(dst, v) }

func appendU32(dst []byte, v uint32) []byte { return binary.BigEndian.AppendUint32(dst, v) }

func appendCount(dst []byte, n int) []byte {
	if n > maxItems {
		panic("postgres: more than 65,535 items cannot be encoded in a message")
	}
	return appendU16(dst, uint16(n))
}

// appendString appends s up to its first NUL, and a NUL.
func appendString[S ~string | ~[]byte](dst []byte, s S) []byte {
	at := len(dst)
	dst = append(dst, s...)
	if i := bytes.IndexByte(dst[at:], 0); i >= 0 {
		dst = dst[:at+i]
	}
	return append(dst, 0)
}

// AppendEmpty appends a message that has no payload: Flush, Sync, Terminate,
// CopyDone, ParseComplete, BindComplete, CloseComplete, EmptyQueryResponse,
// NoData or PortalSuspended.
func AppendEmpty(dst []byte, t MessageType) []byte {
	return append(dst, byte(t), 0, 0, 0, 4)
}

// cutNUL is s up to its first NUL.
func cutNUL(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}
