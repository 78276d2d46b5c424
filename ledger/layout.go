package ledger

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
)

// tileWidth is how many entries a full bundle and hashes a full tile hold
// (C2SP tlog-tiles: tiles of height 8).
const tileWidth = 256

// maxBundle is the largest file of a bundle in bytes.
const maxBundle = tileWidth * (2 + MaxEntry)

// Names inside the directory of a log.
const (
	checkpointName = "checkpoint"
	tileDir        = "tile"
	entriesLevel   = -1 // stands for tile/entries where a level is asked for
	walDir         = "wal"
	markerName     = "unclean" // there while Buffered entries may be on their way
	reserveName    = "reserve"
	lockName       = "lock"
	tempSuffix     = ".tmp"
)

// tilePath is the path of a tile or a bundle within the log's directory, with
// the N of C2SP tlog-tiles ("x001/x234/067") and ".p/W" where it is partial.
func tilePath(level int, n uint64, width int) string {
	name := "entries"
	if level >= 0 {
		name = strconv.Itoa(level)
	}
	num := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		num = fmt.Sprintf("x%03d/%s", n%1000, num)
	}
	if width < tileWidth {
		num += ".p/" + strconv.Itoa(width)
	}
	return filepath.Join(tileDir, name, filepath.FromSlash(num))
}

// parseTilePath is the inverse of tilePath; false where it would not give
// exactly this path.
func parseTilePath(path string) (level int, n uint64, width int, ok bool) {
	f := strings.Split(filepath.ToSlash(path), "/")
	if len(f) < 3 || len(f) > 10 || f[0] != tileDir {
		return 0, 0, 0, false
	}
	level = entriesLevel
	if f[1] != "entries" {
		var err error
		if level, err = strconv.Atoi(f[1]); err != nil || level < 0 || level > 7 {
			return 0, 0, 0, false
		}
	}
	f = f[2:]
	width = tileWidth
	if last := len(f) - 1; last > 0 && strings.HasSuffix(f[last-1], ".p") {
		w, err := strconv.Atoi(f[last])
		if err != nil || w < 1 || w >= tileWidth {
			return 0, 0, 0, false
		}
		width = w
		f = f[:last]
		f[last-1] = strings.TrimSuffix(f[last-1], ".p")
	}
	for _, s := range f {
		d, err := strconv.ParseUint(strings.TrimPrefix(s, "x"), 10, 16)
		if err != nil || d > 999 {
			return 0, 0, 0, false
		}
		n = n*1000 + d
	}
	return level, n, width, tilePath(level, n, width) == path
}

// appendBundled appends an entry as it stands in a bundle: a length of 16 bits,
// big endian, and the bytes. len(raw) is at most MaxEntry.
func appendBundled(b, raw []byte) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(len(raw)))
	return append(b, raw...)
}

// parseBundle splits a bundle into at most tileWidth entries, which share its
// memory. Where the file is cut or has bytes too many, it returns the entries
// that are whole and an error.
func parseBundle(b []byte) ([][]byte, error) {
	var entries [][]byte
	for at := 0; at < len(b); {
		if len(entries) == tileWidth {
			return entries, fmt.Errorf("reading bundle: %d bytes after entry %d", len(b)-at, tileWidth)
		}
		if len(b)-at < 2 {
			return entries, fmt.Errorf("reading bundle: cut within the length of entry %d", len(entries))
		}
		n := int(binary.BigEndian.Uint16(b[at:]))
		if len(b)-at-2 < n {
			return entries, fmt.Errorf("reading bundle: entry %d says %d bytes, %d are there", len(entries), n, len(b)-at-2)
		}
		entries = append(entries, b[at+2:at+2+n:at+2+n])
		at += 2 + n
	}
	return entries, nil
}
