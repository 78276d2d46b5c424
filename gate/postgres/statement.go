package postgresgate

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/sql"
	dialect "github.com/sallyport/sallyport/sql/postgres"
)

// protocol is the word for this door's protocol in acts.
const protocol = "postgres"

// analyst turns the text of statements into acts.
type analyst struct{ exchanges.Analyst }

func newAnalyst(maxBytes int) *analyst {
	return &analyst{exchanges.NewAnalyst(dialect.NewAnalyzer(sql.Options{MaxBytes: maxBytes}))}
}

// warmed compiles the grammar, once a process. It is false where the context ends
// before that is done: nobody who ends the program waits for it.
func warmed(ctx context.Context) bool {
	done := make(chan struct{})
	go func() {
		defer close(done)
		dialect.Warm()
	}()
	select {
	case <-done:
		return true
	case <-ctx.Done():
		return false
	}
}

// meaning is what is known of a statement: its act, without what depends on the
// session's search_path, and what the door has to do about it.
type meaning struct {
	act      sallyport.Statement
	analysis *sql.Analysis // nil where there is none
	change   bool          // the session is another afterwards: the database has to be asked
	detail   string        // tells apart what shares a kind
	cursor   string        // that a DECLARE, FETCH, MOVE or CLOSE names
	copies   copying
}

// copying is which way a COPY moves data between the client and the database.
type copying uint8

const (
	copiesNothing copying = iota
	copiesIn              // COPY … FROM STDIN
	copiesOut             // COPY … TO STDOUT
)

// describe is what the statement in text does in the session s. text is
// borrowed for the call. Where the session is gone before it is its turn the
// error is sql.ErrGaveUp.
func (a *analyst) describe(gone <-chan struct{}, text []byte, s *sql.Session) (meaning, error) {
	st, err := a.Texts.AnalyzeUntil(gone, text, s)
	if errors.Is(err, sql.ErrGaveUp) {
		return meaning{}, err
	}
	if err != nil {
		return meaning{act: sallyport.Statement{Protocol: protocol, Kind: sql.KindUnknown.String(), Writes: true, Unparsed: exchanges.Unparsed(err)}}, nil
	}
	defer st.Release()
	// The part that follows from the analysis alone is shared, and copied: no
	// slice of it is changed in place.
	m := *st.Memo(meaningOf).(*meaning)
	m.act.Database = s.Database
	m.act.Literals, m.act.Params = st.Literals, st.Params
	if st.Ambiguous && m.act.Unparsed == "" {
		m.act.Unparsed = "it can be read in more than one way"
	}
	return m, nil
}

// meaningOf is the part of the meaning that follows from the analysis alone.
func meaningOf(st *sql.Statement) any {
	m := &meaning{detail: st.Detail, cursor: st.Cursor, analysis: st.Analysis, act: sallyport.Statement{
		Protocol: protocol, Kind: st.Kind.String(), Shape: exchanges.Shape(st), Session: st.Session,
		Multi: st.MultiStatement, Infile: st.LocalInfile, Functions: slices.Clip(st.Functions),
	}}
	act := &m.act
	for _, k := range st.Kinds {
		act.Kinds = append(act.Kinds, k.String())
		// A COPY is an INSERT or a SELECT as well, which says which way it goes.
		act.Writes = act.Writes || k.Writes() && k != sql.KindCopy
	}
	for _, t := range st.Tables {
		write := t.Access&sql.Write != 0
		act.Tables = append(act.Tables, sallyport.TableUse{Schema: schemaOf(t), Name: t.Name, Write: write})
		act.Writes = act.Writes || write
	}
	for _, d := range st.Databases {
		// A schema as such is all of its tables.
		act.Tables = append(act.Tables, sallyport.TableUse{Schema: d, Name: "*", Write: st.Kind.Writes()})
	}
	for _, c := range st.Columns {
		act.Columns = append(act.Columns, sallyport.ColumnUse(c))
	}
	for _, d := range st.Dangers {
		act.Dangers = append(act.Dangers, d.String())
	}
	if st.Err != nil {
		act.Unparsed = exchanges.Unparsed(st.Err)
	}
	// Code that nobody has read may have changed the session, and DDL what the
	// names in its search_path are.
	m.change = st.Change != nil || st.Has(sql.DangerStoredCode) || st.Has(sql.DangerDynamicSQL) ||
		slices.ContainsFunc(st.Kinds, func(k sql.Kind) bool {
			return k == sql.KindCreate || k == sql.KindAlter || k == sql.KindDrop || k == sql.KindSet
		})
	if st.Kind == sql.KindCopy {
		switch st.Detail {
		case "from stdin":
			m.copies = copiesIn
		case "to stdout":
			m.copies = copiesOut
		}
	}
	act.Tables, act.Dangers, act.Kinds = slices.Clip(act.Tables), slices.Clip(act.Dangers), slices.Clip(act.Kinds)
	return m
}

// schemaOf is the schema of a table as far as the text tells: what begins with
// pg_ and is not qualified is the server's, which it looks for first.
func schemaOf(t sql.Table) string {
	if t.Schema == "" && strings.HasPrefix(t.Name, "pg_") {
		return "pg_catalog"
	}
	return t.Schema
}

// resolve is the tables of a statement where unqualified names are looked for
// in path: the first schema that has such a table is meant, so a rule has to
// cover the table in every one. A path that is public alone leaves them as they
// are, which is what a policy takes them for; with no schema at all they can be
// no more than temporary tables.
func resolve(tables []sallyport.TableUse, path []string) []sallyport.TableUse {
	plain := len(path) == 1 && path[0] == "public"
	if plain || !slices.ContainsFunc(tables, func(t sallyport.TableUse) bool { return t.Schema == "" }) {
		return tables
	}
	if len(path) == 0 {
		path = []string{"pg_temp"}
	}
	var all []sallyport.TableUse
	for _, t := range tables {
		if t.Schema != "" {
			all = append(all, t)
			continue
		}
		for _, schema := range path {
			all = append(all, sallyport.TableUse{Schema: schema, Name: t.Name, Write: t.Write})
		}
	}
	return all
}

// in is the act of a statement in a session whose unqualified names are looked
// for in path. What could not be recorded is taken for not understood.
func (m *meaning) in(path []string) sallyport.Statement {
	act := m.act
	act.Tables = resolve(act.Tables, path)
	exchanges.BoundTables(&act)
	return act
}

// Analyze is a policy.Analyzer: it reads the statement of a test or a question
// as a door would whose session looks for unqualified names in public, with the
// server's default settings. A `$1` in the text means that it comes prepared.
func Analyze(d policy.Door, text string) (*sallyport.Statement, error) {
	m, err := newAnalyst(d.Limits.StatementBytes).describe(nil, []byte(text), &sql.Session{Database: d.Database})
	if err != nil {
		return nil, err
	}
	act := m.in([]string{"public"})
	act.Prepared = act.Params > 0
	return &act, nil
}

var _ policy.Analyzer = Analyze
