// Package gatetest is what the tests of the doors of databases have in common: a
// book in the place of the ledger, and the world that their policies name. It
// knows no kind of door.
package gatetest

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"

	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/ledger"
)

// Entry is what the tests look at in an entry of the ledger.
type Entry struct {
	Type    string
	Effect  string `json:"verdict"`
	Would   string
	App     string
	Count   int    // of the crossings that one entry is for, 0 for one
	Text    string // the whole entry as the ledger would write it
	Reasons []struct{ Code, At, Note string }
	Finds   []struct{ By, Code string } `json:"findings"`
	From    struct{ Kind, Name, Proof, TLS string }
	In, Out struct{ Bytes, Rows uint64 }
	Act     struct {
		Kind, Verb, What, Error string
		Prepared, Varies        bool
		Affected                uint64
		Params                  int
		Tables                  []string
	}
	SQL *struct{ Database, Role, Mode, Charset, Server string }
}

// Code is the entry's first reason, "" where it has none.
func (e Entry) Code() string {
	if len(e.Reasons) == 0 {
		return ""
	}
	return e.Reasons[0].Code
}

// Book is a guard.Recorder that keeps entries in memory, read as the ledger
// writes them. The zero value is empty.
type Book struct {
	mu      sync.Mutex
	entries []Entry
	err     error
	silent  bool
}

var _ guard.Recorder = (*Book)(nil)

// Append implements guard.Recorder.
func (b *Book) Append(e *ledger.Entry, _ ledger.Durability) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err != nil || b.silent {
		return b.err
	}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	read := Entry{Text: string(text)}
	if err := json.Unmarshal(text, &read); err != nil {
		return err
	}
	b.entries = append(b.entries, read)
	return nil
}

// Pressed implements guard.Recorder.
func (b *Book) Pressed() bool { return false }

// Pseudonym implements guard.Recorder.
func (b *Book) Pseudonym(kind string, value []byte) string { return "h:" + kind }

// Hush has what comes from now on forgotten.
func (b *Book) Hush() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.silent = true
}

// Fail has what comes from now on not recorded, for this reason; nil ends it.
func (b *Book) Fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
}

// All is every entry so far.
func (b *Book) All() []Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.entries)
}

// Last is the newest entry of a kind of act, statements being "sql".
func (b *Book) Last(t testing.TB, kind string) Entry {
	t.Helper()
	all := b.All()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Act.Kind == kind {
			return all[i]
		}
	}
	t.Fatalf("no entry of kind %s among %d", kind, len(all))
	return Entry{}
}
