package exchanges

import (
	"encoding/hex"
	"errors"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/guard"
	"github.com/sallyport/sallyport/sql"
)

// What a statement may put into the record, in bytes. An entry of the ledger is
// bounded, and what could not be recorded after it ran must not run: so a
// longer shape is recorded by its beginning and its hash, and a statement whose
// tables cannot all be named is refused. JSON makes a byte six at the worst.
const (
	maxShape  = 6 << 10
	maxTables = 4 << 10
)

// Shape is the shape as it is recorded.
func Shape(st *sql.Statement) string {
	if len(st.Shape) <= maxShape {
		return st.Shape
	}
	return strings.ToValidUTF8(st.Shape[:maxShape], "") + " … sha256:" + hex.EncodeToString(st.ShapeHash[:])
}

// BoundTables takes a statement whose tables could not all be recorded for not
// understood.
func BoundTables(act *sallyport.Statement) {
	named := 0 // bytes of the record, about
	for _, t := range act.Tables {
		named += len(t.Schema) + len(t.Name) + 8
	}
	if named > maxTables && act.Unparsed == "" {
		act.Unparsed = "it names more tables than can be recorded"
	}
}

// Unparsed is why a text was not understood. Errors of package sql quote no
// literal.
func Unparsed(err error) string {
	if e, ok := errors.AsType[*sql.Error](err); ok {
		return e.Error()
	}
	return "it cannot be read"
}

// Unseen records a part of a statement that no watcher could be shown.
func Unseen(p *guard.Passage, protocol, where string) {
	p.Update(func(c *sallyport.Crossing) {
		c.Findings = append(c.Findings, sallyport.Finding{Inspector: protocol, Code: "unseen", Where: where, Count: 1})
	})
}
