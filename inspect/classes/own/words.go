package own

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
)

// What a list of words may be at most.
const (
	maxWords  = 100_000
	maxWord   = 256      // bytes
	maxMemory = 64 << 20 // bytes of the automaton
)

// Words is a list of words, ready to be looked for: an automaton of Aho and
// Corasick (1975) that takes one step a byte, however many words there are.
// Letter case of ASCII does not matter. It never changes, and scanners share
// it.
type Words struct {
	class   string
	symbol  [256]uint16 // what a byte is to the automaton; 0 for bytes that are in no word
	symbols int
	next    []uint32 // by state and symbol
	length  []uint16 // of the longest word that ends in a state; 0 for none
	shorter []uint32 // the state of the longest shorter word that ends there too; 0 for none
	longest int
}

// NewWords is the words of a list as a class; blank ones do not count.
func NewWords(class string, list []string) (*Words, error) {
	if len(list) > maxWords {
		return nil, fmt.Errorf("%d words: a list has %d at most", len(list), maxWords)
	}
	w := &Words{class: class, symbols: 1}
	var words [][]byte
	size := 1
	for _, text := range list {
		word := lower(bytes.TrimSpace([]byte(text)))
		if len(word) == 0 {
			continue
		}
		if len(word) > maxWord {
			return nil, fmt.Errorf("the word that begins %q has %d bytes: a word has %d at most", word[:20], len(word), maxWord)
		}
		for _, c := range word {
			if w.symbol[c] == 0 {
				w.symbol[c] = uint16(w.symbols)
				w.symbols++
			}
		}
		words = append(words, word)
		size += len(word)
		w.longest = max(w.longest, len(word))
	}
	if len(words) == 0 {
		return nil, errors.New("a list of words has one at least")
	}
	if need := size * w.symbols * 4; need > maxMemory {
		return nil, fmt.Errorf("the words need up to %d MiB: a list may need %d", need>>20, maxMemory>>20)
	}
	for c := byte('A'); c <= 'Z'; c++ {
		w.symbol[c] = w.symbol[c+'a'-'A']
	}
	w.grow(words)
	w.link()
	return w, nil
}

func lower(b []byte) []byte {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}

// grow makes the tree of the words. State 0 is the beginning.
func (w *Words) grow(words [][]byte) {
	w.state()
	for _, word := range words {
		at := uint32(0)
		for _, c := range word {
			edge := int(at)*w.symbols + int(w.symbol[c])
			if w.next[edge] == 0 {
				w.next[edge] = w.state()
			}
			at = w.next[edge]
		}
		w.length[at] = uint16(len(word))
	}
	w.next, w.length = slices.Clip(w.next), slices.Clip(w.length)
}

func (w *Words) state() uint32 {
	w.next = append(w.next, make([]uint32, w.symbols)...)
	w.length = append(w.length, 0)
	return uint32(len(w.length) - 1)
}

// link makes an automaton of the tree: where no edge goes on, the edge is that
// of the longest suffix for which one does.
func (w *Words) link() {
	suffix := make([]uint32, len(w.length))
	w.shorter = make([]uint32, len(w.length))
	var queue []uint32
	for _, to := range w.next[:w.symbols] {
		if to != 0 {
			queue = append(queue, to)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		back := suffix[at]
		if w.shorter[at] = back; w.length[back] == 0 {
			w.shorter[at] = w.shorter[back]
		}
		for c := range w.symbols {
			edge := &w.next[int(at)*w.symbols+c]
			over := w.next[int(back)*w.symbols+c]
			if *edge == 0 {
				*edge = over
				continue
			}
			suffix[*edge] = over
			queue = append(queue, *edge)
		}
	}
}
