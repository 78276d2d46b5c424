package guard

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/sallyport/sallyport/ledger"
)

// What an entry may keep of its texts where the whole is beyond what the
// ledger takes, in bytes. JSON can make six of one, so together they have to
// stay below a sixth of ledger.MaxEntry.
const (
	fitWhat   = 2048
	fitTables = 2048
	fitNote   = 256
	fitList   = 8
)

// append gives an entry to the ledger. One that is too large is recorded by
// its beginnings and a hash, never left out: what was asked for was chosen by
// a client, and must not decide whether there is a record of it.
func (g *Guard) append(e *ledger.Entry, d ledger.Durability) error {
	err := g.opts.Recorder.Append(e, d)
	if errors.Is(err, ledger.ErrTooLarge) {
		fit(e)
		err = g.opts.Recorder.Append(e, d)
	}
	return unrecorded(err)
}

// fit cuts what has no bound of its own.
func fit(e *ledger.Entry) {
	e.Act.What = begin(e.Act.What, fitWhat)
	e.Act.Tables, e.Act.Writes = few(e.Act.Tables, fitTables), few(e.Act.Writes, fitTables)
	e.Act.Columns, e.Act.Traced = nil, false // a part of them would be taken for all
	e.Act.Kinds, e.Act.Danger = e.Act.Kinds[:min(len(e.Act.Kinds), fitList)], e.Act.Danger[:min(len(e.Act.Danger), fitList)]
	e.Act.Media, e.Act.Proto = begin(e.Act.Media, fitNote), begin(e.Act.Proto, fitNote)
	e.Finds = e.Finds[:min(len(e.Finds), fitList)]
	for i := range e.Finds {
		e.Finds[i].Where = begin(e.Finds[i].Where, fitNote)
	}
	e.Reasons = e.Reasons[:min(len(e.Reasons), fitList)]
	for i := range e.Reasons {
		e.Reasons[i].Note = begin(e.Reasons[i].Note, fitNote)
	}
	e.Masks = e.Masks[:min(len(e.Masks), fitList)]
	e.Values = e.Values[:min(len(e.Values), fitList)]
	if sql := e.SQL; sql != nil {
		cut := *sql
		cut.Database, cut.Mode, cut.Charset = begin(cut.Database, fitNote), begin(cut.Mode, fitNote), begin(cut.Charset, fitNote)
		e.SQL = &cut
	}
	e.Note = strings.TrimPrefix(e.Note+"; "+ledger.CutNote, "; ")
}

// begin is the beginning of s and, where it goes on, a hash of the whole.
func begin(s string, most int) string {
	if len(s) <= most {
		return s
	}
	sum := sha256.Sum256([]byte(s))
	return strings.ToValidUTF8(s[:most], "") + "… sha256:" + hex.EncodeToString(sum[:8])
}

// few is the first of a list, within so many bytes, and how many there are.
func few(list []string, most int) []string {
	var out []string
	for _, s := range list {
		s = begin(s, fitNote)
		if most -= len(s); most < 0 {
			return append(out, fmt.Sprintf("… %d in all", len(list)))
		}
		out = append(out, s)
	}
	return out
}
