// Package shapes reads and writes lists of the shapes of SQL statements: what
// `sallyport learn --shapes` writes, and a rule's `shapes:` allows.
//
// It knows the form of the file and how a shape is hashed. It does not know
// what a shape means, nor who may run it.
//
// A file is text: the line Header, then a line a shape, its hash, two blanks and
// the shape as people read it, in the order of the shapes, so that two versions
// of a file can be compared line by line. A shape that would not stand on a line
// as it is stands in quotes, as Go writes them. Empty lines and lines that begin
// with # say nothing.
package shapes

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Header is the first line of a file. Its number changes when the same
// statement gets another shape or hash, so that no file lasts beyond that.
const Header = "# sallyport shapes 1"

// Hash is the first half of the SHA-256 of a shape.
type Hash [16]byte

// HashOf is the hash of a shape as the ledger has it.
func HashOf(shape string) Hash {
	sum := sha256.Sum256([]byte(shape))
	return Hash(sum[:16])
}

// Set is the shapes of a file, by their hashes. The zero Set has none.
type Set map[Hash]struct{}

// Has tells whether the shape is in the set.
func (s Set) Has(shape string) bool {
	_, ok := s[HashOf(shape)]
	return ok
}

// Within tells whether every shape of s is in o.
func (s Set) Within(o Set) bool {
	for h := range s {
		if _, ok := o[h]; !ok {
			return false
		}
	}
	return true
}

// Error is what is wrong with a file, and in which line, from 1.
type Error struct {
	Line int
	What string
}

// Error says the line, and what is wrong with it. It quotes nothing of it.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.What) }

// Parse reads a file. The error is an *Error. A shape that is not the one of its
// hash is an error: what a reader of the file sees is what it allows.
func Parse(file []byte) (Set, error) {
	set := Set{}
	for n := 1; len(file) > 0; n++ {
		var raw []byte
		raw, file, _ = bytes.Cut(file, []byte("\n"))
		line := strings.TrimSuffix(string(raw), "\r")
		switch {
		case n == 1 && line != Header:
			return nil, &Error{n, "it is not " + strconv.Quote(Header)}
		case line == "" || line[0] == '#':
			continue
		}
		digits, shape, _ := strings.Cut(line, "  ")
		hash, err := hex.DecodeString(digits)
		if err != nil || len(hash) != len(Hash{}) || shape == "" {
			return nil, &Error{n, "it is not a hash, two blanks and a shape"}
		}
		if shape[0] == '"' {
			if shape, err = strconv.Unquote(shape); err != nil {
				return nil, &Error{n, "the shape's quotes are not right"}
			}
		}
		h := HashOf(shape)
		if !bytes.Equal(h[:], hash) {
			return nil, &Error{n, "the hash is not that of the shape"}
		}
		set[h] = struct{}{}
	}
	if len(set) == 0 {
		return nil, &Error{1, "there is no shape in it"}
	}
	return set, nil
}

// Write writes a file with these shapes, each once.
func Write(w io.Writer, all map[string]struct{}) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, Header)
	for _, shape := range slices.Sorted(maps.Keys(all)) {
		h := HashOf(shape)
		fmt.Fprintf(out, "%x  %s\n", h[:], line(shape))
	}
	return out.Flush()
}

// line is the shape as it stands in a file.
func line(shape string) string {
	plain := shape != "" && shape[0] != '"' && shape == strings.TrimSpace(shape) && !strings.ContainsFunc(shape, func(r rune) bool {
		return !unicode.IsPrint(r) || r == unicode.ReplacementChar
	})
	if plain {
		return shape
	}
	return strconv.Quote(shape)
}
