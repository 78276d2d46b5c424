package mysqlgate

import (
	"errors"
	"slices"

	"github.com/sallyport/sallyport"
	"github.com/sallyport/sallyport/gate/exchanges"
	"github.com/sallyport/sallyport/policy"
	"github.com/sallyport/sallyport/sql"
	mysqltext "github.com/sallyport/sallyport/sql/mysql"
)

// protocol is the word for this door's protocol in acts.
const protocol = "mysql"

// analyst turns the text of statements into acts.
type analyst struct{ exchanges.Analyst }

func newAnalyst(maxBytes int) *analyst {
	return &analyst{exchanges.NewAnalyst(mysqltext.NewAnalyzer(sql.Options{MaxBytes: maxBytes}))}
}

// meaning is what a door has to know of a statement beside its act.
type meaning struct {
	change   *sql.SessionChange // what the session becomes when the server says OK; nil for nothing
	analysis *sql.Analysis      // nil where there is none
}

// describe fills act with what the statement in text does in the session s.
// home is the door's own database. text is borrowed for the call. Where the
// session is gone before it is its turn the error is sql.ErrGaveUp.
func (a *analyst) describe(act *sallyport.Statement, gone <-chan struct{}, text []byte, s *sql.Session, home string) (meaning, error) {
	st, err := a.Texts.AnalyzeUntil(gone, text, s)
	if errors.Is(err, sql.ErrGaveUp) {
		return meaning{}, err
	}
	if err != nil {
		*act = sallyport.Statement{Protocol: protocol, Kind: sql.KindUnknown.String(), Database: s.Database, Writes: true, Unparsed: exchanges.Unparsed(err)}
		return meaning{}, nil
	}
	defer st.Release()
	// The part that follows from the analysis alone is shared, and copied: no
	// slice of it is changed in place.
	*act = *st.Memo(actOf).(*sallyport.Statement)
	act.Database = s.Database
	act.Literals = st.Literals
	if st.Hints {
		act.Dangers = withWord(act.Dangers, sql.DangerHint.String())
	}
	if act.Unparsed == "" && slices.ContainsFunc(act.Tables, func(t sallyport.TableUse) bool {
		return t.Schema == "" && mysqltext.ShowsSessions(s.Database, t.Name)
	}) {
		act.Dangers = withWord(act.Dangers, sql.DangerSessions.String())
	}
	if st.Ambiguous && act.Unparsed == "" {
		act.Unparsed = "a versioned comment that the server may or may not run"
	}
	if st.Kind == sql.KindUse && len(st.Databases) == 1 && (st.Databases[0] == s.Database || st.Databases[0] == home) {
		// It leads where the session already is, or where the door leads.
		act.Session = true
	}
	if st.Has(sql.DangerStoredCode) || st.Kind == sql.KindPrepare {
		// Code that nobody has read has run: ask the server afterwards.
		return meaning{&sql.SessionChange{Opaque: true}, st.Analysis}, nil
	}
	return meaning{st.Change, st.Analysis}, nil
}

// actOf is the part of the act that follows from the analysis alone.
func actOf(st *sql.Statement) any {
	act := &sallyport.Statement{
		Protocol: protocol, Kind: st.Kind.String(), Shape: exchanges.Shape(st), Session: st.Session,
		Multi: st.MultiStatement, Infile: st.LocalInfile, Functions: slices.Clip(st.Functions),
	}
	for _, k := range st.Kinds {
		act.Kinds = append(act.Kinds, k.String())
		act.Writes = act.Writes || k.Writes()
	}
	act.Writes = act.Writes || st.Kind.Writes()
	for _, t := range st.Tables {
		write := t.Access&sql.Write != 0
		act.Tables = append(act.Tables, sallyport.TableUse{Schema: t.Schema, Name: t.Name, Write: write})
		act.Writes = act.Writes || write
	}
	if st.Kind != sql.KindUse {
		// A database as such is all of its tables. USE touches none: what is
		// named without a database later is judged in the one it chose.
		for _, d := range st.Databases {
			act.Tables = append(act.Tables, sallyport.TableUse{Schema: d, Name: "*", Write: st.Kind.Writes()})
		}
	}
	for _, c := range st.Columns {
		act.Columns = append(act.Columns, sallyport.ColumnUse(c))
	}
	for _, d := range st.Dangers {
		act.Dangers = append(act.Dangers, d.String())
	}
	switch {
	case st.Err == nil:
	case empty(st.Err):
		// Blanks and comments do nothing, and servers say OK to it.
		act.Kind, act.Kinds = sql.KindDo.String(), []string{sql.KindDo.String()}
		act.Session, act.Writes = true, false
	default:
		act.Unparsed = exchanges.Unparsed(st.Err)
	}
	exchanges.BoundTables(act)
	act.Tables, act.Dangers = slices.Clip(act.Tables), slices.Clip(act.Dangers)
	return act
}

func empty(err error) bool {
	var e *sql.Error
	return errors.As(err, &e) && e.Reason == sql.ReasonEmpty
}

func withWord(words []string, w string) []string {
	if slices.Contains(words, w) {
		return words
	}
	return append(slices.Clip(words), w)
}

// Analyze is a policy.Analyzer: it reads the statement of a test or a question
// as a door would whose session is in the door's own database, with the
// server's default modes. A `?` in the text means that it comes prepared.
func Analyze(d policy.Door, text string) (*sallyport.Statement, error) {
	a := newAnalyst(d.Limits.StatementBytes)
	session := &sql.Session{Database: d.Database}
	st, err := a.Texts.Analyze([]byte(text), session)
	params := 0
	if err == nil {
		params = st.Params
		st.Release()
	}
	act := new(sallyport.Statement)
	_, err = a.describe(act, nil, []byte(text), session, d.Database)
	act.Params, act.Prepared = params, params > 0
	return act, err
}

var _ policy.Analyzer = Analyze
