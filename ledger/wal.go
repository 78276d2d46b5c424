package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// A segment of the write-ahead log starts with a header of 44 bytes:
//
//	magic [8]byte, seq uint64, first uint64, mac [16]byte, crc uint32 (of the
//	40 bytes before)
//
// and goes on with frames, a header of 48 bytes and the entry each:
//
//	magic [4]byte, len uint32, index uint64, synced uint64, crc uint32 (of the
//	entry), mac [16]byte, crc uint32 (of the 44 bytes before)
//
// Numbers are little endian, checksums CRC-32C, MACs those of a chain. What a
// crash cut is told by the checksums, which anybody can check, and what
// somebody else wrote by the MACs. synced is the size up to which
// the log was known to be on disk when the frame was written: a frame that
// cannot be read, though a later one says that it was synced, was damaged; one
// that no later frame vouches for was cut by a crash.
const (
	segmentMAC    = 24 // where the MAC stands in a segment's header
	segmentHeader = segmentMAC + macSize + 4
	frameMAC      = 28 // where the MAC stands in a frame's header
	frameHeader   = frameMAC + macSize + 4
	maxSegment    = 64 << 20
	walSuffix     = ".wal"
)

var (
	segmentMagic = [8]byte{'S', 'P', 'W', 'A', 'L', '2', '\r', '\n'}
	frameMagic   = [4]byte{0xf5, 'S', 'P', 'E'}
	castagnoli   = crc32.MakeTable(crc32.Castagnoli)
)

func segmentName(seq uint64) string { return fmt.Sprintf("%012d%s", seq, walSuffix) }

func parseSegmentName(name string) (uint64, bool) {
	digits, found := strings.CutSuffix(name, walSuffix)
	seq, err := strconv.ParseUint(digits, 10, 64)
	return seq, found && err == nil && segmentName(seq) == name
}

// appendSegmentHeader begins a segment, and its chain.
func appendSegmentHeader(b []byte, c *chain, seq, first uint64) []byte {
	start := len(b)
	b = append(b, segmentMagic[:]...)
	b = binary.LittleEndian.AppendUint64(b, seq)
	b = binary.LittleEndian.AppendUint64(b, first)
	b = append(b, c.begin(b[start:])...)
	return binary.LittleEndian.AppendUint32(b, crc32.Checksum(b[start:], castagnoli))
}

// parseHeader reads the header; b is at least segmentHeader long.
func (s *segment) parseHeader(b []byte) error {
	const crc = segmentHeader - 4
	if !bytes.Equal(b[:8], segmentMagic[:]) || binary.LittleEndian.Uint32(b[crc:]) != crc32.Checksum(b[:crc], castagnoli) {
		return errors.New("its header is damaged")
	}
	s.seq, s.first = binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])
	s.head, s.mac = b[:segmentMAC], b[segmentMAC:crc]
	return nil
}

// putFrame fills the header of the frame that is the next in its chain.
func putFrame(h []byte, c *chain, it *item, index, synced uint64) {
	const crc = frameHeader - 4
	copy(h, frameMagic[:])
	binary.LittleEndian.PutUint32(h[4:], uint32(it.n))
	binary.LittleEndian.PutUint64(h[8:], index)
	binary.LittleEndian.PutUint64(h[16:], synced)
	binary.LittleEndian.PutUint32(h[24:], it.crc)
	copy(h[frameMAC:], c.next(h[:frameMAC], &it.leaf))
	binary.LittleEndian.PutUint32(h[crc:], crc32.Checksum(h[:crc], castagnoli))
}

// frame is one entry in a segment.
type frame struct {
	index, synced uint64
	head, mac     []byte // the header up to its MAC, and that; they share the segment's memory
	raw           []byte // likewise
	at, end       int    // place in the segment
}

// frameState is what stands at a place of a segment.
type frameState uint8

const (
	frameBad   frameState = iota // bytes that are no frame, or not as they were written
	frameWhole                   // a frame
	frameCut                     // the beginning of a frame, up to the end of the file
	frameNone                    // the end: no bytes, or only zeros
)

// parseFrame reads what stands at a place.
func parseFrame(b []byte, at int) (frame, frameState) {
	const crc = frameHeader - 4
	rest := b[at:]
	if len(rest) >= frameHeader && bytes.Equal(rest[:4], frameMagic[:]) &&
		binary.LittleEndian.Uint32(rest[crc:]) == crc32.Checksum(rest[:crc], castagnoli) {
		f := frame{index: binary.LittleEndian.Uint64(rest[8:]), synced: binary.LittleEndian.Uint64(rest[16:]), at: at,
			head: rest[:frameMAC], mac: rest[frameMAC:crc]}
		n := binary.LittleEndian.Uint32(rest[4:])
		if n > MaxEntry {
			return f, frameBad
		}
		if len(rest)-frameHeader < int(n) {
			return f, frameCut
		}
		f.raw = rest[frameHeader : frameHeader+int(n) : frameHeader+int(n)]
		f.end = at + frameHeader + int(n)
		if binary.LittleEndian.Uint32(rest[24:]) != crc32.Checksum(f.raw, castagnoli) {
			return f, frameBad
		}
		return f, frameWhole
	}
	if allZero(rest) {
		return frame{}, frameNone
	}
	if len(rest) < frameHeader {
		return frame{}, frameCut
	}
	return frame{}, frameBad
}

func allZero(b []byte) bool {
	for len(b) >= 8 {
		if binary.NativeEndian.Uint64(b) != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

// badRange is a stretch of a segment that is no whole frame.
type badRange struct {
	at, end int
	expect  uint64 // the index that a frame there should have had
	cut     bool   // the file ends within it
}

// segment is a segment read whole.
type segment struct {
	seq, first uint64
	head, mac  []byte // the header up to its MAC, and that
	frames     []frame
	bad        []badRange
	header     error  // the header cannot be read; then the rest is empty
	empty      bool   // a file too short for a header, as a crash leaves it
	cut        bool   // the header cannot be read and a crash explains it
	old        bool   // the header cannot be read and is of version 1
	end        uint64 // where it is old: the index behind its last entry
}

// parseSegment reads a segment, and goes on after what it cannot read at the
// next whole frame.
func parseSegment(b []byte) *segment {
	s := new(segment)
	if s.end, s.old = oldEnd(b); s.old {
		s.header = errOld
		return s
	}
	if len(b) < segmentHeader {
		s.empty = true
		return s
	}
	if s.header = s.parseHeader(b); s.header != nil {
		// It is synced before the first frame is written.
		if s.cut = len(b) == segmentHeader; s.cut {
			s.header = errors.New("it ends behind its header, which is not whole: cut by a crash, or changed")
		}
		return s
	}
	next := s.first
	for at := segmentHeader; at < len(b); {
		f, state := parseFrame(b, at)
		switch state {
		case frameNone:
			return s
		case frameCut:
			s.bad = append(s.bad, badRange{at: at, end: len(b), expect: next, cut: true})
			return s
		case frameWhole:
			s.frames = append(s.frames, f)
			next = f.index + 1
			at = f.end
		case frameBad:
			end := nextFrame(b, at+1)
			s.bad = append(s.bad, badRange{at: at, end: end, expect: next})
			at = end
		}
	}
	return s
}

// nextFrame is where the next whole frame begins, or the end of b.
func nextFrame(b []byte, from int) int {
	for {
		i := bytes.Index(b[from:], frameMagic[:])
		if i < 0 {
			return len(b)
		}
		if _, state := parseFrame(b, from+i); state == frameWhole {
			return from + i
		}
		from += i + 1
	}
}
