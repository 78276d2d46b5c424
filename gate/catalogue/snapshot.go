package catalogue

import (
	"fmt"
	"strings"
	"sync"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/sql"
	"github.com/sallyport/sallyport/sql/lineage"
)

// maxKept is how many statements' lineages a snapshot remembers.
const maxKept = 4096

// Snapshot is what a database held at one moment. It is safe for concurrent use.
type Snapshot struct {
	index    *lineage.Index
	options  lineage.Options
	routines map[string]bool // by name in lower case, of any schema
	code     *sql.Code
	made     map[sql.Name]bool // the types of code
	held     map[lineage.Relation][]sql.Name

	mu   sync.RWMutex
	kept map[statement]*sallyport.Lineage
}

// statement is an analysis in a session that looks for names in a path.
type statement struct {
	analysis *sql.Analysis
	path     string
	given    string
}

// NewSnapshot makes one of a catalogue, which must not be changed any more.
func NewSnapshot(c *sql.Catalogue, o lineage.Options) *Snapshot {
	s := &Snapshot{
		index: lineage.NewIndex(c, o), options: o, routines: map[string]bool{}, kept: map[statement]*sallyport.Lineage{},
		code: &c.Code, made: map[sql.Name]bool{}, held: map[lineage.Relation][]sql.Name{},
	}
	for _, t := range c.Code.Types {
		s.made[t.Name] = true
	}
	for i := range c.Relations {
		if r := &c.Relations[i]; len(r.Types) > 0 {
			s.held[lineage.Relation{Schema: r.Schema, Name: r.Name}] = r.Types
		}
	}
	for _, r := range c.Routines {
		s.routines[strings.ToLower(r.Name)] = true
	}
	return s
}

// Version is the catalogue's.
func (s *Snapshot) Version() string { return s.index.Version() }

// Lineage is where the values of a statement come from and go to, in a session
// that looks for unqualified names in path, in that order. It is shared, and not
// to be changed. It is worked out once for an analysis, which is a pointer that
// the dialect's analyzer keeps as well. given are the types that the client says
// its parameters are of, by their OIDs; of the server's own none has to be among them.
func (s *Snapshot) Lineage(a *sql.Analysis, path []string, given ...uint32) *sallyport.Lineage {
	key := statement{analysis: a, path: strings.Join(path, "\x00")}
	if len(given) > 0 {
		key.given = fmt.Sprint(given)
	}
	s.mu.RLock()
	l := s.kept[key]
	s.mu.RUnlock()
	if l != nil {
		return l
	}
	l = s.trace(a, path, given)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.kept) >= maxKept {
		clear(s.kept)
	}
	s.kept[key] = l
	return l
}
